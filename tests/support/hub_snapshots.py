"""Small snapshots of the hub's list of models, in the layout of the public ones."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

Row = Mapping[str, object]

_TYPES = ("BF16", "F32", "I32", "U8")
_SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "pipeline_tag": pa.string(),
        "library_name": pa.string(),
        "createdAt": pa.timestamp("us"),
        "lastModified": pa.timestamp("us"),
        "downloads": pa.int64(),
        "downloadsAllTime": pa.int64(),
        "likes": pa.int64(),
        "tags": pa.list_(pa.string()),
        "cardData": pa.string(),
        "gguf": pa.string(),
        "safetensors": pa.struct({"parameters": pa.struct(dict.fromkeys(_TYPES, pa.int64())), "total": pa.int64()}),
        "baseModels": pa.struct(
            {"relation": pa.string(), "models": pa.list_(pa.struct({"_id": pa.string(), "id": pa.string()}))}
        ),
        "gated": pa.string(),
        "config": pa.string(),
    }
)


def counted(**parameters: int) -> dict[str, object]:
    """What the hub counts in safetensors files, by type of number."""
    return {"parameters": parameters, "total": sum(parameters.values())}


def based(relation: str | None, *bases: str) -> dict[str, object]:
    """What a card says that a repository was made from."""
    return {"relation": relation, "models": [{"_id": "0", "id": base} for base in bases]}


def write_snapshot(path: Path, rows: Sequence[Row], without: Sequence[str] = ()) -> Path:
    """Write repositories as a snapshot; columns named by `without` are left out of it."""
    filled = [
        {"createdAt": "2024-05-06T07:08:09", "tags": [], "gated": "false", "library_name": "transformers"} | dict(row)
        for row in rows
    ]
    for row in filled:
        row["createdAt"] = pa.scalar(row["createdAt"]).cast(pa.timestamp("us")).as_py()
        row["config"] = json.dumps(row["config"]) if "config" in row else None
    table = pa.Table.from_pylist(filled, schema=_SCHEMA)
    parquet.write_table(table.drop_columns(list(without)), path)
    return path
