"""Commands of curators and readers: check, preview, explain, sql, new. None of them imports Prefect."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows.cli.console import AsOf, Root, app, console, load, progress, project_root, release_day
from flows.errors import UserError, counted

if TYPE_CHECKING:
    from flows.check import Checked
    from flows.operations.derived import DerivingOnce
    from flows.records.findings import Finding
    from schemas.tables import Tables


@app.command
def check(
    *paths: Path,
    format: Annotated[Literal["text", "json", "github"], Parameter(help="How findings are printed.")] = "text",
    fix: Annotated[
        bool, Parameter(negative="", help="Mend what is mechanical, in place; report what is left.")
    ] = False,
    rules: Annotated[bool, Parameter(help="Print every rule instead: id, severity, words.", negative="")] = False,
    root: Root = None,
) -> int:
    """Check records: everything that is wrong, where, and what to write instead.

    Without paths, the claims of the readings are tried as well, on today's tables, if there is no other error.
    Exits with 1 if there is an error that is left.

    For example:

        kiban check
        kiban check raw/models/openai/gpt-3.toml
        kiban check --format json raw/models/google
        kiban check --fix raw/models/openai
        kiban check --rules

    Parameters
    ----------
    paths
        Files or folders to report on; records refer to each other, so all are read, and what is about one of these
        and another file is reported too.
    """
    from flows import check as checking
    from flows.records.findings import as_github, as_json, as_text, errors_in
    from flows.records.fix import mend_files

    if rules:
        from flows.cli.views import print_rows

        print_rows(("rule", "severity", "words"), sorted((r.id, r.severity, r.words) for r in checking.RULES))
        return 0
    folder = project_root(root)
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UserError(f"{path} does not exist")
        if not Path(os.path.normpath(path.absolute())).is_relative_to(folder):
            raise UserError(f"{path} is not below {folder}; use --root")
    today = date.today()

    def look() -> "tuple[Checked, list[Finding]]":
        if not paths:
            return _checked_with_claims(folder, today)
        checked = checking.check(folder, today, paths)
        return checked, checked.findings

    checked, findings = look()
    while fix and (mended := mend_files(folder, checked.findings)):
        for line in as_text(mended):
            console(stderr=True).print(f"mended: {line}", style="green", markup=False)
        checked, findings = look()
    errors = len(errors_in(findings))
    if format == "json":
        print(as_json(findings))
    else:
        for line in as_github(findings) if format == "github" else as_text(findings):
            print(line)
    if format == "text":
        counts = (counted(errors, "error"), counted(len(findings) - errors, "warning"))
        console(stderr=True).print(
            f"{counted(len(checked.folder.records), 'record')} read; {', '.join(counts)}",
            style="red" if errors else "green",
        )
    return 1 if errors else 0


@contextmanager
def _checked(folder: Path, day: date) -> "Iterator[tuple[Checked, DerivingOnce]]":
    """Check all records while tables are derived from them, without Prefect."""
    from flows.check import check as run_check
    from flows.operations.derived import DerivingOnce

    with DerivingOnce(folder, day) as deriving:
        with progress("checking"):
            checked = run_check(folder, date.today(), claims_follow=True, ingested=deriving.begin)
        yield checked, deriving


def _checked_with_claims(folder: Path, today: date) -> "tuple[Checked, list[Finding]]":
    """Check all records; also what a release of today would find, of the claims as well if there is no error."""
    from flows.records.verdicts import verdict_findings

    with _checked(folder, today) as (checked, deriving):
        if checked.errors:
            return checked, checked.findings
        changed = verdict_findings(folder, checked.tables, deriving.claims())
    return checked, sorted([*checked.findings, *changed])


@contextmanager
def checked_records(folder: Path, day: date) -> "Iterator[tuple[Checked, Callable[[Checked], Tables]]]":
    """Check all records. Yields what was found, and the function that gives the tables of that, as of a day, or of what is
    left of it without what is bad; that raises UserError with the findings if there are errors."""
    from flows.derive.products import products
    from flows.observed.observations import with_observed
    from flows.records.findings import as_text

    with _checked(folder, day) as (checked, deriving):

        def derived(found: "Checked") -> "Tables":
            if found.errors:
                lines = [*as_text(found.errors), f"{counted(len(found.errors), 'error')}; nothing was written"]
                raise UserError("\n".join(lines))
            with progress("deriving"):
                if found is checked:
                    return deriving.products()
                return products(with_observed(folder, found.tables), day)

        yield checked, derived


@app.command(name="preview")
def preview_command(
    *,
    as_of: AsOf = None,
    except_bad: Annotated[
        bool,
        Parameter(negative="", help="Leave out records with errors, and what refers to them, and name them."),
    ] = False,
    root: Root = None,
) -> int:
    """Derive all tables into build/preview, in a few seconds and without Prefect.

    For example:

        kiban preview && kiban sql "select name, access from models"
        kiban preview --except-bad
    """
    from flows.check import without_bad
    from flows.cli.views import print_summary
    from flows.operations.summary import summarise
    from flows.records.findings import as_text
    from flows.records.verdicts import QUERY, verdict_findings

    folder, day = project_root(root), release_day(as_of)
    left_out: list[str] = []
    with checked_records(folder, day) as (checked, derived):
        load("flows.publishing.publish", "schemas.validation")  # while the engine derives
        if except_bad and checked.errors:
            checked, left_out = without_bad(checked)
        for line in left_out:
            console(stderr=True).print(line, style="yellow", markup=False)
        tables = derived(checked)
    from flows.publishing.publish import preview

    findings = verdict_findings(folder, checked.tables, tables["claims"])
    if any(found.rule == QUERY.id for found in findings):  # there is no verdict that could be written
        raise UserError("\n".join([*as_text(findings), "nothing was written"]))
    for line in as_text(findings):
        console(stderr=True).print(line, style="yellow", markup=False)
    with progress("writing"):
        target = preview(folder, tables, day)
    print_summary(
        summarise(tables),
        f"written to {target}{f', without what is left out above ({len(left_out)})' if left_out else ''}",
    )
    return 0


@app.command(name="explain")
def explain_command(model: str, axis: str | None = None, *, root: Root = None) -> int:
    """Show why a model has its labels: label, rule, facts, statements, sources with their lines.

    For example:

        kiban explain openai/gpt-3
        kiban explain openai/gpt-3 access

    Parameters
    ----------
    model
        Id, name or alias of a model.
    axis
        One axis alone.
    """
    from flows.check import errors_of, without_bad
    from flows.cli.views import print_explanation
    from flows.explain import explain
    from flows.records.findings import as_text

    folder = project_root(root)
    with checked_records(folder, date.today()) as (checked, derived):
        if own := errors_of(checked, model):
            raise UserError(
                "\n".join([*as_text(own), f"{model} has {counted(len(own), 'error')}; mend what is said here first"])
            )
        rest, left_out = without_bad(checked) if checked.errors else (checked, [])
        explanation = explain(rest, derived(rest), model, axis)
    print_explanation(explanation)
    if left_out:
        words = f"{counted(len(checked.errors), 'error')} in other records, which were left out; see: kiban check"
        console(stderr=True).print(words, style="yellow", markup=False)
    return 0


@app.command(name="sql")
def sql_command(
    query: str,
    *,
    format: Annotated[Literal["table", "csv", "json"], Parameter(help="How rows are printed.")] = "table",
    on: Annotated[
        str | None, Parameter(help="A version, or preview. Default: the newest of releases and preview.")
    ] = None,
    root: Root = None,
) -> int:
    """Run a query over the newest release or preview.

    For example:

        kiban sql "select name, parameters from models where density = 'sparse'"
        kiban sql "from landscape(date '2022-05-31')" --format csv
        kiban sql "from claims where verdict = 'differs'" --on 2026.11.0 --format json

    Parameters
    ----------
    query
        DuckDB SQL; tables and the macro landscape(day) are those of a release.
    """
    from flows.cli.query import print_query

    print_query(project_root(root), query, format, on)
    return 0


@app.command(name="new")
def new_command(model: str, *, root: Root = None) -> int:
    """Write the skeleton of a record, with every field explained.

    For example:

        kiban new openai/gpt-4

    Parameters
    ----------
    model
        organisation/model, in lower-case letters, digits and hyphens.
    """
    from flows.records.skeleton import write_skeleton

    path = write_skeleton(project_root(root), model, date.today())
    console().print(f"wrote {path}; fill it in, then: kiban check {path}")
    return 0
