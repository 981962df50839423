"""The record's own figures are those of the largest published variant."""

from collections.abc import Iterator
from typing import cast

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from flows.records.printed import AGREE_WITHIN

RULE = Rule(
    "cross.variant-above-total",
    "the variant is larger than the record says",
    "give the record the figures of its largest published variant",
    "warning",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning where a variant has more parameters than the record itself."""
    totals: dict[object, float] = {}
    for row in context.statements("parameters"):
        if row["value_number"] is not None:
            totals[row["model_id"]] = max(cast(float, row["value_number"]), totals.get(row["model_id"], 0))
    variant = pl.col("variant").is_not_null()
    for row in context.rows("statements", pl.col("field") == "parameters", variant):
        total, size = totals.get(row["model_id"]), cast(float | None, row["value_number"])
        if total is None or size is None or context.may_lack(row["model_id"], "parameters"):
            continue
        if size > total * (1 + AGREE_WITHIN):
            yield context.finding(RULE, row, f"{size:.0f}", f"{RULE.words} ({total:.0f})")
