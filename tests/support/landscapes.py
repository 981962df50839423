"""Small made-up landscapes as the DuckDB file of a release, for figures to be asked of."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from flows.release_files.duckdb_file import write_duckdb
from schemas.products import CHANGES, FILES, arrow_schema
from schemas.tables import Tables

Made = Mapping[str, object]
AXES = ("density", "scaling_route", "access", "media", "multimodal_stage", "compute_balance", "language_scope")
_PLAIN = {
    "density": "dense",
    "scaling_route": "not-large",
    "access": "open",
    "media": ["language-in", "language-out"],
    "multimodal_stage": "not-multimodal",
    "compute_balance": "unknown",
    "language_scope": "english-centric",
}


def model(number: int, name: str, day: date, **facts: object) -> Made:
    """A made-up model: fields of `models`, and a label, or a list of them, for each of AXES."""
    return {"model_id": f"acme/{number}", "name": name, "known_since": day, "announced": day} | _PLAIN | facts


def _labels(made: Made) -> list[dict[str, object]]:
    rows = []
    for axis in AXES:
        value = made[axis]
        for label in value if isinstance(value, list) else [value]:
            row = {"model_id": made["model_id"], "axis": axis, "label": label, "rule_id": f"{axis}.{label}.made-up"}
            rows.append(row | {"valid_from": made["known_since"]})
    return rows


def write_landscape(folder: Path, tables: Tables, models: Sequence[Made], as_of: date) -> Path:
    """Write the DuckDB file of a release with these models in place of those of `tables`, whose codebooks stay."""
    plain = dict.fromkeys(FILES["models"].columns)
    rows = {
        "models": [{key: value for key, value in (plain | dict(made)).items() if key in plain} for made in models],
        "labels": [label for made in models for label in _labels(made)],
        "facts": [],
        "changes": [],
    }
    everything = dict(tables)
    for name, of in rows.items():
        schema = arrow_schema(CHANGES if name == "changes" else FILES[name])
        everything[name] = pa.Table.from_pylist(of, schema=schema)
    folder.mkdir(parents=True, exist_ok=True)
    write_duckdb(folder / "kiban.duckdb", {name: everything[name] for name in FILES}, as_of.isoformat())
    return folder
