"""Every model has a day on which it was announced, or at least a dated trace: labels hold from then on."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each record without an `announced` date, an error if it has no date at all."""
    announced = {row["model_id"] for row in context.statements("announced") if row["value_date"] is not None}
    dated = pl.any_horizontal(pl.col("value_date", "since", "published").is_not_null())
    dated &= (pl.col("field") != "withdrawn") | pl.col("published").is_not_null()  # as in beginnings.sql
    traced = set(context.frame("statements").filter(dated)["model_id"])
    for row in context.rows("models"):
        if row["model_id"] in announced:
            continue
        message, remedy = "no source says when the model was announced", "state `announced` in a source"
        if row["model_id"] in traced:
            yield context.warning("cross.missing-announcement", row, message, row["model_id"], remedy)
        else:
            yield context.error(
                "cross.undated", row, "nothing in the record has a date", row["model_id"], f"{remedy}, or date one"
            )
