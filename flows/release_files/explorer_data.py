"""What the explorer of a release shows: a core, which its table and charts need, and details of every model.

Days are counted from 1970-01-01. Models, labels, organisations, licences and sources are named by
their place in a list, so that the page need not hold an id twice. What refers to nothing is left out:
whether tables hold together is asked, and refused, elsewhere (`schemas/validation.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

import flows.about as about
from flows.layout import Identity
from schemas.fields import AXES, CHANNELS, STATED, STATES
from schemas.products import SCHEMA_VERSION
from schemas.tables import Tables, frame

Frames = Mapping[str, pl.DataFrame]
#: what is read of JSON
Json = Any

_EPOCH = date(1970, 1, 1)
#: kinds of fields that the table of the explorer can show, sort and filter
_SHOWN = ("count", "number", "date", "code", "codes")
#: columns of `models` that the table shows as they are
_PLAIN = ("model_id", "name", "name_ja", "aliases", "countries", "known_since", "known_since_precision", "link")
#: tables that the core reads, and of long ones the columns: polars keeps texts in another way than Arrow, and copies
_CORE: dict[str, tuple[str, ...]] = {
    "models": (),
    "organisations": (),
    "licences": (),
    "axes": (),
    "axis_labels": (),
    "thresholds": (),
    "horizon": (),
    "facts": ("model_id", "field", "state"),
    "labels": ("axis", "model_id", "label", "valid_from", "valid_to"),
    "access_periods": ("model_id", "licence", "valid_from", "valid_to"),
}
#: tables of which the page of a model shows the model's rows; what a row names comes before it
_DETAILED = ("sources", "statements", "facts", "labels", "variants", "access_periods", "identifiers", "relations")
#: those of them whose rows name the statements that they rest on
_RESTING = ("facts", "labels", "variants")
#: columns that the page of a model has no use for: what they name, it names by places
_UNSHOWN = ("model_id", "source_id", "statement_id", "statement_ids", "unit", "place", "own")
_VALUES = ("value_number", "value_date", "value_text", "value_list", "value_boolean")


def _days(column: str) -> pl.Expr:
    return (pl.col(column) - pl.lit(_EPOCH)).dt.total_days().alias(column)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with days as numbers."""
    return frame.with_columns(_days(name) for name, kind in frame.schema.items() if kind == pl.Date)


def _lists(frame: pl.DataFrame) -> dict[str, Json]:
    return {name: frame[name].to_list() for name in frame.columns}


def _places(ids: Iterable[str]) -> dict[str, int]:
    return {identifier: place for place, identifier in enumerate(ids)}


def _known(places: dict[str, int], ids: Iterable[str] | None) -> list[int]:
    return [places[identifier] for identifier in ids or () if identifier in places]


def _axes(tables: Frames) -> list[Json]:
    labels = tables["axis_labels"].sort("axis", "position").drop("position").to_dicts()
    thresholds = tables["thresholds"].to_dicts()
    return [
        {
            **axis,
            "labels": [{k: v for k, v in row.items() if k != "axis"} for row in labels if row["axis"] == axis["axis"]],
            "thresholds": [
                {k: v for k, v in row.items() if k != "axis"} for row in thresholds if row["axis"] == axis["axis"]
            ],
        }
        for axis in tables["axes"].sort("position").drop("position").to_dicts()
        if axis["axis"] in AXES
    ]


def _models(tables: Frames, organisations: dict[str, int]) -> dict[str, Json]:
    """Columns of the table, one list each; of a fact also the states, as places in STATES."""
    models = _plain(tables["models"])
    fields = [field.name for field in STATED.values() if field.kind in _SHOWN]
    facts = tables["facts"].pivot("field", index="model_id", values="state", aggregate_function="first")
    states = models.select("model_id").join(facts, on="model_id", how="left", maintain_order="left")
    order = _places(STATES)
    return {
        **_lists(models.select(_PLAIN)),
        "organisations": [_known(organisations, ids) for ids in models["organisations"].to_list()],
        "facts": _lists(models.select(fields)),
        "states": {
            name: [order.get(state) for state in states[name].to_list()] for name in fields if name in states.columns
        },
    }


def _stretches(rows: pl.DataFrame, held: str, models: dict[str, int], places: dict[str, int]) -> list[Json]:
    """Four lists of one length: model, what it held, first day, first day on which it no longer did."""
    here = _plain(rows.filter(pl.col("model_id").is_in([*models]), pl.col(held).is_in([*places])))
    return [
        [models[i] for i in here["model_id"]],
        [places[i] for i in here[held]],
        here["valid_from"].to_list(),
        here["valid_to"].to_list(),
    ]


def _labels(tables: Frames, axes: list[Json], models: dict[str, int]) -> dict[str, Json]:
    """Labels of each axis over time."""
    found = {}
    for axis in axes:
        places = _places(label["label"] for label in axis["labels"])
        found[axis["axis"]] = _stretches(
            tables["labels"].filter(pl.col("axis") == axis["axis"]), "label", models, places
        )
    return found


def core(made: Tables, identity: Identity) -> dict[str, Json]:
    """What the table, the filters and the charts need, and the words for it in both languages."""
    tables = {name: frame(made[name].select(columns or made[name].column_names)) for name, columns in _CORE.items()}
    models = _places(tables["models"]["model_id"])
    organisations, licences = tables["organisations"], tables["licences"]
    axes = _axes(tables)
    horizon = tables["horizon"].to_dicts()
    return {
        "about": {
            "label": about.LABEL,
            "title": [about.TITLE, about.TITLE_JA],
            "author": about.AUTHOR,
            "licence": about.LICENCE,
            "licence_url": about.LICENCE_URL,
            "version": identity.version,
            "schema_version": SCHEMA_VERSION,
            "as_of": (identity.as_of - _EPOCH).days,
            "collected_until": identity.collected_until and (identity.collected_until - _EPOCH).days,
            "horizon": [horizon[-1]["horizon_en"], horizon[-1]["horizon_ja"]] if horizon else None,
        },
        "states": STATES,
        "axes": axes,
        "fields": {f.name: [f.kind, f.en, f.ja, f.unit] for f in (*STATED.values(), *CHANNELS.values())},
        "organisations": _lists(
            organisations.select("organisation_id", "organisation_name", "organisation_name_ja", "country")
        ),
        "licences": _lists(licences.select("licence_id", "licence_name", "url", "licence_kind", "commercial_use")),
        "models": _models(tables, _places(organisations["organisation_id"])),
        "labels": _labels(tables, axes, models),
        "licensed": _stretches(tables["access_periods"], "licence", models, _places(licences["licence_id"])),
    }


def _values(frame: pl.DataFrame) -> list[Json]:
    """The one typed value of each statement or fact."""
    columns = (_lists(_plain(frame.select(_VALUES)))[name] for name in _VALUES)
    return [next((value for value in row if value is not None), None) for row in zip(*columns, strict=True)]


def _of_models(rows: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """The rows of `models`, in their order, each with `place`, that of its model, and `own`, its own in the model."""
    placed = rows.join(models, on="model_id", how="inner", maintain_order="left").sort("place", maintain_order=True)
    return placed.with_columns(pl.int_range(pl.len()).over("place").alias("own"))


def _resting(rows: pl.DataFrame, statements: pl.DataFrame) -> pl.Series:
    """For each row the places of the statements that it rests on among those of its model, or null.

    `statements` names each by `place`, that of its model, and its id, and has its own place as `on`.
    """
    asked = rows.select("place", "statement_ids").with_row_index()
    found = (
        asked.explode("statement_ids")
        .join(
            statements,
            left_on=("place", "statement_ids"),
            right_on=("place", "statement_id"),
            maintain_order="left",
        )
        .group_by("index", maintain_order=True)
        .agg("on")
    )
    return asked.join(found, on="index", how="left", maintain_order="left")["on"]


def _cells(table: str, rows: pl.DataFrame, statements: pl.DataFrame) -> Iterator[tuple[str, list[Json]]]:
    """The columns of a table that the page of a model shows, one list each, made when its turn comes."""
    for name in rows.select(pl.exclude(*_UNSHOWN, *_VALUES)).columns:
        yield name, _plain(rows.select(name))[name].to_list()
    if "value_text" in rows.columns:
        yield "value", _values(rows)
    if table in _RESTING:
        yield "on", _resting(rows, statements).to_list()


def details(made: Tables) -> Iterator[tuple[str, list[int], Iterator[tuple[str, list[Json]]]]]:
    """What the page of a model shows: name by name the tables, where in each the rows of a model end, and its columns.

    Models come in the order of `models`. Facts, labels and variants name their statements by their place among the
    model's own, and a statement its source. Units are those of the fields, and facts that nobody looked up are left out.
    """
    models = frame(made["models"].select(["model_id"])).with_row_index("place")
    sources = statements = models.clear()
    for name in _DETAILED:
        rows = frame(made[name])
        if name == "facts":
            rows = rows.filter(pl.col("state") != "unresearched")
        rows = _of_models(rows, models)
        if name == "sources":
            sources = rows.select("place", "source_id", source="own")
        elif name == "statements":
            statements = rows.select("place", "statement_id", on="own")
            rows = rows.join(sources, on=("place", "source_id"), how="left", maintain_order="left")
        counts = models.join(rows.group_by("place").len(), on="place", how="left", maintain_order="left")["len"]
        yield name, counts.fill_null(0).cum_sum().to_list(), _cells(name, rows, statements)
