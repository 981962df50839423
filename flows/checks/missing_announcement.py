"""Every model has a day on which it was announced, or at least a dated trace: labels hold from then on."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from schemas.fields import CHANNELS, STATED

RULE = Rule(
    "cross.missing-announcement",
    "no source says when the model was announced",
    "state `announced` in a source",
    "warning",
)
UNDATED = Rule("cross.undated", "nothing in the record has a date", f"{RULE.remedy}, or date one")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each record without an `announced` date, an error if it has no date at all."""
    announced = {row["model_id"] for row in context.statements("announced") if row["value_date"] is not None}
    dated = pl.any_horizontal(pl.col("value_date", "since", "published").is_not_null())
    dated &= (pl.col("field") != "withdrawn") | pl.col("published").is_not_null()  # as in beginnings.sql
    days = context.frame("statements", "model_id", "field", "value_date", "since", "published")
    traced = set(days.filter(dated)["model_id"].unique())
    for row in context.rows("models"):
        model = row["model_id"]
        rule, fields = (RULE, ("announced",)) if model in traced else (UNDATED, (*STATED, *CHANNELS, "relative_to"))
        if model not in announced and not context.may_lack(model, *fields):
            yield context.finding(rule, row, model)
