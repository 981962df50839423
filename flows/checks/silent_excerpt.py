"""Only what was read whole can be silent on something."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import SILENT, Context
from flows.records.findings import Finding, Rule
from schemas.fields import READ_WHOLE

RULE = Rule(
    "cross.silent-excerpt",
    "a source that was read in part is silent on nothing",
    "read all of it, or take the field out of `silent`",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a finding for each silence of a source of which an abstract, an excerpt or a quotation was read."""
    in_part = context.rows("sources", ~pl.col("read_as").is_in(READ_WHOLE))
    parts = {row["source_id"]: row["read_as"] for row in in_part}
    for row in context.rows("statements", SILENT, pl.col("source_id").is_in(list(parts))):
        part = parts[row["source_id"]]
        yield context.finding(RULE, row, row["field"], f"the source was read as {part}, so it is silent on nothing")
