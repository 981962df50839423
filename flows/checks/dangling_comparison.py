"""The model that another is compared with is a record, and another one."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each `relative_to` claim against no record, or against itself."""
    for row in context.statements("relative_to"):
        other = row["other_id"]
        if other not in context.model_ids:
            yield context.error(
                "cross.dangling-comparison",
                row,
                "there is no such model",
                other,
                "add its record, or mend the id",
                ("statements", "other_id"),
            )
        elif other == row["model_id"]:
            yield context.error(
                "cross.self-comparison",
                row,
                "the model is compared with itself",
                other,
                "name the other model",
                ("statements", "other_id"),
            )
