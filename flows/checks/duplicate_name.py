"""No two models share an id, name or alias, not even after Unicode and case folding."""

import unicodedata
from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.files import RawFile
from flows.records.findings import Finding, Pointer


def fold(name: str) -> str:
    """Fold a name so that variants in width, case and spacing become one."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each name that another record, or the same one, already has."""
    first: dict[str, tuple[RawFile, Pointer]] = {}
    for file in context.folder.records:  # ids differ by their paths; folding may still join them
        first[fold(file.model_id)] = (file, ())
    for file, pointer, name in (*context.entries("name"), *context.entries("aliases")):
        other, place = first.setdefault(fold(name), (file, pointer))
        if (other, place) != (file, pointer):
            yield file.finding(
                "cross.duplicate-name",
                pointer,
                f"{other.path}:{other.line(place)} has this name already",
                name,
                "keep the name on one of the two",
            )
