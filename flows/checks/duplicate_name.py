"""No two models share an id, name or alias, however it is spelled, and no model has a name twice."""

from collections.abc import Iterator

from flows.checks.context import Context, about
from flows.records.files import RawFile
from flows.records.findings import Finding, Pointer, Rule
from flows.records.names import fold, recased

RULE = Rule("cross.duplicate-name", "another model has this name already", "keep the name on one of the two")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each name that another record, or the same one, already has.

    Between records case, width, spaces, hyphens and dots make no difference, as in `reconcile`: GPT-3, GPT 3 and GPT3 are one
    name. Within one record they do, for aliases are there to list spellings.
    """
    own: dict[str, tuple[RawFile, Pointer]] = {}
    folded: dict[str, tuple[RawFile, Pointer]] = {}
    for file in context.folder.records:  # ids differ by their paths; folding may still join them
        own[recased(file.model_id)] = (file, ())
    for file, pointer, name in (*context.entries("name"), *context.entries("aliases")):
        same, there = own.setdefault(recased(name), (file, pointer))
        other, place = folded.setdefault(fold(name) or recased(name), (file, pointer))
        if other.path != file.path:
            same, there = other, place
        if (same, there) != (file, pointer):
            message = f"{same.path}:{same.line(there)} has this name already"
            yield about(file.finding(RULE, pointer, name, message), same.path)
