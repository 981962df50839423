"""A source is not silent on what it states."""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.silent-but-stated",
    "the source is silent on this, and states it",
    "take the field out of `silent`, or take the statement out",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a finding for each field on which a source is silent that it has a statement of; savings alone, of claims."""
    silences = context.silences()
    said = {
        (row["source_id"], row["field"])
        for row in context.statements(*sorted({str(row["field"]) for row in silences}))
        if row["field"] != "relative_to" or cast(float, row["value_number"]) < 1
    }
    for row in silences:
        if (row["source_id"], row["field"]) in said:
            yield context.finding(RULE, row, row["field"])
