"""Weights that people can download come under some licence; without it, `access` stays unknown."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule("cross.weights-without-licence", "the weights have no licence", "add licence = …", "warning")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each download of weights in a record that names no licence."""
    licensed = {row["model_id"] for row in context.statements("licence")}
    for row in context.statements("weights"):
        if (
            row["value_text"] == "download"
            and row["model_id"] not in licensed
            and not context.may_lack(row["model_id"], "licence")
        ):
            yield context.finding(RULE, row, "download")
