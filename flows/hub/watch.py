"""Watch: where the Hugging Face hub says something else than the records that name a repository there.

What differs is a proposal for a curator, kept beside the records; it never changes one.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from flows.check import check
from flows.derive.products import products
from flows.errors import UserError
from flows.hub.client import Answer, open_hub
from flows.hub.drift import drift, labels
from flows.hub.listed import listed
from flows.layout import observations_folder
from flows.observed.observations import read_observed, write_observed
from flows.observed.sheets import write_sheet
from flows.records.findings import as_text
from flows.records.repositories import repositories
from schemas.products import DRIFT, arrow_schema
from schemas.tables import frame, frames
from schemas.validation import schema
from schemas.values import did_you_mean


def due(found: pl.DataFrame, models: Sequence[str], limit: int | None) -> pl.DataFrame:
    """Those of `repositories` that are to be asked: of some models (none: of all), those read longest ago first."""
    if models:
        found = found.filter(pl.col("model_id").is_in(models))
    ordered = found.sort("accessed", "model_id", "repository", nulls_last=False)
    return ordered if limit is None else ordered.head(limit)


def ask_all(wanted: Iterable[str], seconds: float) -> dict[str, Answer]:
    """Ask the hub about repositories, each once and one after another; after `seconds` no other one is asked.

    Raises UserError if HF_ENDPOINT or HF_TOKEN cannot be used.
    """
    end = time.monotonic() + seconds
    with open_hub() as ask:
        return {
            repository: ask(repository)
            if time.monotonic() < end
            else Answer(repository, f"it was not asked, since the others took {seconds:g} s")
            for repository in dict.fromkeys(wanted)
        }


def _kept(kept: pl.DataFrame, found: pl.DataFrame, asked: pl.DataFrame, answers: Mapping[str, Answer]) -> pl.DataFrame:
    """Earlier proposals that still stand: of repositories that were not asked now, or gave no answer."""
    key = ["model_id", "repository"]
    silent = [name for name, answer in answers.items() if answer.trouble]
    answered = asked.filter(~pl.col("repository").is_in(silent))
    still = kept.join(found, on=key, how="semi").join(answered, on=key, how="anti")
    told = still.join(asked, on=key, how="semi").filter(pl.col("drift_aspect") == "unanswered")
    return still.join(told, on=DRIFT.key, how="anti")


def watch(
    records: Path,
    today: date,
    home: Path,
    models: Sequence[str] = (),
    limit: int | None = None,
    seconds: float = 900,
    release: Path | None = None,
) -> pl.DataFrame:
    """Compare the records in `records/raw` with the hub, and keep what differs in `home/build/observations`.

    `release` is a release of the hub layer, or a store of them, that is read instead of asking the hub: what it says is
    observed on its day, and the axes on which it gives another label than the record are proposals as well.
    Asks about the repositories of `models` (all if there are none), at most `limit` of them, those read longest ago
    first, and no other one after `seconds`. Returns the table `drift` as it is kept, as Parquet and CSV: what was
    found now, and what was found before of repositories that gave no answer now. `today` is the day of access
    that is compared. Raises UserError if the records have errors, a model is not there or names no repository, or
    the hub's address or token cannot be used; a repository that cannot be asked is a row of its own.
    """
    checked = check(records, today)
    if checked.errors:
        raise UserError("\n".join([*as_text(checked.errors), "the records have errors, so the hub was not asked"]))
    known = checked.tables["models"]["model_id"].to_pylist()
    if strange := [model for model in models if model not in known]:
        hints = {model: did_you_mean(model, known) or "write it as its file is named" for model in strange}
        raise UserError("\n".join(f"there is no model {model}; {hint}" for model, hint in hints.items()))
    tables = frames(products(checked.tables, today))
    found = repositories(tables)
    if bare := sorted(set(models) - set(found["model_id"])):
        raise UserError(
            f"no source of {', '.join(bare)} is a repository of the hub; add its model card, or leave it out"
        )
    asked = due(found, models, limit)
    kept = frame(read_observed(home, DRIFT.name))
    if release is None:
        answers = ask_all(asked["repository"].to_list(), seconds)
        differs = drift(tables, found, asked, answers, today)
    else:
        said = listed(release, asked["repository"].to_list())
        answers = said.answers
        differs = pl.concat([drift(tables, found, asked, answers, said.day), labels(said.differing, asked, said.day)])
    rows = pl.concat([_kept(kept, found, asked, answers), differs]).sort(DRIFT.key)
    schema(DRIFT).validate(rows)
    write_observed(home, DRIFT.name, rows.to_arrow().cast(arrow_schema(DRIFT)))
    write_sheet(observations_folder(home), DRIFT.name, rows)
    return rows
