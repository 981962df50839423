"""Days by whose distance a year was mistaken: a placeholder, a broken time stamp, a slip of a key."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

import polars as pl

from flows.checks.context import OWN, Context, period
from flows.records.findings import Finding, Rule, stated_value
from flows.records.skeleton import DAY
from schemas.fields import STATED
from schemas.tables import Row

RULE = Rule(
    "cross.likely-day",
    "the day lies years from what else the record says",
    "check the year; at worst waive this",
    "warning",
)
#: sources disagree on the day of one thing, but not by more than a year
APART = timedelta(days=366)
#: what is read on a model was written within so many years of each of its days; the numbers are ours
BEFORE = timedelta(days=3_653)
_THING = ("model_id", "field")


def _distance(one: Row, other: Row) -> timedelta:
    """How far the days of two statements lie apart, of whatever precision they are."""
    (begins, ends), (other_begins, other_ends) = (
        period(cast(date, row["value_date"]), row["date_precision"]) for row in (one, other)
    )
    return max(begins - other_ends, other_begins - ends, timedelta())


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each stated day that is more than a year from that of every other source, or more than ten
    years older than every source of its record that has a date."""
    day, fields = pl.col("value_date"), [field.name for field in STATED.values() if field.kind == "date"]
    asked = context.frame("statements", *_THING, "variant", "statement_kind", "value_date").filter(
        OWN, pl.col("field").is_in(fields), day != DAY
    )
    oldest = context.frame("sources", "model_id", "published").group_by("model_id").agg(pl.col("published").min())
    suspect = (
        asked.group_by(_THING)
        .agg(day.min().alias("first"), day.max().alias("last"))
        .join(oldest, on="model_id", how="left")
        .filter((pl.col("last") - pl.col("first") > APART) | (pl.col("published") - pl.col("first") > BEFORE))
    )
    for model, field, *_, published in suspect.sort(_THING).iter_rows():
        rows = context.rows("statements", OWN, pl.col("model_id") == model, pl.col("field") == field, day != DAY)
        for row in rows:
            own, others = cast(date, row["value_date"]), [other for other in rows if other is not row]
            nearest = min(others, key=lambda other: _distance(row, other), default=None)
            if nearest is not None and _distance(row, nearest) > APART:
                yield context.finding(RULE, row, stated_value(row), f"another source says {stated_value(nearest)}")
            elif published is not None and published - own > BEFORE:
                yield context.finding(
                    RULE, row, stated_value(row), f"the oldest source of the record is of {published}"
                )
