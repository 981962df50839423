"""An id in `retired.toml` (of a model, organisation or licence) is never used again; what it was renamed to exists."""

from collections.abc import Iterator, Mapping

from flows.checks.context import Context, about
from flows.records.findings import Finding, Rule

RULE = Rule("cross.retired-id", "the id was retired", "give it another id")
TARGET = Rule("cross.retired-target", "nothing has that id", "name the id that took its place")

CIRCLE = Rule("cross.retired-circle", "the renaming leads back to itself", "name the id that is in use now")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each use of a retired id, and for each renaming to nowhere, to another kind of thing or in a circle."""
    retired = {row["retired_id"]: row for row in context.rows("retired")}
    for file in context.folder.records:
        if row := retired.get(file.model_id):
            message = f"{RULE.words} ({context.place(row)})"
            found = file.finding(RULE, (), file.model_id, message, "give the record another id")
            yield about(found, str(row["path"]))
    books = [("organisations", "organisation_id"), ("licences", "licence_id")]
    for table, column in books:
        for entry in context.rows(table):
            if row := retired.get(entry[column]):
                found = context.finding(RULE, entry, entry[column], f"{RULE.words} ({context.place(row)})")
                yield about(found, str(row["path"]))
    known = _ids(context)
    for row in retired.values():
        target = row["renamed_to"]
        if target is None:
            continue
        nowhere = known is not None and target not in known and target not in retired
        other_kind = ("/" in str(target)) != ("/" in str(row["retired_id"]))  # only ids of models have one
        if nowhere or other_kind or target == row["retired_id"]:
            yield context.finding(TARGET, row, target, at=("retired", "renamed_to"))
        elif _comes_back(row["retired_id"], {name: other["renamed_to"] for name, other in retired.items()}):
            yield context.finding(CIRCLE, row, target, at=("retired", "renamed_to"))


def _ids(context: Context) -> set[str] | None:
    """Ids that something has; None if a file that may have more cannot be read whole."""
    organisations, licences = context.keys("organisations"), context.keys("licences")
    if organisations is None or licences is None or context.folder.codebooks["retired"].path in context.losses:
        return None
    return {*context.model_ids, *organisations, *licences}


def _comes_back(start: object, renamed: Mapping[object, object]) -> bool:
    """Whether renaming after renaming leads from an id back to it."""
    seen: set[object] = set()
    current = renamed.get(start)
    while current is not None and current != start and current not in seen:
        seen.add(current)
        current = renamed.get(current)
    return current == start
