"""What is said of the largest published variant is said of the record itself."""

from collections.abc import Iterator
from typing import cast

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from flows.records.printed import AGREE_WITHIN

RULE = Rule(
    "cross.largest-as-variant",
    "the weights are those of a variant as large as the record says, which has none of its own",
    "leave `variants` out of the event of the largest one",
    "warning",
)


def _sizes(context: Context) -> dict[tuple[object, object], float]:
    """The most parameters that are stated of each model itself, and of each of its variants."""
    rows = context.frame("statements").filter(pl.col("field") == "parameters")
    found = rows.group_by("model_id", "variant").agg(pl.col("value_number").max()).drop_nulls("value_number")
    return {(model, variant): size for model, variant, size in found.rows()}


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each record whose weights are out of variants alone, one of which is the largest."""
    out = (pl.col("field") == "weights") & pl.col("value_text").is_in(["download", "click-through", "on-request"])
    events = context.rows("statements", out)
    own = {row["model_id"] for row in events if row["variant"] is None}
    sizes = _sizes(context)
    told: set[object] = set()
    for row in events:
        model = row["model_id"]
        total, size = sizes.get((model, None)), sizes.get((model, row["variant"]))
        if model in own | told or total is None or size is None or context.may_lack(model, "weights", "parameters"):
            continue
        if size >= total * (1 - AGREE_WITHIN):
            told.add(model)
            yield context.finding(RULE, row, cast(str, row["variant"]))
