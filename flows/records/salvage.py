"""What is left of a file without the parts whose shape is wrong, so that one mistake hides no other.

What is left is examined, and never published: a part that was left out, or stands for one that is not known, comes
beside an error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flows.records.findings import Pointer
from schemas.codebook import Licences, Organisations, Reading
from schemas.fields import CHANNELS, LICENCE_KINDS, ORGANISATION_KINDS, SECONDARY_KINDS, STATED, VARIANT_FIELDS
from schemas.record import Record

M = TypeVar("M", bound=BaseModel)

_NOTHING = {"retrieval": {"undisclosed": True}}
_SOURCE = {
    "key": "unnamed-{1}",
    "kind": SECONDARY_KINDS[0],
    "title": "unknown",
    "url": "https://unknown.invalid/",
    "accessed": date(2000, 1, 1),
    "states": _NOTHING,
}
#: what stands for a key that has to be there, by the depth at which it stands in the files of a shape; no rule objects
#: to it, and `{1}` is the number of the source
_STAND_INS: dict[type[BaseModel], dict[tuple[int, str | int], object]] = {
    Record: {
        (1, "name"): "unknown",
        (1, "organisations"): ["unknown"],
        (1, "sources"): [_SOURCE | {"key": "unnamed"}],
        **{(3, key): value for key, value in _SOURCE.items()},
    },
    Reading: {(1, key): "unknown" for key in ("title", "author", "published", "language")},
    Organisations: {(3, "name"): "unknown", (3, "kind"): ORGANISATION_KINDS[0]},
    Licences: {
        (3, "name"): "unknown",
        (3, "kind"): LICENCE_KINDS[0],
        (3, "commercial_use"): False,
        (3, "use_restrictions"): False,
    },
}
_LISTS = (
    "organisations",
    "licences",
    "axes",
    "retired",
    "errata",
    "comparisons",
    "draws",
    "waivers",
    "claims",
    "aliases",
)
_OF_A_SOURCE_ALONE = ("key", "title", "url", "accessed", "read_as", "read_at")
_OF_A_MODEL_ALONE = ("name", "name_ja", "aliases", "organisations", "family", "review")


@dataclass(frozen=True)
class Lost:
    """What a file had to do without: places left out, and places at which something else stands for them."""

    gone: set[Pointer] = field(default_factory=set)
    filled: dict[Pointer, object] = field(default_factory=dict)

    def original(self, pointer: Pointer) -> Pointer:
        """The place in the file of a place in what is left: items of lists moved up."""
        place: Pointer = ()
        for part in pointer:
            if isinstance(part, int):
                number = left = 0
                while left <= part:
                    left += (*place, number) not in self.gone
                    number += 1
                part = number - 1
            place = (*place, part)
        return place

    def touches(self, *fields: str) -> bool:
        """Whether what was lost of a record could have said something of one of these fields, or how it ranks."""
        return any(_touches(place, fields) for place in (*self.gone, *self.filled))

    def brought_about(self, place: Pointer) -> bool:
        """Whether an error at a place can be due to what was left out there or within."""
        within = any(gone[: len(place)] == place for gone in self.gone)
        return within or place in self.filled or (*place, "states") in self.filled

    def has_filled(self, pointer: Pointer) -> bool:
        """Whether something stands for a place around this one."""
        return any(pointer[:length] in self.filled for length in range(1, len(pointer)))


def _touches(place: Pointer, fields: Iterable[str]) -> bool:
    match place:
        case ("sources", _, "states", name, *_) if name in STATED:
            return name in fields
        case ("sources", _, "states", *_):  # a key that is no field may be any
            return any(name in STATED for name in fields)
        case ("sources", _, "variants", *_):
            return any(name in VARIANT_FIELDS for name in fields)
        case ("sources", _, "access", _, name) if name in CHANNELS:
            return name in fields
        case ("sources", _, "access", *_):
            return any(name in CHANNELS for name in fields)
        case ("sources", _, "relative_to", *_):
            return "relative_to" in fields
        case ("sources", _, key):
            return key not in _OF_A_SOURCE_ALONE
        case (key, *_):
            return key not in _OF_A_MODEL_ALONE
    return True


def _unit(place: Pointer) -> Pointer:
    """The part of a file that is left out if something is wrong at a place: a statement, an entry, or a single key."""
    match place:
        case ("sources", _, "variants", _, _, *_):
            return place[:5]
        case ("sources", _, "access", _, name, *_) if name in CHANNELS:
            return place[:5]
        case ("sources", _, "states" | "access" | "relative_to", _, *_) | ("axes", _, "labels" | "thresholds", _, *_):
            return place[:4]
        case ("sources" | "review" | "organisations" | "licences", _, _, *_):
            return place[:3]
        case ("sources" | "review", _):
            return place
        case (key, _, *_) if key in _LISTS:
            return place[:2]
    return place[:1]


def _leave_out(lost: Lost, model: type[BaseModel], place: Pointer, kind: str) -> None:
    """Take out what is wrong at a place, or put something in its stead where something has to be."""
    unit = (*place, "states") if kind == "empty" and len(place) == 2 and place[0] == "sources" else _unit(place)
    stand_in = _STAND_INS.get(model, {}).get((len(unit), unit[-1]))
    if stand_in is not None:
        lost.filled[unit] = stand_in.format(*unit) if isinstance(stand_in, str) else stand_in
    else:
        lost.gone.add(place[:-1] if kind == "missing" and unit == place else unit)


def _left(value: object, lost: Lost, place: Pointer = ()) -> object:
    """Build what is left at a place."""
    if isinstance(value, list):
        return [
            _left(item, lost, (*place, index)) for index, item in enumerate(value) if (*place, index) not in lost.gone
        ]
    if not isinstance(value, dict):
        return value
    kept = {key: _left(item, lost, (*place, key)) for key, item in value.items() if (*place, key) not in lost.gone}
    return kept | {where[-1]: stand_in for where, stand_in in lost.filled.items() if where[:-1] == place}


def place_of_error(error: ErrorDetails) -> Pointer:
    """The place that an error of pydantic is about."""
    return tuple(part for part in error["loc"] if part != "[key]")


def salvage(data: object, model: type[M], report: Callable[[ErrorDetails, Pointer], None]) -> tuple[M | None, Lost]:
    """Compare data with a shape, and leave out what is wrong until the rest has the shape.

    Every error is reported once, with its place in the file; not those that only what was left out brings about.
    Returns what is left, typed (None if nothing is), and what it had to do without.
    """
    lost = Lost()
    while True:
        try:
            return model.model_validate(_left(data, lost) if lost.gone or lost.filled else data), lost
        except ValidationError as failed:
            errors = failed.errors(include_url=False)
        before = len(lost.gone) + len(lost.filled)
        placed = [(error, lost.original(place_of_error(error))) for error in errors]
        caused = [lost.brought_about(place) for _, place in placed]
        for (error, place), by_us in zip(placed, caused, strict=True):
            if not by_us:
                report(error, place)
            if place:
                _leave_out(lost, model, place, error["type"])
        if len(lost.gone) + len(lost.filled) == before or () in lost.gone:
            return None, lost
