"""A label in `axes.toml` is one that the rules of its axis can give."""

import re
from collections.abc import Iterator
from functools import cache

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from schemas.fields import CHANNELS, STATED
from schemas.values import closest

RULE = Rule("cross.unruled-label", "no rule of the axis gives this label", "delete it, or mend its name")

#: a rule begins with its label: 'label.reason', or 'label.' before what is added to it
_LABEL = re.compile(r"'([a-z0-9-]+)[.']")
_CODES = frozenset(code for field in (STATED | CHANNELS).values() for code in field.values or ())


@cache
def labels_of(step: str) -> frozenset[str]:
    """What the SQL of a step can give as a label: words of its own, or of the steps that it reads, and codes of fields."""
    from flows.derive.steps import STEPS, reads, step_sql

    sql = step_sql(step)
    return _CODES.union(_LABEL.findall(sql), *(labels_of(read) for read in reads(sql).tables if read in STEPS))


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each label that the SQL of its axis does not name."""
    if not context.asks(context.folder.codebooks["axes"].path):
        return
    from flows.derive.steps import STEPS

    for row in context.rows("axis_labels"):
        axis, label = str(row["axis"]), str(row["label"])
        if axis in STEPS and label not in labels_of(axis):
            yield context.finding(RULE, row, label, remedy=closest(label, sorted(labels_of(axis) - _CODES)))
