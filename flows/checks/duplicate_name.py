"""No two models share an id, name or alias, not even in other case, width or spacing."""

from collections.abc import Iterator

from flows.checks.context import Context, about
from flows.records.files import RawFile
from flows.records.findings import Finding, Pointer, Rule
from flows.records.names import recased

RULE = Rule("cross.duplicate-name", "another model has this name already", "keep the name on one of the two")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each name that another record, or the same one, already has."""
    first: dict[str, tuple[RawFile, Pointer]] = {}
    for file in context.folder.records:  # ids differ by their paths; folding may still join them
        first[recased(file.model_id)] = (file, ())
    for file, pointer, name in (*context.entries("name"), *context.entries("aliases")):
        other, place = first.setdefault(recased(name), (file, pointer))
        if (other, place) != (file, pointer):
            message = f"{other.path}:{other.line(place)} has this name already"
            yield about(file.finding(RULE, pointer, name, message), other.path)
