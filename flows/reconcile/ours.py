"""Our data, in the form in which the tables of others are compared with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

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
    "models": (
        "model_id",
        "name",
        "name_ja",
        "aliases",
        "organisations",
        "parameters",
        "known_since",
        "collected_until",
    ),
    "variants": ("model_id", "variant", "parameters"),
    "facts": ("model_id", "field", "state", "value_number", "value_date", "date_precision", "statement_ids"),
    "labels": ("model_id", "axis", "label", "valid_from", "valid_to", "rule_id", "statement_ids"),
    "statements": ("statement_id", "model_id", "variant", "field", "source_id", "is_estimate", "is_chosen"),
    "sources": ("source_id", "model_id", "source_kind", "is_primary", "url", "accessed"),
    "organisations": ("organisation_id", "organisation_name", "organisation_name_ja"),
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
    statement_ids of the label on the day `as_of`. `urls`: statement_id, url. `organisations`: organisation_id, name.
    `repositories`: model_id, repository (owner/name on the hub, in lower case). `identifiers`: model_id, scheme,
    identifier (in lower case), of the model itself. `collected_until`: the day up to which we looked for models.
    """

    as_of: date
    collected_until: date
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


def ours_of(given: Mapping[str, pa.Table], as_of: date) -> Ours:
    """Cut the tables of a release, or those about to become one, to what is compared; `as_of` is their day.

    Access is compared on that day, or on the last for which we know the landscape, if it is earlier.
    """
    tables = frames(given)
    collected_until = cast(date, tables["models"]["collected_until"].max() or as_of)
    as_of = min(as_of, collected_until)
    models = tables["models"].select(
        "model_id",
        pl.concat_list(pl.concat_list("name", "name_ja"), pl.col("aliases").fill_null([])).alias("names"),
        "organisations",
        pl.col("parameters").cast(pl.Float64),
        "known_since",
    )
    sizes, variants = _sizes(tables)
    access = tables["labels"].filter(
        (pl.col("axis") == "access")
        & (pl.col("valid_from") <= as_of)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") > as_of))
    )
    urls = tables["statements"].select("statement_id", "source_id").join(tables["sources"], on="source_id")
    names = [
        tables["organisations"].select("organisation_id", pl.col(name).alias("name"))
        for name in ("organisation_name", "organisation_name_ja", "organisation_id")
    ]
    return Ours(
        as_of,
        collected_until,
        models,
        sizes,
        variants,
        _dates(tables["facts"]),
        access.select("model_id", "label", "rule_id", "statement_ids"),
        urls.select("statement_id", "url"),
        pl.concat(names).drop_nulls("name").unique(),
        repositories(tables).select("model_id", pl.col("repository").str.to_lowercase()),
        tables["identifiers"]
        .filter(pl.col("identifier_relation") == "exact")
        .select("model_id", "scheme", pl.col("identifier").str.to_lowercase()),
    )


def read_ours(folder: Path) -> Ours:
    """The same of a release or preview in a folder. Raises UserError if it lacks what is compared."""
    try:
        as_of = date.fromisoformat(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["as_of"])
        tables = {
            name: pq.read_table(folder / "data" / f"{name}.parquet", columns=list(columns))
            for name, columns in _READ.items()
        }
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise UserError(f"{folder} holds no release that can be compared ({error}); make a preview") from error
    return ours_of(tables, as_of)
