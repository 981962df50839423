"""An id in `retired.toml` (of a model, organisation or licence) is never used again; what it was renamed to exists."""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule("cross.retired-id", "the id was retired", "give it another id")
TARGET = Rule("cross.retired-target", "nothing has that id", "name the id that took its place")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each use of a retired id, and for each renaming to nowhere."""
    retired = {row["retired_id"]: row for row in context.rows("retired")}
    for file in context.folder.records:
        if row := retired.get(file.model_id):
            message = f"{RULE.words} ({context.place(row)})"
            yield file.finding(RULE, (), file.model_id, message, "give the record another id")
    books = [("organisations", "organisation_id"), ("licences", "licence_id")]
    ids = set(context.model_ids)
    for table, column in books:
        for entry in context.rows(table):
            ids.add(cast(str, entry[column]))
            if row := retired.get(entry[column]):
                yield context.finding(RULE, entry, entry[column], f"{RULE.words} ({context.place(row)})")
    for row in retired.values():
        target = row["renamed_to"]
        unknown = target not in ids and target not in retired
        if target is not None and (unknown or target == row["retired_id"]):
            yield context.finding(TARGET, row, target, at=("retired", "renamed_to"))
