"""Every licence that an access event names is in `licences.toml`."""

from collections.abc import Iterator

from flows.checks.context import Context, nearest_or
from flows.records.findings import Finding, Rule

RULE = Rule("cross.unknown-licence", "no such licence", "add it to raw/licences.toml")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each unknown licence."""
    if (known := context.keys("licences")) is None:
        return
    for row in context.statements("licence"):
        licence = str(row["value_text"])
        if licence not in known:
            yield context.finding(RULE, row, licence, remedy=nearest_or(RULE.remedy, licence, known))
