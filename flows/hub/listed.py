"""What a published release of the hub layer says of repositories, as if the hub had been asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.errors import UserError
from flows.hub.client import Answer
from flows.layout import INDEX, MANIFEST, hub_path
from schemas.fields import DRIFT_LABELS


@dataclass(frozen=True)
class Listed:
    """A release of the hub layer: its day, what it says of each repository, and where the axes differ from the records."""

    day: date
    answers: dict[str, Answer]
    differing: pl.DataFrame


def _release(place: Path) -> Path:
    """The folder of the release that `place` is, or the newest in the store that it is. Raises UserError if there is none."""
    folder = place
    try:
        if (place / INDEX).is_file():
            folder = place / str(json.loads((place / INDEX).read_text(encoding="utf-8"))["latest"])
        if (folder / hub_path("hub_models", 0)).is_file():
            return folder
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{place / INDEX}: it is no index of releases ({error}); verify the store") from error
    raise UserError(f"{place} holds no release of the hub layer; give the folder `hub` of a store, or of one release")


def _answer(repository: str, row: dict[str, object] | None) -> Answer:
    if row is None:
        return Answer(repository, state="gone")
    name, gate, tag = str(row["hub_id"]), row["gated"], row["licence_tag"]
    parameters, changed = row["parameters"], row["changed_on"]
    told = gate in ("no", "auto", "manual")  # else nobody said whether weights are gated, or how
    return Answer(
        repository if name.lower() == repository.lower() else name,
        gated=str(gate) if gate in ("auto", "manual") else None,
        licences=(str(tag),) if tag else (),
        parameters=parameters if isinstance(parameters, int) else None,
        last_change=changed if isinstance(changed, date) else None,
        has_weights=bool(row["has_weights"]) if told else None,
    )


def listed(place: Path, wanted: Sequence[str]) -> Listed:
    """What a release of the hub layer, or the newest of a store, says of `wanted` repositories.

    One that it has not is gone, or not to be seen. Raises UserError if there is no such release, or it cannot be read.
    """
    folder = _release(place)
    try:
        day = date.fromisoformat(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["as_of"])
        named = pl.col("hub_id").str.to_lowercase().is_in([repository.lower() for repository in wanted])
        columns = ("hub_id", "gated", "licence_tag", "parameters", "changed_on", "has_weights")
        found = pl.scan_parquet(folder / hub_path("hub_models", 0).replace("000", "*")).filter(named).select(columns)
        rows = {str(row["hub_id"]).lower(): row for row in found.collect().iter_rows(named=True)}
        of_both = pl.scan_parquet(folder / hub_path("hub_agreement", 0)).filter(
            pl.col("agreement") == "differs", pl.col("aspect").is_in(DRIFT_LABELS)
        )
        differing = of_both.select(
            "model_id", pl.col("hub_id").alias("repository"), "aspect", "curated", "hub"
        ).collect()
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{folder}: it cannot be read ({str(error)[:200]}); verify the release") from error
    return Listed(day, {name: _answer(name, rows.get(name.lower())) for name in wanted}, differing)
