"""`prefer` decides between statements, so only one of a field may have it."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from schemas.tables import Row

RULE = Rule("cross.prefer-twice", "another statement is preferred already", "prefer one of the two")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each further `prefer` on the same field of the same model."""
    seen: dict[tuple[object, object, object], Row] = {}
    for row in context.rows("statements", pl.col("is_preferred")):
        key = (row["model_id"], row["variant"], row["field"])
        if key in seen:
            message = f"{context.place(seen[key])} is preferred already"
            yield context.finding(RULE, row, row["field"], message)
        seen.setdefault(key, row)
