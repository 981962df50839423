"""An organisation or licence that no record refers to is probably a slip."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule("cross.unused-reference", "no record refers to this", "delete it, or mend the record", "warning")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each organisation and licence without a record, if all records could be read.

    A record whose shape hides what it refers to counts as one that could not.
    """
    data = [file.data for file in context.folder.records]
    unsure = {
        "organisations": not all(record and _are_texts(record.get("organisations")) for record in data),
        "licences": None in data or any(lost.touches("licence") for lost in context.losses.values()),
    }
    makers = {name for _, _, name in context.entries("organisations")}
    licences = {name for _, _, name in context.entries("sources", "access", "licence")}
    for table, key, used in (
        ("organisations", "organisation_id", makers),
        ("licences", "licence_id", licences),
    ):
        for row in () if unsure[table] else context.rows(table):
            if row[key] not in used:
                yield context.finding(RULE, row, row[key])


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
