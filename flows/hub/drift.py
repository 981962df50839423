"""Drift: in what an answer of the Hugging Face hub differs from what the records say of a model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from flows.hub.client import Answer
from flows.records.names import hyphened, size_within
from flows.records.printed import agree, contains
from schemas.products import DRIFT
from schemas.tables import polars_types


@dataclass(frozen=True)
class Size:
    """A model itself (`variant` is None) or a variant of it: its parameters, as printed, and where they are stated."""

    variant: str | None
    parameters: float | None
    printed: tuple[str, ...]
    statement_ids: tuple[str, ...]

    def is_of(self, count: int) -> bool:
        """Whether a count is this size: within 1 %, as for a `disputed` fact (flows/sql/ranked.sql), or as printed."""
        if self.parameters is None:
            return False
        return agree(self.parameters, count) or any(contains(text, count) for text in self.printed)


@dataclass(frozen=True)
class Recorded:
    """What the records say of one model and one of its repositories."""

    model_id: str
    repository: str
    accessed: date | None
    statement_ids: tuple[str, ...]
    sizes: tuple[Size, ...]
    weights: str | None
    licence: str | None
    spdx: str | None
    access_ids: Mapping[str, tuple[str, ...]]
    alone: bool


@dataclass(frozen=True)
class _Row:
    aspect: str
    recorded: str | None
    observed: str
    proposal: str
    statement_ids: tuple[str, ...] = ()


def _named(recorded: Recorded) -> Size | None:
    """The size that the name of the repository says it is, None if it says none or several."""
    name = recorded.repository.rpartition("/")[2]
    sizes = recorded.sizes
    if said := size_within(name):
        fits = [
            size
            for size in sizes
            if size.parameters and (said.means(size.parameters) or agree(size.parameters, said.value))
        ]
    else:
        dashed = f"-{hyphened(name)}-"
        fits = [size for size in sizes if size.variant and f"-{hyphened(size.variant)}-" in dashed]
    return fits[0] if len(fits) == 1 else None


def _repository(recorded: Recorded, answer: Answer) -> Iterator[_Row]:
    ids = recorded.statement_ids
    states = {
        "gone": (
            "gone, or not to be seen",
            "look whether the weights are out elsewhere, and enter the end of their access",
        ),
        "disabled": ("disabled", "look why, and enter the end of the access to its weights"),
        "private": ("private", "it is seen with your token alone; enter the end of the access to its weights"),
    }
    if answer.state:
        observed, proposal = states[answer.state]
        yield _Row("repository", recorded.repository, observed, proposal, ids)
    elif answer.repository != recorded.repository:
        yield _Row("repository", recorded.repository, answer.repository, "it has another name; mend the url", ids)


def _weights(recorded: Recorded, answer: Answer) -> Iterator[_Row]:
    """Weights for download that the hub gates, and the other way round; a repository without weights says nothing."""
    if not answer.has_weights:
        return
    now = {"auto": "click-through", "manual": "on-request"}.get(answer.gated or "", "download")
    if recorded.weights != now:
        observed = f"{now} (gated: {answer.gated})" if answer.gated else now
        ids = recorded.access_ids.get("weights", ())
        yield _Row("weights", recorded.weights, observed, "if it is the largest variant, enter an access event", ids)


def _licence(recorded: Recorded, answer: Answer) -> Iterator[_Row]:
    """A licence of another name; "other" agrees with one that SPDX does not list, a family with its members."""
    said = {hyphened(code) for code in answer.licences} - {"unknown", ""}
    ours = {hyphened(text) for text in (recorded.spdx, recorded.licence) if text}
    if not said or recorded.weights == "none":
        return
    if ours & said or any(own.startswith(f"{code}-") for own in ours for code in said):
        return
    if recorded.licence and recorded.spdx is None and "other" in said:
        return
    ids = recorded.access_ids.get("licence", ())
    shown = ", ".join(answer.licences)
    yield _Row("licence", recorded.licence, shown, "see the licence of the weights, and from when it holds", ids)


def _parameters(recorded: Recorded, answer: Answer, size: Size | None) -> Iterator[_Row]:
    """A count that is not the figure of the size; only where it is clear which size it should be."""
    count = answer.parameters
    if size is None and recorded.alone and len(recorded.sizes) == 1:
        size = recorded.sizes[0]
    if count is not None and size is not None and not size.is_of(count):
        said = None if size.parameters is None else f"{size.parameters:.0f}"
        what = f"of {size.variant}" if size.variant else "of the model"
        proposal = f"the files in it hold another number than the parameters {what}; look whether they are all of it"
        yield _Row("parameters", said, str(count), proposal, size.statement_ids)


def _rows(recorded: Recorded, answer: Answer) -> Iterator[_Row]:
    if answer.trouble:
        yield _Row("unanswered", None, answer.trouble, "ask again later")
        return
    yield from _repository(recorded, answer)
    if answer.state:
        return
    size = _named(recorded)
    if size is None and answer.parameters is not None:
        size = next((one for one in recorded.sizes if one.is_of(answer.parameters)), None)
    yield from _parameters(recorded, answer, size)
    if size is None or size.variant is None:  # a small variant can be had otherwise than the largest
        yield from _weights(recorded, answer)
        yield from _licence(recorded, answer)
    if recorded.accessed and answer.last_change and answer.last_change > recorded.accessed:
        read = f"read on {recorded.accessed}"
        yield _Row("last-change", read, f"changed on {answer.last_change}", "read it again", recorded.statement_ids)


def _sizes(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[Size, ...]]:
    """Sizes of every model: itself first, then the variants of which a source gives parameters of their own."""
    said = tables["statements"].filter((pl.col("field") == "parameters") & (pl.col("statement_kind") == "value"))
    prints = said.group_by("model_id", "variant").agg(
        pl.col("printed").drop_nulls().unique().sort(), pl.col("statement_id").sort()
    )
    own = tables["models"].select("model_id", pl.lit(None, pl.String).alias("variant"), "parameters")
    both = pl.concat([own, tables["variants"].select("model_id", "variant", "parameters")])
    both = both.join(prints, on=["model_id", "variant"], how="left", nulls_equal=True).sort("model_id", "variant")
    found: dict[str, list[Size]] = {}
    for model, variant, parameters, printed, ids in both.rows():
        sizes = found.setdefault(model, [])
        largest = sizes[0] if sizes else None
        if largest is None or (parameters is not None and not largest.is_of(parameters)):
            sizes.append(Size(variant, parameters, tuple(printed or ()), tuple(ids or ())))
    return {model: tuple(sizes) for model, sizes in found.items()}


def _recorded(tables: Mapping[str, pl.DataFrame], found: pl.DataFrame, today: date) -> Iterator[Recorded]:
    sizes = _sizes(tables)
    holds = (pl.col("valid_from") <= today) & (pl.col("valid_to").is_null() | (pl.col("valid_to") > today))
    access = (
        tables["access_periods"]
        .filter(holds)
        .join(tables["licences"].select(pl.col("licence_id").alias("licence"), "spdx_id"), on="licence", how="left")
    )
    now = {model: values for model, *values in access.select("model_id", "weights", "licence", "spdx_id").rows()}
    said = tables["statements"].filter(pl.col("is_chosen") & pl.col("field").is_in(["weights", "licence"]))
    events: dict[tuple[str, str, str], list[str]] = {}
    for model, field, value, statement in said.select("model_id", "field", "value_text", "statement_id").rows():
        events.setdefault((model, field, value), []).append(statement)
    counts = dict(found.group_by("model_id").len().rows())
    for model, repository, accessed, ids in found.rows():
        weights, licence, spdx = now.get(model, (None, None, None))
        access_ids = {
            field: tuple(sorted(events.get((model, field, value), ())))
            for field, value in (("weights", weights), ("licence", licence))
            if value
        }
        yield Recorded(
            model,
            repository,
            accessed,
            tuple(ids),
            sizes[model],
            weights,
            licence,
            spdx,
            access_ids,
            counts[model] == 1,
        )


def drift(
    tables: Mapping[str, pl.DataFrame],
    found: pl.DataFrame,
    asked: pl.DataFrame,
    answers: Mapping[str, Answer],
    today: date,
) -> pl.DataFrame:
    """Where answers of the hub differ from the published tables: rows of `schemas.products.DRIFT`, sorted by key.

    `found` are the repositories of the records, `asked` those that were asked (model_id, repository, accessed,
    statement_ids), `answers` what the hub said, by repository. Weights, licence and parameters are held only against the
    model or variant that the repository holds, as its count or its name says.
    """
    wanted = set(asked.select("model_id", "repository").rows())
    rows: list[Sequence[object]] = [
        (
            one.model_id,
            one.repository,
            row.aspect,
            row.recorded,
            row.observed,
            list(row.statement_ids) or None,
            today,
            row.proposal,
        )
        for one in _recorded(tables, found, today)
        if (one.model_id, one.repository) in wanted
        for row in _rows(one, answers[one.repository])
    ]
    return pl.DataFrame(rows, schema=polars_types(DRIFT.columns), orient="row").sort(DRIFT.key)


def labels(differing: pl.DataFrame, asked: pl.DataFrame, day: date) -> pl.DataFrame:
    """Rows of `drift` for axes on which a release of the hub layer, of some day, gives another label than the records.

    `differing` has model_id, repository, aspect, curated and hub; only of the repositories in `asked`.
    """
    proposal = "by the same rules the hub gives another label; look whether its tags are wrong, or the record"
    found = differing.join(asked, on=["model_id", "repository"]).select(
        "model_id",
        "repository",
        pl.col("aspect").alias("drift_aspect"),
        pl.col("curated").alias("recorded"),
        pl.col("hub").alias("observed"),
        pl.when(pl.col("statement_ids").list.len() > 0).then("statement_ids"),
        pl.lit(day).alias("observed_on"),
        pl.lit(proposal).alias("proposal"),
    )
    return found.cast(pl.Schema(polars_types(DRIFT.columns)))
