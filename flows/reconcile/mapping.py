"""Mappings: how a table that somebody else keeps is laid out, and what its words mean in ours."""

import codecs
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from flows.errors import UserError
from flows.records.printed import Notation
from schemas.fields import SCHEMES
from schemas.values import SLUG, Shape, Slug, Text, closest, code_of, name_type, wrong

#: our fields of dates that theirs can be compared with
DATES = ("announced", "paper_date", "weights_date", "service_date")
#: labels of the axis `access`
LABELS = (
    "unreleased",
    "withdrawn",
    "partial",
    "app-only",
    "waitlist",
    "paid",
    "free-service",
    "restricted",
    "conditional",
    "open",
)

Filled = Annotated[str, StringConstraints(min_length=1)]


def _one_byte(value: object) -> str:
    if not isinstance(value, str) or len(value) != 1 or not value.isascii() or value in '\r\n"':
        raise wrong("bad-separator", "this is no separator", 'write one character of ASCII, such as "," or "\\t"')
    return value


def _encoding(value: object) -> str:
    try:
        if not isinstance(value, str) or codecs.lookup(value).name in ("idna", "punycode"):  # of names of hosts
            raise LookupError
        b"table".decode(value)  # some codecs are not of texts, or decode nothing at all
    except (LookupError, ValueError):
        raise wrong("unknown-encoding", "no such encoding", 'write "utf-8" or "cp932"') from None
    return value


def _unit(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in (1, 1e3, 1e6, 1e9, 1e12):
        raise wrong("bad-unit", "this is no unit of counts", "write 1, 1e3, 1e6, 1e9 or 1e12")
    return float(value)


def _path(value: str) -> str:
    if value and not all(step.strip() for step in value.split(".")):
        raise wrong("bad-path", "this is no path of keys", 'write "models.*", or "" for a document that is one row')
    return value


Separator = Annotated[str, PlainValidator(_one_byte)]


class Columns(Shape):
    """Names of their columns, by what they hold in ours; only the name of the model is needed.

    `identifier` is what the scheme of the mapping calls the model. Where a mapping has `rows`, these are paths (flows/reconcile/trees.py).
    """

    name: Filled
    organisations: Filled | None = None
    announced: Filled | None = None
    parameters: Filled | None = None
    access: Filled | None = None
    identifier: Filled | None = None

    @property
    def named(self) -> list[str]:
        """Their columns that are read, each once."""
        return list(dict.fromkeys(name for name in self.model_dump().values() if name is not None))

    @model_validator(mode="after")
    def _each_once(self) -> "Columns":
        named = [name for name in self.model_dump().values() if name is not None]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise wrong("twice", f"two keys name the column {twice[0]!r}", "give each its own column")
        return self


class Dates(Shape):
    """Our fields of which one must agree with their date."""

    announced: list[Annotated[str, code_of(DATES)]] = Field(default_factory=lambda: ["announced"], min_length=1)


class Numbers(Shape):
    """How numbers are written in their table, as far as it is known; what can be meant in two ways is not read.

    `unit` is what a number counts that has no word of scale beside it (1e9 where a column counts billions); the head of
    the column says it too, as in "#Params (B)". `decimal` and `thousands` are signs, `scale` says whether a billion is
    10^9 ("short") or 10^12 ("long").
    """

    unit: Annotated[float, PlainValidator(_unit)] | None = None
    decimal: Annotated[str, code_of((".", ","))] | None = None
    thousands: Annotated[str, code_of((",", ".", " ", "'"))] | None = None
    scale: Annotated[str, code_of(("short", "long"))] | None = None

    @model_validator(mode="after")
    def _apart(self) -> "Numbers":
        if self.decimal and self.decimal == self.thousands:
            raise wrong("twice", f"decimal and thousands are both {self.decimal!r}", "give each its own sign")
        return self

    @property
    def notation(self) -> Notation:
        """The same for the reader of figures."""
        return Notation(self.decimal, self.thousands, self.scale)

    def counting(self, unit: float | None) -> "Numbers":
        """The same, where a number without a word of scale counts `unit`."""
        return self.model_copy(update={"unit": unit})


NUMBERS = Numbers()


class Values(Shape):
    """Their words, each with ours."""

    access: dict[Text, list[Annotated[str, code_of(LABELS)]]] = Field(default_factory=dict)
    organisations: dict[Text, list[Slug]] = Field(default_factory=dict)


class Mapping(Shape):
    """`mappings/<name>.toml`: a layout of a third-party table.

    `rows` says that it is a tree (JSON, JSON lines, YAML, nested Parquet) and leads to its rows: "*.models.*" are all
    models of all providers, "" is a document that is one row. `scheme` is whose ids `columns.identifier` holds. `as_of` is the day of their table,
    if it is one that does not move on.
    """

    name: Slug
    documentation: Text | None = None
    licence: Text | None = None
    citation: Text | None = None
    separator: Separator = ","
    encoding: Annotated[str, PlainValidator(_encoding)] = "utf-8"
    list_separator: Separator = ","
    blanks: list[Text] = Field(default_factory=list)
    rows: Annotated[str, AfterValidator(_path)] | None = None
    as_of: date | None = None
    scheme: Annotated[str, code_of(tuple(SCHEMES))] | None = None
    columns: Columns
    dates: Dates = Field(default_factory=Dates)
    numbers: Numbers = Field(default_factory=Numbers)
    values: Values = Field(default_factory=Values)

    @model_validator(mode="after")
    def _both(self) -> "Mapping":
        if (self.scheme is None) != (self.columns.identifier is None):
            raise wrong("half", "only one of scheme and columns.identifier is given", "give both, or neither")
        return self


_TABLES: dict[tuple[str, ...], type[Shape]] = {
    (): Mapping,
    ("columns",): Columns,
    ("dates",): Dates,
    ("numbers",): Numbers,
    ("values",): Values,
}


def _problem(error: ErrorDetails) -> str:
    place = tuple(str(part) for part in error["loc"])
    shown, context = ".".join(place), error.get("ctx", {})
    if error["type"] == "extra_forbidden":
        model = _TABLES.get(place[:-1])
        return f"{shown}: no such key; {closest(place[-1], list(model.model_fields) if model else [])}"
    if error["type"] == "missing":
        return f"{shown}: it is missing; add {place[-1]} = …"
    if "remedy" in context:
        value = "" if isinstance(error["input"], dict) else f" = {str(error['input'])[:60]!r}"
        return f"{shown}{value}: {context['message']}; {context['remedy']}"
    given = f", not a {name_type(error['input'])}" if error["type"].endswith("_type") else ""
    return f"{shown}: {error['msg'][:1].lower()}{error['msg'][1:]}{given}; see a mapping that comes with Kiban"


def mappings() -> list[str]:
    """Names of the mappings that come with Kiban."""
    folder = files("flows.reconcile").joinpath("mappings")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_mapping(name: str) -> Mapping:
    """Read a mapping that comes with Kiban, by its name, or a `.toml` file of one's own.

    Raises UserError if there is none, or with everything that is wrong in it.
    """
    known = mappings()
    if name in known:
        text, place = files("flows.reconcile").joinpath("mappings", f"{name}.toml").read_text(encoding="utf-8"), name
    elif name.endswith(".toml"):
        place = name
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise UserError(f"the mapping {name} cannot be read ({error}); see to the path") from error
    else:
        hint = closest(name, known) if SLUG.fullmatch(name) else f"use one of {', '.join(known)}"
        raise UserError(f"there is no mapping {name}; {hint.rstrip('?')}, or give the path of a .toml file")
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"the mapping {place} is no TOML: {error}") from error
    except ValidationError as error:
        problems = "\n".join(f"  {_problem(detail)}" for detail in error.errors())
        raise UserError(f"the mapping {place} is not as it should be:\n{problems}") from error
