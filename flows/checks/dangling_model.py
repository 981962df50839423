"""The base and the successor of a model are records."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule("cross.dangling-model", "there is no such model", "add its record, or mend the id")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each `base` and `succeeded_by` that is no record."""
    for row in context.statements("base", "succeeded_by"):
        other = row["value_text"]
        if other is not None and other not in context.model_ids:
            yield context.finding(RULE, row, other)
