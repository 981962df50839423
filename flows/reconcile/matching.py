"""Which row of a third-party table is which of our models: by identifiers, then names and aliases, never by a guess.

A name is compared folded (flows/records/names.py); that of a repository on the hub meets the model whose record names it. A size at its end picks the variant that has it. Organisations
part equal names; they never make a match alone, and a name that fits while its organisations do not makes none.
"""

from dataclasses import dataclass

import polars as pl

from flows.reconcile.mapping import Mapping
from flows.reconcile.ours import Ours, within_one_percent
from flows.records import names

#: why a row has no match though a name fits, each with what can be done about it
REASONS = {
    "several-models": "the name fits several models; give each a name or alias of its own",
    "several-sizes": "the size fits several variants; compare by hand",
    "several-rows": "several of their rows fit this model or variant; compare by hand",
    "another-size": "the name fits, but no variant with a known size does; is one missing?",
    "owner": "the name fits, but no source of ours is this repository; if it is the same model, enter it as a source",
    "variant": "the identifier is that of a variant, and no size says which; compare by hand",
    "organisation": "the name fits, but the organisations do not; if they are the same, name theirs in the mapping",
    "part-of-name": "only a part of the name fits; if it is the same model, give ours this alias",
}

#: how well a row fits, best first: its identifier, whatever it says of makers; the whole name; the name but for its size;
#: one of its parts; the identifier of some variant
_IDENTIFIED = -100
_WHOLE = 0
_SIZED = 1
_PART = 2
_OF_VARIANT = 3
_CANDIDATE = ("row", "model_id", "variant", "fit", "reason")
#: a repository of the hub: owner/name
_REPOSITORY = r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9_][\w.-]*$"


@dataclass(frozen=True)
class Matches:
    """What became of their rows.

    `matched`: row, model_id, variant (null for the model itself). `ambiguous`: row, reason (of REASONS),
    model_ids. `missing`: row.
    """

    matched: pl.DataFrame
    ambiguous: pl.DataFrame
    missing: pl.DataFrame


def _keys(ours: Ours) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Folded names: whole ones (model_id, variant, key), and those without their size (model_id, key)."""
    plain = ours.models.select("model_id", pl.col("names").alias("name")).explode("name").drop_nulls("name")
    models = plain.select(
        "model_id", pl.lit(None, pl.String).alias("variant"), names.folded(pl.col("name")).alias("key")
    )
    named = ours.variants.join(plain, on="model_id").with_columns(
        names.folded(pl.col("name")).alias("short"), names.folded(pl.col("variant")).alias("key")
    )
    alone = named.filter(pl.col("key").str.starts_with(pl.col("short")))  # "base" alone names nothing
    joined = named.with_columns(names.folded(pl.col("name") + " " + pl.col("variant")).alias("key"))
    variants = pl.concat([alone, joined]).select("model_id", pl.col("of").alias("variant"), "key")
    stems = plain.select("model_id", names.folded(names.without_size(pl.col("name"))).alias("key"))
    return pl.concat([models, variants]).drop_nulls("key").unique(), stems.drop_nulls("key").unique()


def _whole(theirs: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Candidates whose name fits as a whole, or fits both outside and inside its parentheses."""
    rows = theirs.select("row", names.folded(pl.col("name")).alias("key"))
    outside = theirs.select("row", names.folded(names.without_parentheses(pl.col("name"))).alias("key"))
    inside = theirs.select("row", names.folded(names.in_parentheses(pl.col("name"))).alias("key"))
    both = outside.join(keys, on="key").join(inside.join(keys, on="key"), on=["row", "model_id"], how="semi")
    return pl.concat([rows.join(keys, on="key"), both]).with_columns(
        pl.lit(_WHOLE).alias("fit"), pl.lit(None, pl.String).alias("reason")
    )


def _sized(theirs: pl.DataFrame, keys: pl.DataFrame, stems: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Candidates whose name fits but for a size: that which it prints, or where ours prints one, their parameters."""
    name = pl.col("name")
    printed = theirs.select(
        "row",
        names.folded(names.without_size(name)).alias("key"),
        names.size_at_end(name).alias("size"),
        names.size_tolerance(name).alias("tolerance"),
    )
    bare = theirs.select(
        "row", names.folded(name).alias("key"), pl.col("parameters").alias("size"), pl.lit(0.0).alias("tolerance")
    )
    all_keys = pl.concat([keys.filter(pl.col("variant").is_null()).select("model_id", "key"), stems]).unique()
    found = pl.concat([printed.join(all_keys, on="key"), bare.join(stems, on="key")]).unique(
        ["row", "model_id"], keep="first", maintain_order=True
    )
    near = (pl.col("parameters") - pl.col("size")).abs()
    held = found.join(sizes.select("model_id", "variant", "parameters"), on="model_id").with_columns(
        within_one_percent(pl.col("parameters"), pl.col("size")).alias("same")
    )
    fits = held.filter(pl.col("same") | (near <= pl.col("tolerance")))
    fits = fits.filter(pl.col("same") | ~pl.col("same").any().over("row", "model_id"))  # the nearest are enough
    unknown = found.filter(pl.col("size").is_null()).with_columns(pl.lit(None, pl.String).alias("variant"))
    good = pl.concat([fits.select("row", "model_id", "variant"), unknown.select("row", "model_id", "variant")])
    other = found.join(good, on=["row", "model_id"], how="anti").select(
        "row", "model_id", pl.lit(None, pl.String).alias("variant"), pl.lit("another-size").alias("reason")
    )
    return pl.concat([good.with_columns(pl.lit(None, pl.String).alias("reason")), other]).with_columns(
        pl.lit(_SIZED).alias("fit")
    )


def _partly(theirs: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Candidates of whose name only the part outside its parentheses, or inside, fits."""
    parts = [names.without_parentheses(pl.col("name")), names.in_parentheses(pl.col("name"))]
    found = pl.concat([theirs.select("row", names.folded(part).alias("key")) for part in parts])
    return found.join(keys, on="key").with_columns(pl.lit(_PART).alias("fit"), pl.lit("part-of-name").alias("reason"))


def _of_hub(theirs: pl.DataFrame, ours: Ours, keys: pl.DataFrame, stems: pl.DataFrame) -> pl.DataFrame:
    """Candidates of names in the form owner/name: the model whose record names that repository.

    If the repository is none of ours, its bare name may fit, but is no match without its owner. A size in it picks
    the variant, as in other names.
    """
    rows = theirs.filter(pl.col("name").str.contains(_REPOSITORY))
    bare = rows.with_columns(pl.col("name").str.replace(r"^[^/]+/", ""))
    called = pl.concat([_whole(bare, keys), _sized(bare, keys, stems, ours.sizes)], how="diagonal").select(_CANDIDATE)
    pairs = rows.select("row", "name", pl.col("name").str.to_lowercase().alias("repository"))
    pairs = pairs.join(ours.repositories, on="repository")
    known = called.join(pairs, on=["row", "model_id"], how="semi")
    has_size = pl.col("name").str.contains(rf"(?i)[-_./ ]{names.SIZE}(?:[-_. ]|$)")
    unnamed = pairs.join(called, on=["row", "model_id"], how="anti").select(
        "row",
        "model_id",
        pl.lit(None, pl.String).alias("variant"),
        pl.lit(_WHOLE).alias("fit"),
        pl.when(has_size).then(pl.lit("another-size")).alias("reason"),
    )
    others = called.join(pairs, on="row", how="anti").with_columns(pl.lit("owner").alias("reason"))
    return pl.concat([known, unnamed, others])


def _identified(theirs: pl.DataFrame, ours: Ours, scheme: str | None) -> pl.DataFrame:
    """Candidates whose record has their identifier. One of a variant is a last resort: its name may say which."""
    known = ours.identifiers.filter(pl.col("scheme") == pl.lit(scheme, pl.String))
    rows = theirs.select("row", pl.col("identifier").str.to_lowercase()).drop_nulls()
    exact = pl.col("relation") == "exact"
    return rows.join(known, on="identifier").select(
        "row",
        "model_id",
        pl.lit(None, pl.String).alias("variant"),
        pl.when(exact).then(_IDENTIFIED).otherwise(_OF_VARIANT).cast(pl.Int32).alias("fit"),
        pl.when(~exact).then(pl.lit("variant")).alias("reason"),
    )


def _but_variants(candidates: pl.DataFrame) -> pl.DataFrame:
    """Without clear candidates for a model itself where the identifier is that of one of its variants."""
    variants = candidates.filter(pl.col("fit") == _OF_VARIANT).select("row", "model_id")
    itself = candidates.filter(pl.col("variant").is_null(), pl.col("reason").is_null())
    refused = itself.join(variants, on=["row", "model_id"], how="semi").filter(pl.col("fit") != _IDENTIFIED)
    return candidates.join(refused, on=list(_CANDIDATE), how="anti", nulls_equal=True)


def _words(name: pl.Expr) -> pl.Expr:
    """The words of an organisation's name, each with a space behind it."""
    plain = name.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}\p{M}]+", " ")
    return plain.str.strip_chars() + " "


def known_organisations(theirs: pl.DataFrame, ours: Ours, mapping: Mapping) -> pl.DataFrame:
    """Our organisations of each of their rows: row, organisation_id.

    Theirs is ours if the mapping says so, or if the words of one name begin with those of the other, as
    in "Google Research" and "Google". That is enough to part equal names, and for nothing else.
    """
    said = theirs.select("row", pl.col("organisations").alias("name")).explode("name").drop_nulls("name")
    mapped = pl.DataFrame(
        [(name, one) for name, several in mapping.values.organisations.items() for one in several],
        schema={"name": pl.String, "organisation_id": pl.String},
        orient="row",
    )
    left = said.select("name").unique().with_columns(_words(pl.col("name")).alias("words"))
    right = ours.organisations.select("organisation_id", _words(pl.col("name")).alias("ours"))
    right = right.filter(pl.col("ours") != " ")
    begins = pl.col("words").str.starts_with(pl.col("ours")) | pl.col("ours").str.starts_with(pl.col("words"))
    # the first words must be equal, so joining on them leaves little to compare
    first = pl.col("words").str.extract("^([^ ]+)")
    alike = left.with_columns(first.alias("first")).join(
        right.with_columns(pl.col("ours").str.extract("^([^ ]+)").alias("first")), on="first"
    )
    known = pl.concat([mapped, alike.filter(begins).select("name", "organisation_id")]).unique()
    return said.join(known, on="name").select("row", "organisation_id").unique()


def _agreeing(candidates: pl.DataFrame, theirs: pl.DataFrame, known: pl.DataFrame, ours: Ours) -> pl.DataFrame:
    """With `agrees`: whether an organisation is the same; null if the row gives none."""
    makers = ours.models.select("model_id", pl.col("organisations").alias("organisation_id")).explode("organisation_id")
    pairs = candidates.select("row", "model_id").unique()
    same = pairs.join(known, on="row").join(makers, on=["model_id", "organisation_id"], how="semi")
    given = theirs.select("row", pl.col("organisations").list.len().fill_null(0).alias("given"))
    yes = same.select("row", "model_id").unique().with_columns(pl.lit(True).alias("yes"))
    return (
        candidates.join(given, on="row")
        .join(yes, on=["row", "model_id"], how="left")
        .with_columns(pl.when(pl.col("yes")).then(True).when(pl.col("given") > 0).then(False).alias("agrees"))
    )


def _decided(candidates: pl.DataFrame) -> pl.DataFrame:
    """One row each of theirs with a candidate: row, model_id, variant, fit, reason (null if it is clear), model_ids."""
    order = pl.col("agrees").replace_strict({True: 0, False: 2}, default=1) * 10 + pl.col("fit")
    best = candidates.with_columns(order.alias("order")).filter(pl.col("order") == pl.col("order").min().over("row"))
    own = pl.col("variant").drop_nulls().unique()
    return best.group_by("row").agg(
        pl.col("model_id").first(),
        own.first().alias("variant"),
        pl.col("fit").first(),
        pl.when(pl.col("agrees").eq_missing(False).all() & (pl.col("fit") != _IDENTIFIED).all())
        .then(pl.lit("organisation"))
        .when(pl.col("model_id").n_unique() > 1)
        .then(pl.lit("several-models"))
        .when(pl.col("reason").is_not_null().all())
        .then(pl.col("reason").first())
        .when(own.len() > 1)
        .then(pl.lit("several-sizes"))
        .alias("reason"),
        pl.col("model_id").unique().sort().alias("model_ids"),
    )


def match(theirs: pl.DataFrame, ours: Ours, mapping: Mapping) -> Matches:
    """Match their rows (`Theirs.rows`) to our models and variants.

    A row that fits several models, or a model that several rows fit equally well, is ambiguous.
    """
    keys, stems = _keys(ours)
    parts = [_whole(theirs, keys), _sized(theirs, keys, stems, ours.sizes), _partly(theirs, keys)]
    parts += [_of_hub(theirs, ours, keys, stems), _identified(theirs, ours, mapping.scheme)]
    candidates = _but_variants(pl.concat([part.select(_CANDIDATE) for part in parts]).unique())
    candidates = _agreeing(candidates, theirs, known_organisations(theirs, ours, mapping), ours)
    # a part of a name is no trace of a model unless its maker agrees
    decided = _decided(candidates.filter((pl.col("fit") != _PART) | pl.col("agrees")))
    clear = decided.filter(pl.col("reason").is_null())
    target = ("model_id", "variant")
    best = pl.col("fit") == pl.col("fit").min().over(target)
    alone = best & (best.sum().over(target) == 1)
    clear = clear.with_columns(alone.alias("alone"))
    crowded = clear.filter(~pl.col("alone")).with_columns(pl.lit("several-rows").alias("reason"))
    ambiguous = pl.concat([decided.filter(pl.col("reason").is_not_null()), crowded.drop("alone")])
    return Matches(
        clear.filter("alone").select("row", "model_id", "variant").sort("row"),
        ambiguous.select("row", "reason", "model_ids").sort("row"),
        theirs.select("row").join(decided, on="row", how="anti").sort("row"),
    )
