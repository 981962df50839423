"""Our data, in the form in which the tables of others are compared with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import UserError
from flows.layout import MANIFEST
from flows.records.printed import AGREE_WITHIN
from flows.records.repositories import repositories
from schemas.tables import frames

#: the columns of a release's tables that are read here
_READ = {
    "models": ("model_id", "name", "name_ja", "aliases", "organisations", "parameters", "known_since", "known_until"),
    "variants": ("model_id", "variant", "parameters"),
    "facts": ("model_id", "field", "state", "value_number", "value_date", "date_precision", "statement_ids"),
    "labels": ("model_id", "axis", "label", "valid_from", "valid_to", "rule_id", "statement_ids"),
    "statements": ("statement_id", "model_id", "variant", "field", "source_id", "is_estimate", "is_chosen"),
    "sources": ("source_id", "model_id", "source_kind", "is_primary", "url", "accessed"),
    "organisations": ("organisation_id", "organisation_name", "organisation_name_ja"),
    "horizon": ("collected_until",),
    "identifiers": ("scheme", "identifier", "model_id", "identifier_relation"),
}


@dataclass(frozen=True)
class Ours:
    """Our tables, cut to what is compared.

    `models`: model_id, names (name, Japanese name and aliases), organisations, parameters, known_since.
    `sizes`: model_id, variant (null for the model itself), parameters, state, statement_ids. A variant with the
    parameters of its model, within 1 %, or with none that are known, is the model itself and not listed.
    `variants`: model_id, variant, of (the variant in `sizes` that it is, null for the model itself).
    `dates`: model_id, field, state, starts, ends, statement_ids. `access`: model_id, label, rule_id,
    statement_ids of the label on the day that is compared, and `is_later`: their day is one that the model was not
    followed up to. `horizon` is the day up to which models were looked for, None if nobody says. `urls`: statement_id, url, is_primary. `organisations`: organisation_id, name.
    `repositories`: model_id, repository (owner/name on the hub, in lower case). `identifiers`: scheme, identifier (in
    lower case), model_id, relation (exact or variant).
    """

    as_of: date
    horizon: date | None
    models: pl.DataFrame
    sizes: pl.DataFrame
    variants: pl.DataFrame
    dates: pl.DataFrame
    access: pl.DataFrame
    urls: pl.DataFrame
    organisations: pl.DataFrame
    repositories: pl.DataFrame
    identifiers: pl.DataFrame


def within_one_percent(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """`flows.records.printed.agree` for columns."""
    return (one - other).abs() <= AGREE_WITHIN * pl.min_horizontal(one, other)


def last_day(first: pl.Expr, is_year: pl.Expr, is_month: pl.Expr) -> pl.Expr:
    """The last day of a period by its first: of a year, of a month, or else that day itself."""
    year, month = first.dt.offset_by("11mo").dt.month_end(), first.dt.month_end()
    return pl.when(is_year).then(year).when(is_month).then(month).otherwise(first)


def _sizes(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frames `sizes` and `variants`."""
    parameters = pl.col("parameters").cast(pl.Float64)
    facts = tables["facts"].filter(pl.col("field") == "parameters")
    own = facts.select(
        "model_id",
        pl.lit(None, pl.String).alias("variant"),
        pl.col("value_number").alias("parameters"),
        "state",
        "statement_ids",
    )
    said = tables["statements"].filter(
        (pl.col("field") == "parameters") & pl.col("variant").is_not_null() & pl.col("is_chosen")
    )
    said = said.group_by("model_id", "variant").agg(
        pl.when(pl.col("is_estimate").any()).then(pl.lit("estimated")).otherwise(pl.lit("stated")).alias("state"),
        pl.col("statement_id").sort().alias("statement_ids"),
    )
    variants = (
        tables["variants"]
        .select("model_id", "variant", parameters)
        .join(own.select("model_id", pl.col("parameters").alias("largest")), on="model_id", how="left")
        .join(said, on=["model_id", "variant"], how="left")
    )
    same = within_one_percent(pl.col("parameters"), pl.col("largest")).fill_null(False)
    apart = pl.col("parameters").is_not_null() & ~same
    of = pl.when(apart).then(pl.col("variant")).alias("of")
    return pl.concat([own, variants.filter(apart).select(own.columns)]), variants.select("model_id", "variant", of)


def _dates(facts: pl.DataFrame) -> pl.DataFrame:
    first, precision = pl.col("value_date"), pl.col("date_precision")
    last = last_day(first, precision == "year", precision == "month")
    return facts.select("model_id", "field", "state", first.alias("starts"), last.alias("ends"), "statement_ids")


def _access(tables: Mapping[str, pl.DataFrame], as_of: date, their_day: date | None) -> pl.DataFrame:
    """The frame `access`: labels on a day that both know, or on `as_of` where nobody says of which day theirs is."""
    followed = pl.min_horizontal(pl.lit(as_of), "known_until").fill_null(as_of)
    days = tables["models"].select(
        "model_id",
        pl.lit(their_day or as_of, pl.Date).alias("their_day"),
        (pl.lit(as_of) if their_day is None else followed).alias("followed"),
    )
    day = pl.min_horizontal("their_day", "followed")
    return (
        days.join(tables["labels"].filter(pl.col("axis") == "access"), on="model_id")
        .filter((pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") > day)))
        .select(
            "model_id",
            "label",
            "rule_id",
            "statement_ids",
            (pl.col("their_day") > pl.col("followed")).alias("is_later"),
        )
    )


def ours_of(given: Mapping[str, pa.Table], as_of: date, their_day: date | None = None) -> Ours:
    """Cut the tables of a release, or those about to become one, to what is compared.

    `as_of` is their day, and `their_day` that of the table which they are compared with, if it is known.
    """
    tables = frames(given)
    models = tables["models"].select(
        "model_id",
        pl.concat_list(pl.concat_list("name", "name_ja"), pl.col("aliases").fill_null([])).alias("names"),
        "organisations",
        pl.col("parameters").cast(pl.Float64),
        "known_since",
    )
    sizes, variants = _sizes(tables)
    urls = tables["statements"].select("statement_id", "source_id").join(tables["sources"], on="source_id")
    names = [
        tables["organisations"].select("organisation_id", pl.col(name).alias("name"))
        for name in ("organisation_name", "organisation_name_ja", "organisation_id")
    ]
    return Ours(
        as_of,
        tables["horizon"].select(pl.col("collected_until").cast(pl.Date).max()).item(),
        models,
        sizes,
        variants,
        _dates(tables["facts"]),
        _access(tables, as_of, their_day),
        urls.select("statement_id", "url", "is_primary"),
        pl.concat(names).drop_nulls("name").unique(),
        repositories(tables).select("model_id", pl.col("repository").str.to_lowercase()),
        tables["identifiers"]
        .filter(pl.col("identifier_relation") != "family")
        .select(
            "scheme",
            pl.col("identifier").str.to_lowercase(),
            "model_id",
            pl.col("identifier_relation").alias("relation"),
        ),
    )


def read_ours(folder: Path, their_day: date | None = None) -> Ours:
    """The same of a release or preview in a folder. Raises UserError if it lacks what is compared."""
    try:
        as_of = date.fromisoformat(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["as_of"])
        tables = {
            name: pq.read_table(folder / "data" / f"{name}.parquet", columns=list(columns))
            for name, columns in _READ.items()
        }
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise UserError(f"{folder} holds no release that can be compared ({error}); make a preview") from error
    return ours_of(tables, as_of, their_day)
