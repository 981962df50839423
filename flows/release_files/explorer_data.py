"""What the explorer of a release shows: a core, which its table and charts need, and details of every model.

Days are counted from 1970-01-01. Models, labels, organisations, licences and sources are named by
their place in a list, so that the page need not hold an id twice. What refers to nothing is left out:
whether tables hold together is asked, and refused, elsewhere (`schemas/products.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast

import polars as pl

import flows.about as about
from flows.layout import Identity
from schemas.fields import AXES, CHANNELS, STATED, STATES
from schemas.products import SCHEMA_VERSION
from schemas.tables import Row

Frames = Mapping[str, pl.DataFrame]
#: what is read of JSON
Json = Any

_EPOCH = date(1970, 1, 1)
#: kinds of fields that the table of the explorer can show, sort and filter
_SHOWN = ("count", "number", "date", "code", "codes")
#: columns of `models` that the table shows as they are
_PLAIN = ("model_id", "name", "name_ja", "aliases", "countries", "known_since", "known_since_precision", "link")
#: tables of which the page of a model shows the model's rows
_DETAILED = (
    "sources",
    "statements",
    "facts",
    "labels",
    "variants",
    "access_periods",
    "identifiers",
    "relations",
)
#: models whose rows are held at once: a row as a dict takes much room
_AT_A_TIME = 500
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
    facts = (
        tables["facts"]
        .select("model_id", "field", "state")
        .pivot("field", index="model_id", values="state", aggregate_function="first")
    )
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


def core(tables: Frames, identity: Identity) -> dict[str, Json]:
    """What the table, the filters and the charts need, and the words for it in both languages."""
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


def _value(row: Row) -> Json:
    """The one typed value of a statement or fact."""
    return next((row[name] for name in _VALUES if row[name] is not None), None)


def _by_model(frame: pl.DataFrame, models: pl.Series) -> dict[str, list[Row]]:
    """The rows of some models, by model."""
    found: dict[str, list[Row]] = {model: [] for model in models}
    for row in _plain(frame.filter(pl.col("model_id").is_in(models))).iter_rows(named=True):
        found[row["model_id"]].append(row)
    return found


def _said(row: Row, *without: str) -> dict[str, Json]:
    """What a row says: neither what is missing nor what is false."""
    return {k: v for k, v in row.items() if v is not None and v is not False and k not in (*without, "model_id")}


def details(made: Frames) -> Iterator[Json]:
    """Yield what the page of a model shows, for each model in the order of `models`.

    Facts, labels and variants name their statements by their place among the model's own, and
    a statement its source. Units are those of the fields, and facts that nobody looked up are left out.
    """
    tables = {
        **made,
        "facts": made["facts"].filter(pl.col("state") != "unresearched").drop("unit"),
        "statements": made["statements"].drop("unit"),
    }
    for models in tables["models"]["model_id"].to_frame().iter_slices(_AT_A_TIME):
        ids = models["model_id"]
        mine = {name: _by_model(tables[name], ids) for name in _DETAILED}
        yield from (_details({name: mine[name][model] for name in _DETAILED}) for model in ids)


def _details(rows: dict[str, list[Row]]) -> dict[str, Json]:
    sources = _places(cast(str, row["source_id"]) for row in rows["sources"])
    statements = _places(cast(str, row["statement_id"]) for row in rows["statements"])

    def resting(row: Row) -> dict[str, Json]:
        on = _known(statements, cast("list[str] | None", row["statement_ids"]))
        return _said(row, "statement_ids", *_VALUES) | ({"on": on} if on else {})

    return {
        "sources": [_said(row, "source_id") for row in rows["sources"]],
        "statements": [
            _said(row, "statement_id", "source_id", *_VALUES)
            | {"source": sources.get(cast(str, row["source_id"])), "value": _value(row)}
            for row in rows["statements"]
        ],
        "facts": [resting(row) | {"value": _value(row)} for row in rows["facts"]],
        "labels": [resting(row) for row in rows["labels"]],
        "variants": [resting(row) for row in rows["variants"]],
        "access_periods": [_said(row) for row in rows["access_periods"]],
        "identifiers": [_said(row) for row in rows["identifiers"]],
        "relations": [_said(row, "statement_ids") for row in rows["relations"]],
    }
