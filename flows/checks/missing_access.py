"""A record should say what people outside can get, even if it is nothing, or that its sources do not speak of it."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import OWN, SILENT, Context
from flows.records.findings import Finding, Rule
from schemas.fields import CHANNELS

RULE = Rule("cross.missing-access", "no source says who can use it", "add a [[sources.access]] event", "warning")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each record without any access event."""
    said = context.found("statements", OWN | SILENT, pl.col("field").is_in(list(CHANNELS)))
    for row in context.found("models").join(said, on="model_id", how="anti", maintain_order="left").to_dicts():
        if not context.may_lack(row["model_id"], *CHANNELS):
            yield context.finding(RULE, row, row["model_id"])
