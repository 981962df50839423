"""Commands that hold the records against the world: tables of others, and the Hugging Face hub. Neither changes a record."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows.cli.console import AsOf, Root, app, console, progress, project_root, release_day
from flows.errors import UserError
from flows.layout import build_folder

if TYPE_CHECKING:
    from flows.reconcile.ours import Ours
    from flows.reconcile.report import Report


def _ours(root: Path | None, release: str | None, as_of: AsOf) -> "Ours":
    """Our data: the records as they are, derived in memory, or a release."""
    from flows.reconcile.ours import ours_of, read_ours

    if release is None:
        from flows.cli.records import derived

        day = release_day(as_of)
        return ours_of(derived(project_root(root), day)[1], day)
    if as_of is not None:
        raise UserError("a release has its own day; leave out --as-of or --release")
    from flows.cli.releases import edition_folder

    return read_ours(edition_folder(root, release))


def _print_report(report: "Report", folder: Path) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    differs = report.disagreements.filter(report.disagreements["kind"] == "differs")
    shown = Table(title="the largest disagreements", title_justify="left", box=None, pad_edge=False)
    for column in ("model", "field", "ours", "theirs", "difference", "their row"):
        shown.add_column(column, overflow="fold")
    columns = ("model_id", "variant", "field", "our_value", "their_value", "difference", "their_row")
    for model, variant, *cells in differs.select(columns).head(10).rows():
        named = f"{model} {variant}" if variant else model
        shown.add_row(Text(named), *(Text("" if cell is None else str(cell)) for cell in cells))
    if differs.height:
        out.print(shown)
        out.print()
    fields = differs.group_by("field").len().sort("field").rows()
    by_field = ", ".join(f"{field} {count}" for field, count in fields)
    leads = report.disagreements.height - differs.height
    for line in (
        f"{report.matches.height} of their rows are ours, {report.missing.height} are missing here, "
        f"{report.ambiguous.height} are ambiguous; {report.unmatched} models of ours are not among theirs",
        f"{differs.height} disagreements{f': {by_field}' if by_field else ''}; {leads} values that only they have",
        f"{report.unreadable.height} cells could not be read",
        f"written to {folder}",
    ):
        out.print(line, markup=False)


@app.command
def reconcile(
    table: str,
    *,
    mapping: Annotated[str, Parameter(help="Layout of the table: one that comes with Kiban, or a .toml file.")],
    to: Annotated[Path | None, Parameter(help="Folder of the report. Default: build/reconcile/MAPPING.")] = None,
    release: Annotated[
        str | None, Parameter(help="A version, preview, or folder of a release. Default: the records as they are.")
    ] = None,
    as_of: Annotated[AsOf, Parameter(help="The day whose access is compared. Default: today.")] = None,
    root: Root = None,
) -> int:
    """Hold a table that somebody else keeps against ours, and write where they differ.

    Their rows are matched by names and aliases; what is ambiguous is listed, never guessed. Numbers
    agree within 1 %, dates if the periods overlap. It is a report: nothing is changed by it, and
    disagreements are no error. Examples:

        kiban reconcile notable_ai_models.csv --mapping epoch-notable
        kiban reconcile https://example.org/models.parquet --mapping mine.toml --release 2026.11.0

    Parameters
    ----------
    table
        CSV, CSV.gz or Parquet: a file or an http(s) address.
    """
    from flows.reconcile.mapping import read_mapping
    from flows.reconcile.report import reconcile as hold
    from flows.reconcile.report import write_report
    from flows.reconcile.theirs import read_theirs

    layout = read_mapping(mapping)
    folder = to or build_folder(project_root(root)) / "reconcile" / layout.name
    with progress("reading"):
        theirs = read_theirs(table, layout)
    ours = _ours(root, release, as_of)
    with progress("comparing"):
        report = hold(theirs, ours, layout)
    write_report(folder, report)
    _print_report(report, folder)
    return 0


@app.command
def watch(
    *,
    model: Annotated[
        list[str] | None, Parameter(help="Id of a model; may be given several times. Default: all.", negative="")
    ] = None,
    limit: Annotated[
        int | None, Parameter(help="Repositories to ask, those read longest ago first. Default: all.")
    ] = None,
    root: Root = None,
) -> int:
    """Hold the records against the Hugging Face hub: gating, licence, parameters, changes, names.

    Asks about the repositories that the records name, and keeps what differs in
    build/observations/drift.parquet and .csv, as proposals; no record is changed. HF_ENDPOINT names
    another hub, HF_TOKEN a token. Examples:

        kiban watch
        kiban watch --model eleutherai/gpt-j-6b --model bigscience/t0
        kiban watch --limit 20
    """
    from collections import Counter
    from datetime import date

    from rich.text import Text

    from flows.hub.watch import watch as ask

    if limit is not None and limit < 0:
        raise UserError("--limit is a count; write 20, or leave it out")
    folder, today = project_root(root), date.today()
    with progress("asking the hub"):
        rows = ask(folder, today, folder, model or (), limit)
    out = console()
    columns = ("model_id", "repository", "drift_aspect", "recorded", "observed", "observed_on")
    for named, repository, aspect, recorded, observed, day in rows.select(columns).rows():
        change = f"{recorded} -> {observed}" if recorded else observed
        earlier = "" if day == today else f" ({day})"
        out.print(Text(f"{named}  {repository}  {aspect}: {change}{earlier}"))
    counts = Counter(rows["drift_aspect"].to_list())
    found = ", ".join(f"{aspect} {count}" for aspect, count in sorted(counts.items()))
    out.print(f"{rows.height} proposals{f': {found}' if found else ''}", markup=False)
    out.print(f"written to {folder / 'build' / 'observations' / 'drift.parquet'}", markup=False)
    return 0
