"""A parameter count should rest on the maker's own word."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.secondary-only",
    "only third parties state this figure",
    "find the maker's own source, or mark it with estimate = true",
    "warning",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each parameter count, not marked as an estimate, that only others state."""
    rows = [row for row in context.statements("parameters") if not row["is_estimate"]]
    own = {row["model_id"] for row in rows if row["is_primary"]}
    first = {row["model_id"]: row for row in reversed(rows) if row["model_id"] not in own}
    for row in first.values():
        if not context.may_lack(row["model_id"], "parameters"):
            yield context.finding(RULE, row, row["printed"])
