"""Only what was read whole can be silent on something."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from schemas.fields import READ_WHOLE

RULE = Rule(
    "cross.silent-excerpt",
    "a source that was read in part is silent on nothing",
    "read all of it, or take the field out of `silent`",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a finding for each silence of a source of which an abstract, an excerpt or a quotation was read."""
    read_as = {row["source_id"]: row["read_as"] for row in context.rows("sources")}
    for row in context.silences():
        if (part := read_as[row["source_id"]]) not in READ_WHOLE:
            yield context.finding(RULE, row, row["field"], f"the source was read as {part}, so it is silent on nothing")
