"""Validate single tables with their pandera models, and report the result in curators' words."""

import os
from datetime import date

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from flows.records.files import RawFile
from flows.records.findings import Finding, Rule, as_printed, stated_value
from flows.records.ingest import place_of
from flows.records.printed import contains
from schemas.tables import RULES as TEXTS
from schemas.tables import Tables, frame, schemas

os.environ.setdefault("PANDERA_VALIDATION_DEPTH", "SCHEMA_AND_DATA")

RULES = {rule: Rule(rule, text.message, text.remedy) for rule, text in TEXTS.items()}


def _broken_rows(schema: pa.DataFrameSchema, table: pl.DataFrame) -> list[tuple[str, int]]:
    """Return the rule and row number of every failure of a schema; raise RuntimeError if the columns are wrong."""
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.select("check", "index").rows()
        unnamed = [check for check, _ in cases if check not in RULES]
        if unnamed:  # the shape of the table itself: a fault of ingest, not of a record
            raise RuntimeError(f"table {schema.name} is not as ingest must yield it: {unnamed}") from error
        return [(check, int(index)) for check, index in cases]
    return []


def table_findings(tables: Tables, files: dict[str, RawFile], today: date) -> list[Finding]:
    """Validate every ingested table with its pandera model.

    Returns an error for each row that breaks a rule of `schemas.tables.RULES`, at the
    line that the row comes from.
    """
    found = []
    for name, schema in schemas(today, contains).items():
        table = frame(tables[name])
        for rule, index in _broken_rows(schema, table):
            row, column = table.row(index, named=True), TEXTS[rule].column
            value = as_printed(row[column])
            if rule == "table.printed-differs":
                value = f"{value} against {stated_value(row)}"
            found.append(files[row["path"]].finding(RULES[rule], place_of(name, column, row["pointer"]), value))
    return found
