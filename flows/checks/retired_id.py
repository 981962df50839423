"""An id in `retired.toml` (of a model, organisation or licence) is never used again; what it was renamed to exists."""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context
from flows.records.findings import Finding


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each use of a retired id, and for each renaming to nowhere."""
    retired = {row["retired_id"]: row for row in context.rows("retired")}
    for file in context.folder.records:
        if row := retired.get(file.model_id):
            message = f"the id was retired ({context.place(row)})"
            yield file.finding("cross.retired-id", (), message, file.model_id, "give the record another id")
    books = [("organisations", "organisation_id"), ("licences", "licence_id")]
    ids = set(context.model_ids)
    for table, column in books:
        for entry in context.rows(table):
            ids.add(cast(str, entry[column]))
            if row := retired.get(entry[column]):
                message = f"the id was retired ({context.place(row)})"
                yield context.error("cross.retired-id", entry, message, entry[column], "give it another id")
    for row in retired.values():
        target = row["renamed_to"]
        unknown = target not in ids and target not in retired
        if target is not None and (unknown or target == row["retired_id"]):
            yield context.error(
                "cross.retired-target",
                row,
                "nothing has that id",
                target,
                "name the id that took its place",
                ("retired", "renamed_to"),
            )
