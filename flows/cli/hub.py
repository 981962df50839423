"""The command of the hub layer."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from flows.cli.console import Root, Sign, To, app, console, project_root
from flows.cli.running import failed, under_prefect
from flows.errors import UserError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@app.command(name="hub")
def hub_command(
    snapshot: Path,
    *,
    taken_on: Annotated[date, Parameter(help="The day of the snapshot; the release is named by it.")],
    layout: Annotated[str, Parameter(help="Name of a layout that comes with Kiban, or a file.")] = "hub-stats",
    sha256: Annotated[str | None, Parameter(help="What the snapshot's SHA-256 must be.")] = None,
    to: To = None,
    sign: Sign = None,
    cluster: Annotated[str | None, Parameter(help="Address of a Dask scheduler. Default: this machine.")] = None,
    root: Root = None,
) -> int:
    """Publish what the rules say of a whole Hugging Face hub, from a snapshot of its list of models, as a Prefect flow.

    The release goes into the folder `hub` of the store, beside the curated ones and apart from them.

    For example:

        kiban hub models.parquet --taken-on 2026-11-26
        kiban hub models.parquet --taken-on 2026-11-26 --sha256 9f86d0…
        kiban hub shared/models --taken-on 2026-11-26 --cluster tcp://scheduler:8786

    Parameters
    ----------
    snapshot
        A Parquet file, or a folder of them; with a cluster, where all workers see it.
    """
    if not snapshot.exists() or (snapshot.is_dir() and not any(snapshot.glob("*.parquet"))):
        raise UserError(f"{snapshot}: there is no Parquet file; give the file, or a folder with *.parquet")
    folder = project_root(root)
    with under_prefect(folder) as ended:
        from flows.hub_release import with_runner

        state: State[Any] = with_runner(cluster)(
            folder, snapshot.absolute(), taken_on, date.today(), layout, sha256, to, sign, return_state=True
        )
    if failed(state, ended):
        return 1
    console().print(state.message, markup=False)
    return 0
