"""The command of the hub layer."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.cli.console import Root, Sign, To, app, console, load, project_root
from flows.cli.running import failed, under_prefect
from flows.errors import UserError


def _refuse_no_snapshot(snapshot: Path | None, crawl: bool, taken_on: date | None, only: bool) -> None:
    """Raise UserError unless it is said, once, what the release is to be made from. `only`: options that a snapshot alone takes."""
    if crawl:
        if snapshot is not None or taken_on is not None or only:
            raise UserError(
                "a crawl is a snapshot of its own, of the day on which it begins; leave out SNAPSHOT, --taken-on, --layout and "
                "--sha256, or --crawl"
            )
        return
    if snapshot is None:
        raise UserError(
            "what is the snapshot? Give a Parquet file, or a folder of them, or --crawl to ask the hub itself"
        )
    if not snapshot.exists() or (snapshot.is_dir() and not any(snapshot.glob("*.parquet"))):
        raise UserError(f"{snapshot}: there is no Parquet file; give the file, or a folder with *.parquet")
    if taken_on is None:
        raise UserError(f"{snapshot}: of which day is it? Give it, as in: --taken-on 2026-11-26")


@app.command(name="hub")
def hub_command(
    snapshot: Path | None = None,
    *,
    crawl: Annotated[bool, Parameter(help="Ask the hub itself for the list.", negative="")] = False,
    taken_on: Annotated[date | None, Parameter(help="The day of the snapshot; the release is named by it.")] = None,
    layout: Annotated[
        str | None, Parameter(help="Name of a layout that comes with Kiban, or a file. Default: hub-stats.")
    ] = None,
    sha256: Annotated[str | None, Parameter(help="What the snapshot's SHA-256 must be.")] = None,
    to: To = None,
    sign: Sign = None,
    cluster: Annotated[str | None, Parameter(help="Address of a Dask scheduler. Default: this machine.")] = None,
    root: Root = None,
) -> int:
    """Publish what the rules say of a whole Hugging Face hub, from its list of models, as a Prefect flow.

    The list is a snapshot that somebody took, or `--crawl` takes it: an hour or more for three million models, page by page
    from HF_ENDPOINT, with HF_TOKEN if it is set. A crawl that was ended goes on with the next one. The release goes into the folder
    `hub` of the store, beside the curated ones and apart from them.

    For example:

        kiban hub --crawl
        kiban hub models.parquet --taken-on 2026-11-26
        kiban hub models.parquet --taken-on 2026-11-26 --sha256 9f86d0…
        kiban hub shared/models --taken-on 2026-11-26 --cluster tcp://scheduler:8786

    Parameters
    ----------
    snapshot
        A Parquet file, or a folder of them; with a cluster, where all workers see it.
    """
    _refuse_no_snapshot(snapshot, crawl, taken_on, bool(layout or sha256))
    folder = project_root(root)
    with under_prefect(folder, lambda: load("flows.hub_refresh")) as ended:
        state: Any  # of the one flow or the other
        if snapshot is None:
            from flows.hub_refresh import refresh_hub

            state = refresh_hub(folder, to=to, key=sign, cluster=cluster, return_state=True)
        else:
            from flows.hub_release import with_runner

            state = with_runner(cluster)(
                folder,
                snapshot.absolute(),
                taken_on,
                date.today(),
                layout or "hub-stats",
                sha256,
                to,
                sign,
                return_state=True,
            )
    if failed(state, ended):
        return 1
    console().print(state.message, markup=False)
    return 0
