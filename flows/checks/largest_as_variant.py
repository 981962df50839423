"""What is said of the largest published variant is said of the record itself."""

from collections.abc import Iterator

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


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each record whose weights are out of variants alone, one of which is the largest."""
    stated = context.found("statements", pl.col("field") == "parameters").group_by("model_id", "variant")
    sizes = stated.agg(pl.col("value_number").max().alias("size"))
    totals = sizes.filter(pl.col("variant").is_null()).select("model_id", total="size")
    given = pl.col("value_text").is_in(["download", "click-through", "on-request"])
    out = context.found("statements", pl.col("field") == "weights", given)
    largest = (
        out.join(out.filter(pl.col("variant").is_null()), on="model_id", how="anti", maintain_order="left")
        .join(sizes, on=("model_id", "variant"), maintain_order="left")
        .join(totals, on="model_id", maintain_order="left")
        .filter(pl.col("size") >= pl.col("total") * (1 - AGREE_WITHIN))
        .unique("model_id", keep="first", maintain_order=True)
    )
    for row in largest.to_dicts():
        if not context.may_lack(row["model_id"], "weights", "parameters"):
            yield context.finding(RULE, row, row["variant"])
