"""Repositories on the Hugging Face hub, as the sources of the records name them."""

from collections.abc import Mapping

import polars as pl

from flows.records import names

_PAGE = r"(?i)^https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([A-Za-z0-9][\w.-]{0,95})/([A-Za-z0-9_][\w.-]{0,95})(?:[/?#]|$)"
#: first parts of addresses of the hub that are no owners of models
_NO_OWNERS = (
    "api", "blog", "buckets", "chat", "collections", "datasets", "docs", "enterprise", "jobs", "join", "kernels", "learn",
    "login", "models", "new", "organizations", "papers", "posts", "pricing", "settings", "spaces", "storage", "tasks",
    "transformers", "welcome",
)  # fmt: skip
#: a page of one commit does not change
_PINNED = r"/(?:commits?|blob|blame|raw|resolve|tree)/[0-9a-f]{7,40}(?:[/?#]|$)"


def repositories(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Repositories of models that the records name: model_id, repository, accessed, statement_ids.

    They are the ids on the hub that a record gives the model or its variants, and those of the maker's own sources. Where a model has model cards, only their owners count; a
    repository with the name of another model is that one's. `accessed` is the last day on which a page of it that
    can change was read (null if none), `statement_ids` what was read there.
    """
    named = (
        tables["sources"]
        .filter("is_primary")
        .with_columns(
            pl.col("url").str.extract(_PAGE, 1).alias("owner"), pl.col("url").str.extract(_PAGE, 2).alias("repository")
        )
    )
    named = named.filter(pl.col("owner").is_not_null() & ~pl.col("owner").str.to_lowercase().is_in(_NO_OWNERS))
    cards = named.filter(pl.col("source_kind") == "model-card").select("model_id", "owner").unique()
    has_cards = pl.col("model_id").is_in(cards["model_id"].implode())
    named = pl.concat(
        [named.join(cards, on=["model_id", "owner"], how="semi"), named.filter(~has_cards)], how="vertical"
    )
    called = pl.concat_list(pl.concat_list("name"), pl.col("aliases").fill_null([])).alias("called")
    called_so = tables["models"].select(pl.col("model_id").alias("called_id"), called).explode("called")
    called_so = called_so.select("called_id", names.folded(pl.col("called")).alias("key")).drop_nulls().unique()
    named = named.with_columns(names.folded(pl.col("repository")).alias("key"))
    claimed = named.join(called_so, on="key").group_by("source_id").agg("called_id")
    named = named.join(claimed, on="source_id", how="left").filter(
        pl.col("called_id").is_null() | pl.col("called_id").list.contains(pl.col("model_id"))
    )
    said = tables["statements"].group_by("source_id").agg(pl.col("statement_id"))
    fresh = pl.when(~pl.col("url").str.contains(_PINNED)).then("accessed")
    read = named.join(said, on="source_id", how="left").select(
        "model_id",
        (pl.col("owner") + "/" + pl.col("repository")).alias("repository"),
        fresh.alias("accessed"),
        "statement_id",
    )
    entered = tables["identifiers"].filter(pl.col("scheme") == "huggingface", pl.col("identifier_relation") != "family")
    entered = entered.select(
        "model_id",
        pl.col("identifier").alias("repository"),
        pl.lit(None, pl.Date).alias("accessed"),
        pl.lit([], pl.List(pl.String)).alias("statement_id"),
    )
    return (
        pl.concat([read, entered])
        .group_by("model_id", pl.col("repository").str.to_lowercase().alias("folded"))
        .agg(
            pl.col("repository").sort().first(),
            pl.col("accessed").max(),
            pl.col("statement_id").explode().drop_nulls().unique().sort().alias("statement_ids"),
        )
        .select("model_id", "repository", "accessed", "statement_ids")
        .sort("model_id", "repository")
    )
