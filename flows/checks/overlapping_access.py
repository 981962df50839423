"""On one day a channel of access has one value.

An event lasts until the next event of its channel, or until its own `until`. Two events of
a channel overlap if they begin on one day with other values, or if one runs past the
beginning of the next.
"""

from collections.abc import Iterator
from datetime import date
from typing import cast

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from schemas.fields import CHANNELS
from schemas.tables import Row

RULE = Rule(
    "cross.overlapping-access", "another event says otherwise for the same time", "mend `since` or `until` of one"
)


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each event that begins while another value of its channel still holds."""
    groups: dict[tuple[object, object], list[Row]] = {}
    for row in context.statements(*CHANNELS):
        groups.setdefault((row["model_id"], row["field"]), []).append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: (cast(date, row["since"]), str(row["statement_id"])))
        for later in rows:
            start = cast(date, later["since"])
            against = [
                earlier
                for earlier in rows
                if earlier["value_text"] != later["value_text"]
                and (
                    (earlier["since"] == start and str(earlier["statement_id"]) < str(later["statement_id"]))
                    or (cast(date, earlier["since"]) < start and cast(date, earlier["until"] or start) > start)
                )
            ]
            if against:
                earlier = against[0]
                message = f"{context.place(earlier)} says {earlier['value_text']} for the same time"
                yield context.finding(RULE, later, later["value_text"], message)
