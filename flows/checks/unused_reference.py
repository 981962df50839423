"""An organisation or licence that no record refers to is probably a slip."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule("cross.unused-reference", "no record refers to this", "delete it, or mend the record", "warning")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each organisation and licence without a record, if all records could be read."""
    if any(file.data is None for file in context.folder.records):
        return
    makers = {name for _, _, name in context.entries("organisations")}
    licences = {name for _, _, name in context.entries("sources", "access", "licence")}
    for table, key, used in (
        ("organisations", "organisation_id", makers),
        ("licences", "licence_id", licences),
    ):
        for row in context.rows(table):
            if row[key] not in used:
                yield context.finding(RULE, row, row[key])
