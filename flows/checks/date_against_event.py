"""A day of weights or service and the events of access say the same first day."""

from collections.abc import Iterator
from datetime import date
from typing import cast

from flows.checks.context import Context, period
from flows.records.findings import Finding, Rule
from schemas.tables import Row

RULE = Rule("cross.date-against-event", "the events of access begin on another day", "mend one of the two", "warning")

#: field of a first day -> its channels
_CHANNELS = {"weights_date": ("weights",), "service_date": ("api", "app")}


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each stated day that does not overlap with the first event that gives people something."""
    for field, channels in _CHANNELS.items():
        first: dict[object, Row] = {}
        for row in context.statements(*channels):
            if row["value_text"] in ("none", "withdrawn"):
                continue
            known = first.setdefault(row["model_id"], row)
            if cast(date, row["since"]) < cast(date, known["since"]):
                first[row["model_id"]] = row
        for row in context.statements(field):
            event = first.get(row["model_id"])
            if event is None or row["value_date"] is None or context.may_lack(row["model_id"], *channels):
                continue
            begins, ends = period(cast(date, row["value_date"]), row["date_precision"])
            event_begins, event_ends = period(cast(date, event["since"]), event["since_precision"])
            if begins > event_ends or ends < event_begins:
                yield context.finding(RULE, row, begins, f"{context.place(event)} begins on {event_begins}")
