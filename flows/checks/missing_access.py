"""A record should say what people outside can get, even if it is nothing, or that its sources do not speak of it."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from schemas.fields import CHANNELS

RULE = Rule("cross.missing-access", "no source says who can use it", "add a [[sources.access]] event", "warning")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each record without any access event."""
    said = [*context.statements(*CHANNELS), *(row for row in context.silences() if row["field"] in CHANNELS)]
    known = {str(row["model_id"]) for row in said}
    for row in context.rows("models", ~pl.col("model_id").is_in(sorted(known))):
        if not context.may_lack(row["model_id"], *CHANNELS):
            yield context.finding(RULE, row, row["model_id"])
