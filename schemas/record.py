"""The shape of a record: one model as it was announced, in `raw/models/<organisation>/<model>.toml`.

    name          = "One"
    organisations = ["acme"]          # slugs of raw/organisations.toml, at least one
    name_ja       = "ワン"            # optional, as are the next three
    aliases       = ["One 7B"]        # other names in use
    family        = "one"
    review        = { on = 2022-06-01, corrected = ["layers"] }   # a second reading, and the fields it mended

    [[identifiers]]                   # optional: what others call it, by scheme (SCHEMES)
    scheme   = "huggingface"
    id       = "acme/one"
    relation = "exact"                # optional: exact, variant (of one of its sizes) or family
    source   = "https://acme.test/card"   # where that was read
    accessed = 2022-05-31

    [[sources]]                       # what a curator read; one block for each source, at least one
    key       = "paper"               # its name within the record
    kind      = "paper"               # the maker's own (PRIMARY_KINDS) or another's (SECONDARY_KINDS)
    title     = "One Is Enough"
    url       = "https://acme.test/one"
    published = "2022-05"             # optional: a day without quotes, or "2022-05" or "2022" if no more is known
    accessed  = 2022-05-31            # the day on which it was read
    read_as   = "stored-copy"         # optional: one of READ_AS, a page if left out
    read_at   = "https://copies.test/one"   # optional: where the copy is
    silent    = ["training_data", "efficiency"]   # optional: what it was read whole for, and says nothing of

    [sources.states]                  # what it states of the model: any fields of STATED
    parameters   = { value = 7_000_000_000, printed = "7B", at = "Table 1" }
    layers       = { value = 32, printed = "32", estimate = true }
    architecture = { value = "decoder", prefer = true }
    hardware     = { value = ["nvidia-a100=1024", "tpu-v4"] }   # with their number where it is stated
    context_length = { undisclosed = true }
    experts      = { not_applicable = true }

    [[sources.variants]]              # a size announced together with it, and its figures if there are any: VARIANT_FIELDS
    name       = "One Small"
    parameters = { value = 125_000_000, printed = "125M", at = "Table 1" }

    [[sources.access]]                # what people outside can get, from a day on: CHANNELS
    since   = 2022-06-11
    until   = 2023-01-18              # optional, as are printed and at
    api     = "waitlist"
    variants = ["One Small"]          # optional: the variants that it is of, if not of the largest

    [[sources.relative_to]]           # its factor of another model's figure
    aspect  = "training_co2e_t"       # one of ASPECTS
    factor  = "1/7"                   # or 0.14, or "1.3/175" of two sizes
    model   = "openai/gpt-3"
    printed = "1/7th"                 # also 7x fewer, 86 % less, 1.3B against 175B

A source names at least one of these five parts. A statement gives one of `value`, `undisclosed` (the
maker withholds it) and `not_applicable` (none makes sense); a field that no source was read for is
left out. `printed` is the figure as the source prints it, in at most 40 characters, and needed beside every
figure; `at` is the place in the source. `estimate` marks a third party's guess; `prefer` decides
between statements that otherwise tie. `silent` names fields of STATED and CHANNELS, and `efficiency` for savings
against another model; a source of which only a part was read can be silent on nothing.

The words in capitals are lists in `fields.py`, which also has the kind and the unit of each field.
Any other key or type is an error here; whether values can be true is decided in `tables.py`.
"""

import re
from typing import Annotated, Any, Generic, TypeVar

from annotated_types import Len
from pydantic import Field as Default
from pydantic import create_model, model_validator

from schemas.fields import (
    ASPECTS,
    CHANNELS,
    IDENTIFIER_RELATIONS,
    PRIMARY_KINDS,
    READ_AS,
    SCHEMES,
    SECONDARY_KINDS,
    STATED,
    VARIANT_FIELDS,
    Field,
)
from schemas.values import (
    Count,
    Day,
    Factor,
    Language,
    ModelId,
    Number,
    PartialDate,
    Printed,
    Shape,
    Slug,
    Text,
    True_,
    code_of,
    counted,
    wrong,
)

T = TypeVar("T")


class Statement(Shape, Generic[T]):
    """What a source says of one field: a value, or that it withholds one, or that none makes sense."""

    value: T | None = None
    undisclosed: True_ | None = None
    not_applicable: True_ | None = None
    printed: Printed | None = None
    at: Text | None = None
    estimate: bool = False
    prefer: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Statement[T]":
        said = [self.value is not None, self.undisclosed is not None, self.not_applicable is not None]
        if sum(said) != 1:
            raise wrong(
                "one-of",
                "a statement says exactly one thing",
                "give one of value = …, undisclosed = true, not_applicable = true",
            )
        return self


Aspect = Annotated[str, code_of(ASPECTS)]
SourceKind = Annotated[str, code_of(PRIMARY_KINDS + SECONDARY_KINDS)]
ReadAs = Annotated[str, code_of(READ_AS)]
#: what a source can be silent on; `efficiency` stands for claims against other models (`relative_to`)
Silent = Annotated[str, code_of((*STATED, *CHANNELS, "efficiency"))]
Corrected = Annotated[str, code_of((*STATED, *CHANNELS, "title", "url", "published"))]


def _value_type(field: Field) -> Any:
    if field.kind == "counted" and field.values:
        return list[Annotated[str, counted(field.values)]]
    if field.values is not None:
        code: Any = Annotated[str, code_of(field.values)]
        return list[code] if field.kind == "codes" else code
    types: dict[str, Any] = {
        "base": ModelId,
        "succeeded_by": ModelId,
        "languages": list[Language],
        "language_shares": dict[Language, Number],
        "licence": Slug,
    }
    kinds: dict[str, Any] = {
        "count": Count,
        "number": Number,
        "date": PartialDate,
        "boolean": bool,
        "texts": list[Text],
    }
    return types.get(field.name) or kinds[field.kind]


def _statement(value_type: Any) -> Any:
    return Statement[value_type]


def _optional(fields: tuple[str, ...], types: dict[str, Any]) -> dict[str, Any]:
    return {name: (types[name] | None, None) for name in fields}


States = create_model(
    "States",
    __base__=Shape,
    **_optional(tuple(STATED), {f.name: _statement(_value_type(f)) for f in STATED.values()}),
)

_Channels = create_model(
    "_Channels",
    __base__=Shape,
    **_optional(tuple(CHANNELS), {f.name: _value_type(f) for f in CHANNELS.values()}),
)

_Figures = create_model(
    "_Figures",
    __base__=Shape,
    **_optional(VARIANT_FIELDS, dict.fromkeys(VARIANT_FIELDS, Statement[Count])),
)


class Access(_Channels):
    """What people outside can get, from a day on."""

    since: PartialDate
    until: PartialDate | None = None
    variants: list[Text] = Default(default_factory=list)
    printed: Printed | None = None
    at: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Access":
        if all(getattr(self, channel) is None for channel in CHANNELS):
            raise wrong("empty", "the access event names no channel", f"give one of {', '.join(CHANNELS)}")
        return self


class Variant(_Figures):
    """A size or edition of the model that was announced together with it; its figures, where the source has any."""

    name: Text


class RelativeTo(Shape):
    """A claim that this model has a factor of another model's figure."""

    aspect: Aspect
    factor: Factor
    model: ModelId
    printed: Printed | None = None
    at: Text | None = None


class Source(Shape):
    """One thing that a curator read, and what it says."""

    key: Slug
    kind: SourceKind
    title: Text
    url: Text
    published: PartialDate | None = None
    accessed: Day
    read_as: ReadAs = "page"
    read_at: Text | None = None
    silent: list[Silent] = Default(default_factory=list)
    states: States | None = None
    variants: list[Variant] = Default(default_factory=list)
    access: list[Access] = Default(default_factory=list)
    relative_to: list[RelativeTo] = Default(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> "Source":
        stated = self.states is not None and bool(self.states.model_fields_set)
        if not (stated or self.silent or self.variants or self.access or self.relative_to):
            raise wrong("empty", "the source says nothing", "enter what it states, or leave the source out")
        return self


class Identifier(Shape):
    """What others call the model."""

    scheme: Annotated[str, code_of(tuple(SCHEMES))]
    id: Text
    relation: Annotated[str, code_of(IDENTIFIER_RELATIONS)] = "exact"
    source: Text
    accessed: Day

    @model_validator(mode="after")
    def _has_form(self) -> "Identifier":
        if not re.fullmatch(SCHEMES[self.scheme], self.id):
            raise wrong(
                "bad-form", f"{self.id} is no id of {self.scheme}", "write it as it stands there, without its address"
            )
        return self


class Review(Shape):
    """A second reading of every statement against its source."""

    on: Day
    corrected: list[Corrected] = Default(default_factory=list)


class Record(Shape):
    """One model as it was announced."""

    name: Text
    name_ja: Text | None = None
    aliases: list[Text] = Default(default_factory=list)
    organisations: Annotated[list[Slug], Len(min_length=1)]
    family: Slug | None = None
    review: Review | None = None
    identifiers: list[Identifier] = Default(default_factory=list)
    sources: Annotated[list[Source], Len(min_length=1)]
