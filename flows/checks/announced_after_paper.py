"""A paper, weights or a service are announcements too: none comes before `announced`."""

from collections.abc import Iterator
from datetime import date
from typing import cast

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.announced-late",
    "this comes before the announcement",
    "state the earlier day as `announced`, or mend one of the two",
    "warning",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning where an exact date of paper, weights or service is before every announcement."""
    first: dict[object, date] = {}
    for row in context.statements("announced"):
        if row["value_date"] is not None:
            stated = cast(date, row["value_date"])
            first[row["model_id"]] = min(stated, first.get(row["model_id"], stated))
    for row in context.statements("paper_date", "weights_date", "service_date"):
        day, start = cast(date | None, row["value_date"]), first.get(row["model_id"])
        if context.may_lack(row["model_id"], "announced"):
            continue
        if day and start and row["date_precision"] == "day" and day < start:
            yield context.finding(RULE, row, day, f"{RULE.words} ({start})")
