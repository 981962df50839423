"""Commands that ask the world again: the sources that records cite, and the Hugging Face hub. Neither changes a record."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli.console import Root, app, console, load, progress, project_root
from flows.cli.running import failed, under_prefect
from flows.errors import UserError
from flows.layout import observations_folder


@app.command(name="audit")
def audit_command(
    *,
    limit: Annotated[int, Parameter(help="Sources to ask, of those that are due.")] = 50,
    source: Annotated[
        list[str] | None, Parameter(help="Ask this source, due or not: organisation/model#key.", consume_multiple=True)
    ] = None,
    everything: Annotated[
        bool, Parameter(name="--all", negative="", help="Ask every source that was not asked today.")
    ] = False,
    allow_private: Annotated[bool, Parameter(help="Ask addresses of a private network too.")] = False,
    root: Root = None,
) -> int:
    """Ask a slice of the sources whether they still say what was read there; the longest due come first.

    The answers are kept in build/observations and go into the next release; records are never changed. Exits with
    0 if every source asked is confirmed or moved, or could not be asked this time (unreachable, unreadable); with 1 if one
    changed or is gone, no host answered at all, or the run failed. KIBAN_CONTACT names an address at which hosts reach you.

    For example:

        kiban audit
        kiban audit --source openai/gpt-3#paper
        kiban audit --all
    """
    from flows.cli.views import print_verdicts
    from flows.sources.due import sources_in

    if limit < 0:
        raise UserError(f"--limit {limit} is less than nothing; give a number of sources")
    folder = project_root(root)
    if source:
        sources_in(folder, source)  # one that is not there is told before Prefect starts
    with under_prefect(folder, lambda: load("flows.audit")) as ended:
        from flows.audit import audit

        state = audit(
            folder,
            date.today(),
            home=folder,
            limit=None if everything else limit,
            allow_private=allow_private,
            only=tuple(source or ()),
            everything=everything,
            return_state=True,
        )
    if failed(state, ended):
        return 1
    done = state.result()
    print_verdicts(done.entries)
    console().print(done.words, markup=False)
    return 1 if done.is_offline or any(entry.verdict in ("changed", "gone") for entry in done.entries) else 0


@app.command(name="watch")
def watch_command(
    *,
    model: Annotated[
        list[str] | None, Parameter(help="Id of a model; may be given several times. Default: all.", negative="")
    ] = None,
    limit: Annotated[
        int | None, Parameter(help="Repositories to ask, those read longest ago first. Default: all.")
    ] = None,
    hub: Annotated[
        Path | None,
        Parameter(help="A release of the hub layer, or a store of them: it is read, and the hub not asked."),
    ] = None,
    root: Root = None,
) -> int:
    """Compare the records with the Hugging Face hub: gating, licence, parameters, changes, names.

    Asks about the repositories that the records name, and keeps what differs in
    build/observations/drift.csv, as proposals; no record is changed. HF_ENDPOINT names
    another hub, HF_TOKEN a token.

    For example:

        kiban watch
        kiban watch --model eleutherai/gpt-j-6b --model bigscience/t0
        kiban watch --limit 20
        kiban watch --hub build/releases/hub
    """
    from flows.cli.views import print_drift
    from flows.hub.watch import watch

    if limit is not None and limit < 0:
        raise UserError("--limit is a count; write 20, or leave it out")
    folder, today = project_root(root), date.today()
    with progress("reading the release" if hub else "asking the hub"):
        rows = watch(folder, today, folder, model or (), limit, release=hub)
    print_drift(rows, today, observations_folder(folder) / "drift.csv")
    return 0
