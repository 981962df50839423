"""A source is not silent on what it states."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import OWN, SILENT, Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.silent-but-stated",
    "the source is silent on this, and states it",
    "take the field out of `silent`, or take the statement out",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a finding for each field on which a source is silent that it has a statement of; savings alone, of claims."""
    key = ("source_id", "field")
    asked = context.frame("statements", *key, "variant", "statement_kind", "value_number", "path", "pointer").lazy()
    said = asked.filter(OWN, (pl.col("field") != "relative_to") | (pl.col("value_number") < 1)).select(key)
    silences = asked.filter(SILENT).select(*key, "path", "pointer")
    for row in silences.join(said, on=key, how="semi", maintain_order="left").collect().to_dicts():
        yield context.finding(RULE, row, row["field"])
