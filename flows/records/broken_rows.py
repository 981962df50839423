"""Which rows of a table break which rule, as pandera tells it."""

from collections.abc import Iterator, Sequence

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrorReason, SchemaErrors

from schemas.tables import RowRule
from schemas.validation import schema_of

#: rule that a row breaks, number of the row, and why the rule failed if it did
_Broken = tuple[str, int, str]


def _of_schema(schema: pa.DataFrameSchema, table: pl.DataFrame) -> Iterator[_Broken]:
    """Yield every failure of a schema.

    A rule that cannot be worked out says nothing of any row, so it is asked again of ever fewer rows, until only
    those that it fails at are left out.
    """
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        failed = [e for e in error.schema_errors if e.reason_code is SchemaErrorReason.CHECK_ERROR]
        cases = error.failure_cases.filter(pl.col("index").is_not_null())
        yield from ((check, int(index), "") for check, index in cases.select("check", "index").rows())
        for e in failed:
            alone = pa.DataFrameSchema(checks=[e.check], name=schema.name)
            yield from _narrowed(alone, str(e.check.error), table, str(e.failure_cases))


def _narrowed(schema: pa.DataFrameSchema, rule: str, table: pl.DataFrame, reason: str) -> Iterator[_Broken]:
    """Ask the one rule of `schema`, which failed, of both halves of a table; at one row, that row is to blame."""
    half = table.height // 2
    found = [*_of_schema(schema, table[:half])] if half else []
    found += [(name, half + row, why) for name, row, why in _of_schema(schema, table[half:])] if half else []
    yield from found
    if not any(why for _, _, why in found):
        yield rule, 0, reason


def broken_rows(table: str, rules: Sequence[RowRule], rows: pl.DataFrame) -> Iterator[_Broken]:
    """Yield every row of an ingested table that breaks one of the rules, or that one cannot be worked out for."""
    return _of_schema(schema_of(table, rules), rows)
