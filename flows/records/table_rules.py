"""Validate single tables with their pandera models, and report the result in curators' words."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from flows.records.files import RawFile
from flows.records.findings import FAILED, Finding, Rule, as_printed, reason_of, stated_value
from flows.records.ingest import place_of
from flows.records.printed import claims, contains, figures
from flows.records.units import MEASURED
from schemas.addresses import address_fault, without_credentials
from schemas.tables import INGESTED, RowRule, Tables, broken, frame, polars_types, row_rules
from schemas.tables import RULES as TEXTS

RULES = {rule: Rule(rule, text.message, text.remedy) for rule, text in TEXTS.items()}


def _entered(printed: str, unit: str | None) -> str:
    """What to enter for a figure that is printed in another unit than the field's; nothing if that is not so."""
    if unit not in MEASURED:
        return ""
    values = {figure.value for figure in figures(printed, unit)}
    if not values:
        return f"`printed` has no figure in {unit}, or in a unit that can be told in it; mend it"
    if values <= {figure.value for figure in figures(printed)}:
        return ""
    return (
        f"enter {' or '.join(f'{value:_.15g}' for value in sorted(values))}, which is that in {unit}, or mend `printed`"
    )


def table_findings(tables: Tables, files: dict[str, RawFile], today: date) -> list[Finding]:
    """Validate every ingested table with its pandera model.

    Returns an error for each row that breaks a rule of `schemas.tables.RULES`, at the
    line that the row comes from, for each row that a rule cannot be worked out for, and for
    each table whose columns are not those that ingest must yield.
    """
    found: list[Finding] = []
    rules = row_rules(today, contains, claims)
    for name, columns in INGESTED.items():
        table = frame(tables[name])
        try:
            if table.schema != polars_types(columns):  # a fault of ingest, not of a record
                raise RuntimeError(f"table {name} is not as ingest must yield it: {table.schema}")
            if not table.is_empty() and (wrong := broken(rules.get(name, []), table)):
                found += _of_table(name, wrong, table, files)
        except Exception as error:  # whatever it is, the other tables are still to be seen
            message = f"the rules of the table {name} failed"
            found.append(FAILED.finding("schemas/tables.py", 0, (name,), reason_of(error), message))
    return found


def _of_table(name: str, rules: Sequence[RowRule], table: pl.DataFrame, files: dict[str, RawFile]) -> Iterator[Finding]:
    from flows.records.broken_rows import broken_rows  # with pandera, which takes longer to load than to ask all rules

    for rule, index, reason in broken_rows(name, rules, table):
        row, column = table.row(index, named=True), TEXTS[rule].column
        file, place, value = files[row["path"]], place_of(name, column, row["pointer"]), as_printed(row[column])
        if reason:
            yield file.finding(FAILED, place, reason, f"{rule} failed at this row of {name}")
        elif rule == "table.printed-differs":
            remedy = _entered(row["printed"], row["unit"])
            yield file.finding(RULES[rule], place, f"{value} against {stated_value(row)}", remedy=remedy)
        elif column in ("url", "read_at", "ids_seen_at"):
            message = f"{TEXTS[rule].message}: {address_fault(value)}"
            yield file.finding(RULES[rule], place, without_credentials(value), message)
        else:
            yield file.finding(RULES[rule], place, value)
