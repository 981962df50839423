"""The command `reconcile`: compare a table that somebody else keeps with ours."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows.cli.console import AsOf, Root, app, progress, project_root, release_day
from flows.layout import build_folder

if TYPE_CHECKING:
    from flows.reconcile.ours import Ours


def _ours(root: Path | None, release: str | None, their_day: AsOf) -> "Ours":
    """Our data: the records as they are, derived in memory, or a release; `their_day` is that of the other table."""
    from flows.reconcile.ours import ours_of, read_ours

    if release is None:
        from flows.cli.records import checked_records

        day = release_day(None)
        with checked_records(project_root(root), day) as (checked, derived):
            return ours_of(derived(checked), day, their_day)
    from flows.cli.releases import edition_folder

    return read_ours(edition_folder(root, release), their_day)


@app.command(name="reconcile")
def reconcile_command(
    table: str,
    *,
    mapping: Annotated[str, Parameter(help="Layout of the table: one that comes with Kiban, or a .toml file.")],
    to: Annotated[Path | None, Parameter(help="Folder of the report. Default: build/reconcile/MAPPING.")] = None,
    release: Annotated[
        str | None, Parameter(help="A version, preview, or folder of a release. Default: the records as they are.")
    ] = None,
    as_of: Annotated[
        AsOf, Parameter(help="The day of their table. Default: that of the mapping, else the day of ours.")
    ] = None,
    root: Root = None,
) -> int:
    """Compare a table that somebody else keeps with ours, and write where they differ.

    Their rows are matched by names and aliases; what is ambiguous is listed, never guessed. Numbers
    agree within 1 %, dates if the periods overlap, access on a day that both know. It is a report: nothing is changed by it, and
    disagreements are no error.

    For example:

        kiban reconcile notable_ai_models.csv --mapping epoch-notable
        kiban reconcile https://example.org/models.parquet --mapping mine.toml --release 2026.11.0

    Parameters
    ----------
    table
        CSV, Parquet, JSON or YAML, gzipped or not: a file, an http(s) address, or a folder of JSON or YAML.
    """
    from flows.cli.views import print_report
    from flows.reconcile.mapping import read_mapping
    from flows.reconcile.report import reconcile, write_report
    from flows.reconcile.theirs import read_theirs

    layout = read_mapping(mapping)
    folder = to or build_folder(project_root(root)) / "reconcile" / layout.name
    with progress("reading"):
        theirs = read_theirs(table, layout)
    ours = _ours(root, release, release_day(as_of) if as_of else layout.as_of)
    with progress("comparing"):
        report = reconcile(theirs, ours, layout)
    write_report(folder, report)
    print_report(report, folder)
    return 0
