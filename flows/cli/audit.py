"""The command `audit`: ask the sources of the records whether they still say it."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from flows.cli.console import Root, app, console, project_root
from flows.cli.running import ended_by_signal, failed, prefect_defaults, server_errors_told
from flows.errors import UserError


@app.command
def audit(
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
    changed or is gone, or the run failed. KIBAN_CONTACT names an address at which hosts reach you. Examples:

        kiban audit
        kiban audit --source openai/gpt-3#paper
        kiban audit --all
    """
    from flows.sources.due import sources_in

    if limit < 0:
        raise UserError(f"--limit {limit} is less than nothing; give a number of sources")
    folder = project_root(root)
    if source:
        sources_in(folder, source)  # one that is not there is told before Prefect starts
    with prefect_defaults(), ended_by_signal(folder) as ended, server_errors_told():
        from flows.audit import audit as audit_flow

        state = audit_flow(
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
    _show([(e.verdict, e.source_id, e.final_url or e.url, e.note or "") for e in done.entries])
    console().print(done.words, markup=False)
    return 1 if any(entry.verdict in ("changed", "gone") for entry in done.entries) else 0


def _show(rows: list[tuple[str, str, str, str]]) -> None:
    """Print verdicts; what the web says is shown as it is, never as markup."""
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    colours = {"confirmed": "green", "moved": "yellow", "changed": "red", "gone": "red"}
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("verdict", "source", "address", "note"):
        table.add_column(title, overflow="fold")
    for verdict, *cells in sorted(rows):
        table.add_row(Text(verdict, style=colours.get(verdict, "")), *map(Text, cells))
    console().print(table)
