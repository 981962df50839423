"""What ingest yields, with the rules that one table alone can decide. `schemas/validation.py` asks pandera of them.

Each rule has a name; `RULES` says in curators' words what is wrong and what to
write instead. Whether `printed` holds the value is decided by `flows.records.printed`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast

import polars as pl
import pyarrow as pa

from schemas.addresses import address_fault
from schemas.codes import codes
from schemas.fields import COLUMNS, STATED, VARIANT_FIELDS, Type

EARLIEST = date(1950, 1, 1)

#: whether a printed text holds a value, which is in a unit
Contains = Callable[[str, float, str | None], bool]
#: whether a printed text claims a factor against another model
Claims = Callable[[str, float], bool]

#: columns that lead from a row back to the file and the place in it
PLACE = ("path", "pointer")

#: where in its table of TOML the value of a column stands, if not at the row's own place;
#: the number says how many steps to go up first
KEYS: dict[tuple[str, str], tuple[int, str]] = {
    ("models", "reviewed_on"): (1, "review/on"),
    ("models", "organisations"): (1, "organisations"),
    ("models", "aliases"): (1, "aliases"),
    ("sources", "source_id"): (0, "key"),
    ("sources", "url"): (0, "url"),
    ("sources", "title"): (0, "title"),
    ("sources", "read_at"): (0, "read_at"),
    ("sources", "published"): (0, "published"),
    ("sources", "accessed"): (0, "accessed"),
    ("statements", "variant"): (1, "name"),
    ("statements", "since"): (1, "since"),
    ("statements", "until"): (1, "until"),
    ("statements", "other_id"): (1, "model"),
    ("identifiers", "identifier"): (0, "id"),
    ("identifiers", "url"): (0, "source"),
    ("identifiers", "accessed"): (0, "accessed"),
    ("organisations", "organisation_name"): (0, "name"),
    ("organisations", "country"): (0, "country"),
    ("organisations", "ror_id"): (0, "ror"),
    ("organisations", "wikidata_id"): (0, "wikidata"),
    ("organisations", "ids_seen_at"): (0, "source"),
    ("organisations", "accessed"): (0, "accessed"),
    ("licences", "url"): (0, "url"),
    ("thresholds", "threshold_value"): (0, "value"),
    ("horizon", "collected_until"): (0, "collected_until"),
    ("retired", "retired_id"): (0, "id"),
    ("retired", "retired_on"): (0, "on"),
    ("retired", "renamed_to"): (0, "renamed_to"),
    ("errata", "erratum_id"): (0, "id"),
    ("errata", "version"): (0, "version"),
    ("errata", "table_name"): (0, "table"),
    ("errata", "corrected_in"): (0, "corrected_in"),
    ("errata", "noted_on"): (0, "on"),
    ("comparisons", "comparison"): (0, "table"),
    ("comparisons", "compared_on"): (0, "on"),
    ("draws", "statement_id"): (0, "statement"),
    ("draws", "drawn_on"): (0, "on"),
    ("readings", "sql"): (0, "sql"),
}

#: columns of each table that ingest yields; the key comes first
INGESTED: dict[str, tuple[str, ...]] = {
    "models": (
        "model_id",
        "name",
        "name_ja",
        "aliases",
        "organisations",
        "family",
        "reviewed",
        "reviewed_on",
        "corrected",
        *PLACE,
    ),
    "sources": (
        "source_id",
        "model_id",
        "source_kind",
        "is_primary",
        "title",
        "url",
        "published",
        "published_precision",
        "accessed",
        "read_as",
        "read_at",
        *PLACE,
    ),
    "statements": (
        "statement_id",
        "model_id",
        "variant",
        "field",
        "source_id",
        "statement_kind",
        "value_number",
        "value_date",
        "value_text",
        "value_list",
        "value_boolean",
        "date_precision",
        "unit",
        "printed",
        "location",
        "since",
        "since_precision",
        "until",
        "aspect",
        "other_id",
        "is_primary",
        "is_database",
        "is_estimate",
        "is_preferred",
        "published",
        *PLACE,
    ),
    "identifiers": ("scheme", "identifier", "model_id", "identifier_relation", "url", "accessed", *PLACE),
    "organisations": (
        "organisation_id",
        "organisation_name",
        "organisation_name_ja",
        "country",
        "organisation_kind",
        "ror_id",
        "wikidata_id",
        "ids_seen_at",
        "accessed",
        *PLACE,
    ),
    "licences": (
        "licence_id",
        "licence_name",
        "spdx_id",
        "url",
        "licence_kind",
        "commercial_use",
        "use_restrictions",
        *PLACE,
    ),
    "axes": (
        "axis",
        "position",
        "title_en",
        "title_ja",
        "meaning_en",
        "meaning_ja",
        "time_en",
        "time_ja",
        "is_dated",
        "is_multiple",
        *PLACE,
    ),
    "axis_labels": ("axis", "label", "position", "title_en", "title_ja", "meaning_en", "meaning_ja", *PLACE),
    "thresholds": (
        "axis",
        "threshold",
        "threshold_value",
        "unit",
        "origin",
        "meaning_en",
        "meaning_ja",
        *PLACE,
    ),
    "horizon": ("collected_until", "horizon_en", "horizon_ja", *PLACE),
    "retired": ("retired_id", "renamed_to", "reason", "retired_on", *PLACE),
    "errata": (
        "erratum_id",
        "version",
        "table_name",
        "erratum_en",
        "erratum_ja",
        "corrected_in",
        "noted_on",
        *PLACE,
    ),
    "comparisons": (
        "comparison",
        "their_day",
        "compared_field",
        "comparison_verdict",
        "cells_count",
        "compared_on",
        *PLACE,
    ),
    "draws": ("wave", "statement_id", "draw_verdict", "draw_note", "drawn_on", *PLACE),
    "readings": (
        "claim_id",
        "reading",
        "claim_en",
        "claim_ja",
        "sql",
        "expected",
        "verdict",
        "evidence_en",
        "evidence_ja",
        *PLACE,
    ),
}


def arrow_type(kind: Type) -> pa.DataType:
    """Arrow type of a column; items of lists are never null."""
    item = pa.type_for_alias(kind.arrow)
    return pa.list_(pa.field("item", item, nullable=False)) if kind.is_list else item


def arrow_types(columns: tuple[str, ...]) -> pa.Schema:
    """Types of columns in Arrow; columns that lead to a place are texts."""
    return pa.schema([(name, pa.string() if name in PLACE else arrow_type(COLUMNS[name].type)) for name in columns])


@cache
def polars_types(columns: tuple[str, ...]) -> pl.Schema:
    """Types of columns in polars, as it takes them from Arrow."""
    return pl.DataFrame(arrow_types(columns).empty_table()).schema


@dataclass(frozen=True)
class TableRule:
    """A rule of one table: what is wrong, what to write instead, and the column to show."""

    message: str
    remedy: str
    column: str


RULES: dict[str, TableRule] = {
    "table.url": TableRule("this is not an http(s) address", "write https://…", "url"),
    "table.read-at": TableRule("this is not an http(s) address", "write https://…", "read_at"),
    "table.accessed-range": TableRule(
        "the day of reading lies before 1950 or in the future", "give the day on which you read it", "accessed"
    ),
    "table.published-range": TableRule(
        "the source is dated before 1950 or in the future", "check the year", "published"
    ),
    "table.accessed-before-published": TableRule(
        "it was read before it was published", "check `accessed` and `published`", "accessed"
    ),
    "table.source-twice": TableRule("two sources of the record have this key", "give each its own key", "source_id"),
    "table.statement-twice": TableRule("the source states this twice", "keep one of the two", "statement_id"),
    "table.date-range": TableRule("the date lies before 1950 or in the future", "check the year", "value_date"),
    "table.since-range": TableRule("the event lies before 1950 or in the future", "check the year", "since"),
    "table.until-range": TableRule(
        "the event ends before 1950 or in the future", "leave `until` out while it lasts", "until"
    ),
    "table.until-before-since": TableRule("the event ends before it begins", "check `since` and `until`", "until"),
    "table.not-positive": TableRule(
        "the figure is zero or negative", "check it, or leave the field out", "value_number"
    ),
    "table.share-range": TableRule("a share is not between 0 and 100 percent", "give percent", "value_list"),
    "table.printed-missing": TableRule(
        "the figure lacks what the source prints",
        'add printed = "…" with the figure as it stands there',
        "value_number",
    ),
    "table.no-without-words": TableRule(
        "`false` means that the source says no, and it does not show the words",
        'add printed = "…"; or name the field in `silent` if all of the source was read; or leave it out',
        "value_boolean",
    ),
    "table.printed-differs": TableRule(
        "`printed` does not contain the value", "enter the value that the source prints, or mend `printed`", "printed"
    ),
    "table.empty-list": TableRule("the list is empty", "leave the field out", "value_list"),
    "table.repeated-item": TableRule("the list names something twice", "keep one of the two", "value_list"),
    "table.review-range": TableRule(
        "the second reading lies before 1950 or in the future", "give its day", "reviewed_on"
    ),
    "table.organisation-twice": TableRule(
        "the record names an organisation twice", "keep one of the two", "organisations"
    ),
    "table.country": TableRule("this is not a country code", "use two capital letters (ISO 3166-1)", "country"),
    "table.organisation-source": TableRule("this is not an http(s) address", "write https://…", "ids_seen_at"),
    "table.organisation-range": TableRule(
        "the day of reading lies before 1950 or in the future", "give the day on which you read it", "accessed"
    ),
    "table.organisation-unseen": TableRule(
        "nothing says where the ids of the organisation were seen",
        "give `source`, the page that shows them beside the name, and `accessed`",
        "organisation_name",
    ),
    "table.ror-twice": TableRule("two organisations have this id of ROR", "check both", "ror_id"),
    "table.wikidata-twice": TableRule("two organisations have this id of Wikidata", "check both", "wikidata_id"),
    "table.identifier-source": TableRule("this is not an http(s) address", "write https://…", "url"),
    "table.identifier-range": TableRule(
        "the day of reading lies before 1950 or in the future", "give the day on which you read it", "accessed"
    ),
    "table.licence-url": TableRule("this is not an http(s) address", "write https://…", "url"),
    "table.threshold-not-positive": TableRule(
        "the threshold is zero or negative", "give the figure from which on the label holds", "threshold_value"
    ),
    "table.horizon-range": TableRule(
        "the day lies before 1950 or in the future",
        "give the day up to which models were looked for",
        "collected_until",
    ),
    "table.retired-range": TableRule("the id is retired before 1950 or in the future", "give the day", "retired_on"),
    "table.alias-semicolon": TableRule("an alias holds a `;`, which joins lists in CSV", "write a comma", "aliases"),
    "table.variant-semicolon": TableRule(
        "the name of a variant holds a `;`, which joins lists in CSV", "write a comma", "variant"
    ),
    "table.erratum-twice": TableRule("two errata have this id", "give each its own", "erratum_id"),
    "table.comparison-twice": TableRule(
        "this table, field and verdict were counted already", "keep the newest count", "comparison"
    ),
    "table.comparison-range": TableRule("the day lies before 1950 or in the future", "check the year", "compared_on"),
    "table.draw-twice": TableRule(
        "this statement was drawn in this wave already", "delete one of the two", "statement_id"
    ),
    "table.erratum-range": TableRule("the day lies before 1950 or in the future", "check the year", "noted_on"),
    "table.retired-twice": TableRule("the id is retired twice", "keep one of the two", "retired_id"),
}


@dataclass(frozen=True, eq=False)
class RowRule:
    """A rule of the rows of one table, by its name in `RULES`: `right` is true or null where the row is right.

    Only rows that meet `of` are asked, if it is given. `pl.when` would not do: it works the expression out for
    every row first, and values of other fields may be such that it fails.
    """

    name: str
    right: pl.Expr
    of: pl.Expr | None = None

    def rows(self, table: pl.LazyFrame) -> pl.LazyFrame:
        """Of each row, whether it is right."""
        if self.of is None:
            return table.select(self.right.fill_null(True))
        numbered = table.with_row_index("_row")
        asked = numbered.filter(self.of).select("_row", self.right.alias("_holds"))
        joined = numbered.select("_row").join(asked, on="_row", how="left", maintain_order="left")
        return joined.select(pl.col("_holds").fill_null(True))


def broken(rules: Sequence[RowRule], table: pl.DataFrame) -> list[RowRule]:
    """The rules that some row of a table breaks, or all of them if one cannot be worked out.

    Which row it is pandera tells, who takes ten times as long for a rule.
    """
    asked = [table.lazy() if rule.of is None else table.lazy().filter(rule.of) for rule in rules]
    try:
        found = pl.collect_all(
            rows.select(rule.right.fill_null(True).all()) for rows, rule in zip(asked, rules, strict=True)
        )
    except Exception:  # whatever it is, pandera says it of its rule
        return list(rules)
    return [rule for rule, made in zip(rules, found, strict=True) if not made.item()]


def _unique(rule: str, *columns: str) -> RowRule:
    return RowRule(rule, pl.struct(columns).is_first_distinct())


def _alone(column: str) -> pl.Expr:
    """Whether no row before this one has its value; where there is no value, it is."""
    return pl.col(column).is_null() | pl.col(column).is_first_distinct()


def _url(rule: str, column: str) -> RowRule:
    def can_be_asked(text: str) -> bool:
        return address_fault(text) is None

    return RowRule(rule, pl.col(column).map_elements(can_be_asked, return_dtype=pl.Boolean))


def _between(rule: str, column: str, today: date) -> RowRule:
    return RowRule(rule, pl.col(column).is_between(EARLIEST, today))


def _joinable(column: str) -> pl.Expr:
    """Whether the items of a list can be joined by `;` and told apart again."""
    return ~pl.col(column).list.eval(pl.element().str.contains(";", literal=True)).list.any()


def _printed_holds(contains: Contains, claims: Claims, number: pl.Expr) -> pl.Expr:
    """Whether `printed` holds the number, in the field's unit, or claims it as a factor against another model."""
    claimed = pl.col("field") == "relative_to"

    def holds(row: dict[str, Any]) -> bool:
        printed, value = row["printed"], row["number"]
        if printed is None or value is None:
            return True
        return claims(printed, value) if row["claimed"] else contains(printed, value, row["unit"])

    parts = pl.struct("printed", "unit", number.alias("number"), claimed.alias("claimed"))
    return parts.map_elements(holds, return_dtype=pl.Boolean)


def row_rules(today: date, contains: Contains, claims: Claims) -> dict[str, list[RowRule]]:
    """The rules of the ingested tables that have some of their own.

    `today` bounds dates; `contains(printed, value, unit)` decides whether a printed figure holds
    a value in a unit, `claims(printed, factor)` whether one claims a factor against another model.
    """
    counted = [f.name for f in STATED.values() if f.kind == "count"] + list(VARIANT_FIELDS) + ["relative_to"]
    number = pl.col("value_number")
    is_list = pl.col("value_list")
    has_shares = pl.col("field") == "language_shares"
    of_hardware = pl.col("field") == "hardware"
    has_ids = pl.col("ror_id").is_not_null() | pl.col("wikidata_id").is_not_null()
    seen = pl.col("ids_seen_at")
    shares = is_list.list.eval(pl.element().str.extract(r"=([0-9.eE+-]+)$").cast(pl.Float64))
    return {
        "models": [
            _between("table.review-range", "reviewed_on", today),
            RowRule("table.alias-semicolon", _joinable("aliases")),
            RowRule(
                "table.organisation-twice",
                pl.col("organisations").list.n_unique() == pl.col("organisations").list.len(),
            ),
        ],
        "sources": [
            _url("table.url", "url"),
            _url("table.read-at", "read_at"),
            _between("table.accessed-range", "accessed", today),
            _between("table.published-range", "published", today),
            RowRule("table.accessed-before-published", pl.col("accessed") >= pl.col("published")),
            _unique("table.source-twice", "source_id"),
        ],
        "statements": [
            _unique("table.statement-twice", "statement_id"),
            _between("table.date-range", "value_date", today),
            _between("table.since-range", "since", today),
            _between("table.until-range", "until", today),
            RowRule("table.until-before-since", pl.col("until") > pl.col("since")),
            RowRule(
                "table.not-positive",
                pl.when(pl.col("field").is_in(counted)).then(number >= 1e-9).otherwise(number > 0),
            ),
            RowRule("table.share-range", shares.list.eval(pl.element().is_between(0, 100)).list.all(), of=has_shares),
            RowRule("table.printed-missing", number.is_null() | pl.col("printed").is_not_null()),
            RowRule("table.no-without-words", pl.col("value_boolean") | pl.col("printed").is_not_null()),
            RowRule("table.printed-differs", _printed_holds(contains, claims, number)),
            RowRule(
                "table.printed-differs",
                _printed_holds(contains, claims, shares.list.max()),
                of=has_shares | of_hardware,
            ),
            RowRule(
                "table.printed-missing", shares.list.max().is_null() | pl.col("printed").is_not_null(), of=of_hardware
            ),
            RowRule("table.empty-list", is_list.list.len() > 0),
            RowRule("table.variant-semicolon", ~pl.col("variant").str.contains(";", literal=True)),
            RowRule("table.repeated-item", is_list.list.n_unique() == is_list.list.len()),
        ],
        "identifiers": [
            _url("table.identifier-source", "url"),
            _between("table.identifier-range", "accessed", today),
        ],
        "organisations": [
            RowRule("table.country", pl.col("country").is_in(list(codes("country")))),
            _url("table.organisation-source", "ids_seen_at"),
            _between("table.organisation-range", "accessed", today),
            RowRule("table.organisation-unseen", ~has_ids | (seen.is_not_null() & pl.col("accessed").is_not_null())),
            RowRule("table.ror-twice", _alone("ror_id")),
            RowRule("table.wikidata-twice", _alone("wikidata_id")),
        ],
        "licences": [_url("table.licence-url", "url")],
        "thresholds": [RowRule("table.threshold-not-positive", pl.col("threshold_value") > 0)],
        "horizon": [_between("table.horizon-range", "collected_until", today)],
        "retired": [
            _unique("table.retired-twice", "retired_id"),
            _between("table.retired-range", "retired_on", today),
        ],
        "comparisons": [
            _unique("table.comparison-twice", "comparison", "compared_field", "comparison_verdict"),
            _between("table.comparison-range", "compared_on", today),
        ],
        "draws": [_unique("table.draw-twice", "wave", "statement_id")],
        "errata": [
            _unique("table.erratum-twice", "erratum_id"),
            _between("table.erratum-range", "noted_on", today),
        ],
    }


Row = dict[str, object]
#: tables by name, as one stage hands them to the next; inside of a stage polars looks at the same memory
Tables = dict[str, pa.Table]


def frame(table: pa.Table) -> pl.DataFrame:
    """A table as polars sees it, in the parts in which it lies."""
    return cast(pl.DataFrame, pl.from_arrow(table, rechunk=False))


def frames(tables: Mapping[str, pa.Table]) -> dict[str, pl.DataFrame]:
    """Tables as polars sees them, by name."""
    return {name: frame(table) for name, table in tables.items()}
