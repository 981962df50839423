"""Axes and thresholds in `axes.toml` are those that the rules in SQL read: a release could not be derived otherwise."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

LACKING = Rule("axes.lacking", "a rule reads what is not there", "add it, or mend the rule that reads it")
UNREAD = Rule("axes.unread", "no rule reads this", "delete it, or name it in the rule that is to read it")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each axis and threshold that either side lacks, if the codebook could be read whole.

    These cannot be waived: the derivation stops at them.
    """
    file = context.folder.codebooks["axes"]
    if not context.asks(file.path) or file.data is None or file.path in context.losses:
        return
    from flows.derive.products import misfits

    axes = context.tables["axes"]["axis"].to_pylist()
    thresholds = [(str(row["axis"]), str(row["threshold"])) for row in context.rows("thresholds")]
    for misfit in misfits(axes, thresholds):
        below = ("thresholds", misfit.threshold) if misfit.threshold else ()
        rule = LACKING if misfit.in_rules else UNREAD
        yield file.finding(rule, ("axes", misfit.axis, *below), misfit.name)
