"""The model that another is compared with is a record, and another one."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

NO_RECORD = Rule("cross.dangling-comparison", "there is no such model", "add its record, or mend the id")
ITSELF = Rule("cross.self-comparison", "the model is compared with itself", "name the other model")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each `relative_to` claim against no record, or against itself."""
    for row in context.statements("relative_to"):
        other = row["other_id"]
        if other not in context.model_ids:
            yield context.finding(NO_RECORD, row, other, at=("statements", "other_id"))
        elif other == row["model_id"]:
            yield context.finding(ITSELF, row, other, at=("statements", "other_id"))
