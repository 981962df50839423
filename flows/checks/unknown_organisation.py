"""Every organisation that a record names is in `organisations.toml`."""

from collections.abc import Iterator

from flows.checks.context import Context, about, nearest_or
from flows.records.findings import Finding, Rule

RULE = Rule("cross.unknown-organisation", "no such organisation", "add it to raw/organisations.toml")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each unknown organisation."""
    if (known := context.keys("organisations")) is None:
        return
    for file, pointer, organisation in context.entries("organisations"):
        if organisation not in known:
            remedy = nearest_or(RULE.remedy, organisation, known)
            book = context.folder.codebooks["organisations"].path
            yield about(file.finding(RULE, pointer, organisation, remedy=remedy), book)
