"""Reconcile: where a table that somebody else keeps says something else than we do. A report; it decides nothing."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.observed.sheets import write_sheet
from flows.reconcile.mapping import Mapping
from flows.reconcile.matching import REASONS, Matches, known_organisations, match
from flows.reconcile.ours import Ours, within_one_percent
from flows.reconcile.theirs import Theirs
from flows.records import names

#: sizes that are about the same: within 5 %, as a difference of logarithms; enough for a lead, and for nothing else
_ABOUT = 0.0212

#: columns of `disagreements`
DISAGREEMENTS = (
    "model_id",
    "variant",
    "field",
    "kind",
    "our_value",
    "our_state",
    "their_value",
    "their_reading",
    "difference",
    "ratio",
    "days",
    "their_row",
    "their_name",
    "statement_ids",
    "by_maker",
    "source_urls",
)


@dataclass(frozen=True)
class Report:
    """The result of comparing a table with ours.

    `disagreements` has the columns of DISAGREEMENTS; `ratio` is theirs over ours, `days` theirs after ours (from the
    nearer ends of the periods), `by_maker` says whether ours rests on a source of the maker's. What we could not know yet has the kind `not-known-yet`, or lies in `later`: rows without a
    match that begin after the day up to which models were looked for. `missing` and `ambiguous` have their rows without a match, `matches` those with one,
    `unreadable` their cells that could not be read. `unmatched` are our models that no row of theirs is or may be. `counts` has how many values came out how: compared_field,
    comparison_verdict (schemas.fields.COMPARISON_VERDICTS), cells_count.
    """

    disagreements: pl.DataFrame
    missing: pl.DataFrame
    later: pl.DataFrame
    ambiguous: pl.DataFrame
    matches: pl.DataFrame
    unreadable: pl.DataFrame
    unmatched: int
    counts: pl.DataFrame

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by the names of their files."""
        return {
            "disagreements": self.disagreements,
            "missing": self.missing,
            "later": self.later,
            "ambiguous": self.ambiguous,
            "matches": self.matches,
            "unreadable": self.unreadable,
            "counts": self.counts,
        }


def _number(value: pl.Expr) -> pl.Expr:
    """A count as text, without a point behind it."""
    return value.round().cast(pl.Int64).cast(pl.String)


def _last_digit(value: pl.Expr) -> pl.Expr:
    """What the last digit of a count that is no zero stands for: 100 million in 2,800,000,000."""
    zeros = _number(value).str.extract("(0*)$").str.len_chars()
    return pl.lit(10.0).pow(zeros.cast(pl.Float64))


def _kind(has_ours: pl.Expr) -> pl.Expr:
    return pl.when(has_ours).then(pl.lit("differs")).otherwise(pl.lit("only-theirs"))


def _parameters(found: pl.DataFrame, ours: Ours) -> pl.DataFrame:
    """Rows whose number is not ours within 1 %; those that are the figure of another variant say so."""
    pairs = found.filter(pl.col("parameters").is_not_null()).join(
        ours.sizes.rename({"parameters": "our_parameters", "state": "our_state"}),
        on=["model_id", "variant"],
        how="left",
        nulls_equal=True,
    )
    own, theirs = pl.col("our_parameters"), pl.col("parameters")
    apart = pairs.filter(~within_one_percent(own, theirs).fill_null(False))
    sizes = ours.sizes.select(
        "model_id",
        pl.col("variant").fill_null("the model itself").alias("other"),
        pl.col("parameters").alias("other_parameters"),
    )
    others = (
        apart.select("their_row", "model_id", "parameters")
        .join(sizes, on="model_id")
        .filter(within_one_percent(pl.col("parameters"), pl.col("other_parameters")))
        .group_by("their_row")
        .agg(pl.col("other").sort().str.join(", "))
    )
    ratio = theirs / own
    rounded = (own - theirs).abs() <= pl.max_horizontal(_last_digit(own), _last_digit(theirs)) / 2
    note = (
        pl.when(pl.col("other").is_not_null())
        .then("; the figure of " + pl.col("other"))
        .when(rounded)
        .then(pl.lit("; one is the other, rounded"))
        .when(ratio.log10().abs().round(2).is_in([3.0, 6.0, 9.0]))
        .then(pl.lit("; perhaps the unit"))
        .otherwise(pl.lit(""))
    )
    return apart.join(others, on="their_row", how="left").with_columns(
        pl.lit("parameters").alias("field"),
        _kind(own.is_not_null()).alias("kind"),
        _number(own).alias("our_value"),
        pl.col("parameters_text").alias("their_value"),
        _number(theirs).alias("their_reading"),
        pl.when(own.is_not_null()).then(pl.format("theirs / ours = {}{}", ratio.round(4), note)).alias("difference"),
        ratio.round(6).alias("ratio"),
    )


def _period(first: str, last: str) -> pl.Expr:
    """A period as text: its day, or first and last day."""
    start, end = (pl.col(name).dt.to_string("%Y-%m-%d") for name in (first, last))
    return pl.when(pl.col(first) == pl.col(last)).then(start).otherwise(start + "/" + end)


def _dates(found: pl.DataFrame, ours: Ours, fields: list[str]) -> pl.DataFrame:
    """Rows whose date overlaps none of the fields that may agree; the nearest of them is shown."""
    pairs = found.filter(pl.col("starts").is_not_null()).join(
        ours.dates.filter(pl.col("field").is_in(fields)).rename({"starts": "our_start", "ends": "our_end"}),
        on="model_id",
    )
    after = (pl.col("starts") - pl.col("our_end")).dt.total_days()
    before = (pl.col("our_start") - pl.col("ends")).dt.total_days()
    days = pl.when(after > 0).then(after).when(before > 0).then(-before).when(after.is_not_null()).then(0).alias("days")
    place = pl.col("field").replace_strict({name: index for index, name in enumerate(fields)}, return_dtype=pl.Int64)
    nearest = (
        pairs.with_columns(days, place.alias("place"))
        .sort("their_row", pl.col("days").abs(), "place", nulls_last=True)
        .unique("their_row", keep="first", maintain_order=True)
    )
    return nearest.filter(pl.col("days").fill_null(1) != 0).with_columns(
        _kind(pl.col("our_start").is_not_null()).alias("kind"),
        _period("our_start", "our_end").alias("our_value"),
        pl.col("state").alias("our_state"),
        pl.col("date_text").alias("their_value"),
        _period("starts", "ends").alias("their_reading"),
        pl.when(pl.col("days") > 0)
        .then(pl.format("theirs is later, by {} d", "days"))
        .when(pl.col("days") < 0)
        .then(pl.format("theirs is earlier, by {} d", pl.col("days").abs()))
        .alias("difference"),
    )


def _access(found: pl.DataFrame, ours: Ours) -> pl.DataFrame:
    """Rows whose labels do not hold ours of the day; only of models themselves, since variants can be had otherwise."""
    pairs = found.filter((pl.col("labels").list.len() > 0) & pl.col("variant").is_null()).join(
        ours.access, on="model_id", how="left"
    )
    known = (pl.col("label") != "unknown").fill_null(False)
    apart = pairs.filter(~known | ~pl.col("labels").list.contains(pl.col("label")))
    labels = pl.col("labels").list.join(" or ")
    return apart.with_columns(
        pl.lit("access").alias("field"),
        pl.when(known & pl.col("is_later")).then(pl.lit("not-known-yet")).otherwise(_kind(known)).alias("kind"),
        pl.when(known).then("label").alias("our_value"),
        pl.col("rule_id").alias("our_state"),
        pl.col("access").alias("their_value"),
        labels.alias("their_reading"),
        pl.when(known).then(pl.format("theirs is {}", labels)).alias("difference"),
    )


def _with_urls(rows: pl.DataFrame, urls: pl.DataFrame) -> pl.DataFrame:
    """With `source_urls`, the addresses of the sources of `statement_ids`, and whether one of them is the maker's."""
    rows = rows.with_row_index("place")
    found = (
        rows.select("place", pl.col("statement_ids").alias("statement_id"))
        .explode("statement_id")
        .join(urls, on="statement_id")
        .group_by("place")
        .agg(pl.col("is_primary").any().alias("by_maker"), pl.col("url").unique().sort().alias("source_urls"))
    )
    return rows.join(found, on="place", how="left").drop("place")


def _compared(found: pl.DataFrame, ours: Ours, fields: list[str]) -> dict[str, int]:
    """How many of their values, by what is compared, stand beside one of ours."""
    sizes = found.drop_nulls("parameters").join(
        ours.sizes.drop_nulls("parameters"), on=["model_id", "variant"], nulls_equal=True, how="semi"
    )
    known = ours.dates.filter(pl.col("field").is_in(fields)).drop_nulls("starts")
    dates = found.drop_nulls("starts").join(known, on="model_id", how="semi")
    usable = ours.access.filter((pl.col("label") != "unknown").fill_null(False) & ~pl.col("is_later"))
    labels = found.filter((pl.col("labels").list.len() > 0) & pl.col("variant").is_null())
    return {
        "parameters": sizes.height,
        "date": dates.height,
        "access": labels.join(usable, on="model_id", how="semi").height,
    }


def _counts(compared: dict[str, int], disagreements: pl.DataFrame) -> pl.DataFrame:
    """The frame `counts` of a report; no row where there is nothing to count."""
    of_dates = ~pl.col("field").is_in(["parameters", "access"])
    by_maker = pl.col("by_maker").fill_null(False)
    verdict = pl.when(pl.col("kind") == "only-theirs").then(pl.lit("only-theirs")).when(by_maker).then(pl.lit("maker"))
    apart = (
        disagreements.filter(pl.col("kind") != "not-known-yet")
        .select(
            pl.when(of_dates).then(pl.lit("date")).otherwise("field").alias("compared_field"),
            verdict.otherwise(pl.lit("open")).alias("comparison_verdict"),
        )
        .group_by("compared_field", "comparison_verdict")
        .agg(pl.len().cast(pl.Int64).alias("cells_count"))
    )
    differs = apart.filter(pl.col("comparison_verdict") != "only-theirs").group_by("compared_field")
    apart_by_field = dict(differs.agg(pl.col("cells_count").sum()).iter_rows())
    agrees = [(field, "agrees", count - apart_by_field.get(field, 0)) for field, count in compared.items()]
    return (
        pl.concat([apart, pl.DataFrame(agrees, schema=apart.schema, orient="row")])
        .filter(pl.col("cells_count") > 0)
        .sort("compared_field", "comparison_verdict")
    )


def _disagreements(found: pl.DataFrame, ours: Ours, mapping: Mapping) -> pl.DataFrame:
    apart = [_parameters(found, ours), _dates(found, ours, mapping.dates.announced), _access(found, ours)]
    rows = _with_urls(pl.concat(apart, how="diagonal").select(DISAGREEMENTS[:-2]), ours.urls)
    order = pl.col("field").replace_strict({"parameters": 0, "access": 2}, default=1)
    far = pl.max_horizontal(pl.col("ratio").log10().abs(), pl.col("days").abs()).fill_null(0)
    return rows.sort("kind", order, -far, "model_id", "their_row").select(DISAGREEMENTS)


def _perhaps(missing: pl.DataFrame, ours: Ours) -> pl.DataFrame:
    """Leads for missing rows: model_ids of the same maker, about that size and year, whose name begins alike."""
    begins = names.folded(pl.col("name")).str.slice(0, 3).alias("begins")
    called = ours.models.select("model_id", pl.col("names").alias("name")).explode("name").select("model_id", begins)
    makers = ours.models.select("model_id", "known_since", pl.col("organisations").alias("our_organisations"))
    sized = ours.sizes.select("model_id", pl.col("parameters").alias("our_parameters")).drop_nulls()
    rows = missing.select("their_row", "our_organisations", "starts", "parameters", pl.col("their_name").alias("name"))
    pairs = (
        rows.with_columns(begins)
        .drop("name")
        .drop_nulls()
        .explode("our_organisations")
        .join(makers.explode("our_organisations"), on="our_organisations")
        .join(called.unique(), on=["model_id", "begins"])
        .join(sized, on="model_id")
    )
    near = (pl.col("parameters") / pl.col("our_parameters")).log10().abs() < _ABOUT
    year = (pl.col("starts") - pl.col("known_since")).dt.total_days().abs() <= 366
    found = pairs.filter(near & year).group_by("their_row").agg(pl.col("model_id").unique().sort().alias("perhaps"))
    return missing.join(found, on="their_row", how="left", maintain_order="left")


def _their_rows(theirs: Theirs, ours: Ours, mapping: Mapping) -> pl.DataFrame:
    """Their rows with the columns of the report, with those of their organisations that are ours."""
    known = known_organisations(theirs.rows, ours, mapping)
    known = known.group_by("row").agg(pl.col("organisation_id").sort().alias("our_organisations"))
    return theirs.rows.join(known, on="row", how="left").select(
        pl.col("row").alias("their_row"),
        pl.col("name").alias("their_name"),
        "organisations",
        "our_organisations",
        pl.col("date_text").alias("announced"),
        "starts",
        pl.col("parameters").round().cast(pl.Int64),
        "access",
    )


def _missing(shown: pl.DataFrame, matches: Matches, ours: Ours) -> pl.DataFrame:
    """Rows without a match: of our organisations first, then those of the time of our models, then the largest."""
    first, last = ours.models["known_since"].min(), ours.models["known_since"].max()
    span = pl.col("starts").is_between(pl.lit(first, pl.Date), pl.lit(last, pl.Date)).fill_null(False)
    missing = shown.join(matches.missing, left_on="their_row", right_on="row", how="semi").sort(
        pl.col("our_organisations").is_null(), ~span, -pl.col("parameters"), "starts", "their_row", nulls_last=True
    )
    return _perhaps(missing, ours)


def _ambiguous(shown: pl.DataFrame, matches: Matches) -> pl.DataFrame:
    """Rows that may be one of ours, with the reason, and what can be done about it."""
    what = pl.col("reason").replace_strict(REASONS, return_dtype=pl.String).alias("what_to_do")
    rows = shown.drop("starts").join(matches.ambiguous, left_on="their_row", right_on="row")
    return rows.select("reason", "model_ids", pl.exclude("reason", "model_ids"), what).sort("reason", "their_row")


def reconcile(theirs: Theirs, ours: Ours, mapping: Mapping) -> Report:
    """Compare a third-party table, as read by a mapping, with our data.

    Numbers agree within 1 %, as for a `disputed` fact; dates if the periods overlap with one of the fields that
    the mapping allows; access if our label of the day is among those that their word may mean. What we have
    no value of is `only-theirs`. A missing row may have leads to models with another name (`perhaps`).
    """
    matches, shown = match(theirs.rows, ours, mapping), _their_rows(theirs, ours, mapping)
    found = matches.matched.join(theirs.rows, on="row").rename({"row": "their_row", "name": "their_name"})
    compared = _compared(found, ours, mapping.dates.announced)
    disagreements = _disagreements(found, ours, mapping)
    maybe = matches.ambiguous.select(pl.col("model_ids").alias("model_id")).explode("model_id")
    seen = pl.concat([matches.matched.select("model_id"), maybe])
    missing = _missing(shown, matches, ours)
    is_later = (pl.col("starts") > pl.lit(ours.horizon, pl.Date)).fill_null(False)
    return Report(
        disagreements,
        missing.filter(~is_later).drop("starts"),
        missing.filter(is_later).drop("starts"),
        _ambiguous(shown, matches),
        matches.matched.rename({"row": "their_row"})
        .join(shown.select("their_row", "their_name", "our_organisations"), on="their_row")
        .select("model_id", "variant", "their_row", "their_name", "our_organisations")
        .sort("model_id", "variant", "their_row"),
        theirs.unreadable,
        ours.models.join(seen, on="model_id", how="anti").height,
        _counts(compared, disagreements),
    )


def write_report(folder: Path, report: Report) -> None:
    """Write every table of a report as CSV into a folder, in place of an earlier report."""
    for name, table in report.tables.items():
        write_sheet(folder, name, table)
