"""The base of a model is a record, and not the model itself."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule("cross.dangling-base", "there is no such model", "add its record, or mend the id")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each `base` that is no record."""
    for row in context.statements("base"):
        base = row["value_text"]
        if base is not None and base not in context.model_ids:
            yield context.finding(RULE, row, base)
