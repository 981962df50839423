"""Every licence that an access event names is in `licences.toml`."""

from collections.abc import Iterator

from flows.checks.context import Context, about, nearest_or
from flows.records.findings import Finding, Rule
from schemas.values import SLUG

RULE = Rule("cross.unknown-licence", "no such licence", "add it to raw/licences.toml")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each unknown licence."""
    if (known := context.keys("licences")) is None:
        return
    book = context.folder.codebooks["licences"].path
    for file, pointer, licence in context.entries("sources", "access", "licence"):
        if SLUG.fullmatch(licence) and licence not in known:
            remedy = nearest_or(RULE.remedy, licence, known)
            yield about(file.finding(RULE, pointer, licence, remedy=remedy), book)
