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
    oldest = (
        context.frame("sources", "model_id", "published").group_by("model_id").agg(oldest=pl.col("published").min())
    )
    first, last = (ends.over(_THING) for ends in (day.min(), day.max()))
    suspect = (
        context.found("statements", OWN, pl.col("field").is_in(fields), day != DAY)
        .join(oldest, on="model_id", how="left", maintain_order="left")
        .filter((last - first > APART) | (pl.col("oldest") - first > BEFORE))
    )
    things: dict[tuple[object, ...], list[Row]] = {}
    for row in suspect.to_dicts():
        things.setdefault(tuple(row[key] for key in _THING), []).append(row)
    for rows in things.values():
        for row in rows:
            others = [other for other in rows if other is not row]
            nearest = min(others, key=lambda other: _distance(row, other), default=None)
            if nearest is not None and _distance(row, nearest) > APART:
                yield context.finding(RULE, row, stated_value(row), f"another source says {stated_value(nearest)}")
                continue
            own, oldest_source = cast(date, row["value_date"]), cast(date | None, row["oldest"])
            if oldest_source is not None and oldest_source - own > BEFORE:
                message = f"the oldest source of the record is of {oldest_source}"
                yield context.finding(RULE, row, stated_value(row), message)
