"""The shapes of the other files in `raw/`: what records refer to, axes, waivers, readings.

A key that is published under another name carries that name as its serialization alias.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from schemas.fields import COMPARED, COMPARISON_VERDICTS, DRAW_VERDICTS, LICENCE_KINDS, ORGANISATION_KINDS, VERDICTS
from schemas.values import AnyId, Count, Day, Number, RorId, Shape, Slug, Text, Version, WikidataId, code_of


class Organisation(Shape):
    """Somebody who makes models; ids in registries stand with the page that shows them beside the name."""

    name: Text = Field(serialization_alias="organisation_name")
    name_ja: Text | None = Field(None, serialization_alias="organisation_name_ja")
    country: Text | None = None
    kind: Annotated[str, code_of(ORGANISATION_KINDS)] = Field(serialization_alias="organisation_kind")
    ror: RorId | None = Field(None, serialization_alias="ror_id")
    wikidata: WikidataId | None = Field(None, serialization_alias="wikidata_id")
    source: Text | None = Field(None, serialization_alias="ids_seen_at")
    accessed: Day | None = None


class Organisations(Shape):
    """`organisations.toml`: organisations by slug."""

    organisations: dict[Slug, Organisation]


class Licence(Shape):
    """A licence of weights, and what it permits."""

    name: Text = Field(serialization_alias="licence_name")
    spdx: Text | None = Field(None, serialization_alias="spdx_id")
    url: Text | None = None
    kind: Annotated[str, code_of(LICENCE_KINDS)] = Field(serialization_alias="licence_kind")
    commercial_use: bool
    use_restrictions: bool


class Licences(Shape):
    """`licences.toml`: licences by slug."""

    licences: dict[Slug, Licence]


class Threshold(Shape):
    """A number that the rules of an axis read."""

    value: Number = Field(serialization_alias="threshold_value")
    unit: Text | None = None
    origin: Text
    meaning_en: Text
    meaning_ja: Text


class Label(Shape):
    """One label of an axis."""

    title_en: Text
    title_ja: Text
    meaning_en: Text
    meaning_ja: Text


class Axis(Shape):
    """One axis of classification."""

    title_en: Text
    title_ja: Text
    meaning_en: Text
    meaning_ja: Text
    time_en: Text
    time_ja: Text
    dated: bool = Field(False, serialization_alias="is_dated")
    multiple: bool = Field(False, serialization_alias="is_multiple")
    thresholds: dict[Text, Threshold] = {}
    labels: dict[Slug, Label]


class Axes(Shape):
    """`axes.toml`: the axes by code, in the order in which they are published."""

    axes: dict[Text, Axis]


class RetiredId(Shape):
    """An id that once was a model's, an organisation's or a licence's and is never used again."""

    id: AnyId = Field(serialization_alias="retired_id")
    renamed_to: AnyId | None = None
    reason: Text
    on: Day = Field(serialization_alias="retired_on")


class Retired(Shape):
    """`retired.toml`."""

    retired: list[RetiredId] = Field(default_factory=list)


class Erratum(Shape):
    """One known fault of a published release, which stays as it is."""

    id: Slug = Field(serialization_alias="erratum_id")
    version: Version
    table: Text = Field(serialization_alias="table_name")
    en: Text = Field(serialization_alias="erratum_en")
    ja: Text = Field(serialization_alias="erratum_ja")
    corrected_in: Version | None = None
    on: Day = Field(serialization_alias="noted_on")


class Errata(Shape):
    """`errata.toml`."""

    errata: list[Erratum] = Field(default_factory=list)


class Draw(Shape):
    """One statement that was drawn at random after a wave of records, and read again at its source."""

    wave: Count
    statement: Text = Field(serialization_alias="statement_id")
    verdict: Annotated[str, code_of(DRAW_VERDICTS)] = Field(serialization_alias="draw_verdict")
    note: Text | None = Field(None, serialization_alias="draw_note")
    on: Day = Field(serialization_alias="drawn_on")


class Draws(Shape):
    """`draws.toml`."""

    draws: list[Draw] = []


class Comparison(Shape):
    """How many values of one field came out alike when a table that others keep was held against ours."""

    table: Slug = Field(serialization_alias="comparison")
    day: Day = Field(serialization_alias="their_day")
    field: Annotated[str, code_of(COMPARED)] = Field(serialization_alias="compared_field")
    verdict: Annotated[str, code_of(COMPARISON_VERDICTS)] = Field(serialization_alias="comparison_verdict")
    count: Count = Field(serialization_alias="cells_count")
    on: Day = Field(serialization_alias="compared_on")


class Comparisons(Shape):
    """`comparisons.toml`."""

    comparisons: list[Comparison] = []


class Horizon(Shape):
    """`horizon.toml`: up to which day models were looked for, and which."""

    collected_until: Day
    en: Text = Field(serialization_alias="horizon_en")
    ja: Text = Field(serialization_alias="horizon_ja")


class Waiver(Shape):
    """One finding that is accepted, with the reason."""

    rule: Text
    path: Text
    field: Text
    reason: Text


class Waivers(Shape):
    """`waivers.toml`."""

    waivers: list[Waiver] = Field(default_factory=list)


class Claim(Shape):
    """One factual claim of a text, as a query over a release.

    The query yields one row with two columns: `verdict` (true: it holds; false: it
    differs; null: the records cannot decide) and `found` (what they say).
    """

    en: Text = Field(serialization_alias="claim_en")
    ja: Text = Field(serialization_alias="claim_ja")
    sql: Text
    expected: Text
    verdict: Annotated[str, code_of(VERDICTS)]
    evidence_en: Text
    evidence_ja: Text


class Reading(Shape):
    """`readings/<text>.toml`: a text about the landscape and its claims, by id."""

    title: Text
    author: Text
    published: Text
    language: Text
    claims: dict[Slug, Claim]


@dataclass(frozen=True)
class Books:
    """The codebooks together; one that is not there has nothing in it."""

    organisations: Organisations
    licences: Licences
    axes: Axes
    horizon: Horizon | None
    retired: Retired
    errata: Errata
    draws: Draws
    comparisons: Comparisons
    waivers: Waivers
