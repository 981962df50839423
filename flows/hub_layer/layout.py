"""Layouts: which column of a snapshot of the hub, or which path within one, holds what we read."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

import duckdb
from duckdb.sqltypes import DuckDBPyType

from flows.derive.quoting import literal, quoted
from flows.errors import UserError

#: what is read of a repository, with the type that SQL gives it; a snapshot without it says nothing of it
COLUMNS = {
    "hub_id": "VARCHAR",
    "created_at": "TIMESTAMP",
    "changed_at": "TIMESTAMP",
    "downloads": "BIGINT",
    "downloads_all_time": "BIGINT",
    "likes": "BIGINT",
    "tags": "VARCHAR[]",
    "pipeline": "VARCHAR",
    "library": "VARCHAR",
    "gated": "VARCHAR",
    "parameters_by_type": "BIGINT",
    "parameters_total": "BIGINT",
    "gguf_total": "BIGINT",
    "model_type": "VARCHAR",
    "licence_name": "VARCHAR",
    "base_relation": "VARCHAR",
    "bases": "VARCHAR[]",
}
#: without these there is nothing to derive
NEEDED = ("hub_id", "created_at")


@dataclass(frozen=True)
class Layout:
    """Paths of a snapshot by the names of `COLUMNS`."""

    name: str
    paths: dict[str, str]


def layouts() -> list[str]:
    """Names of the layouts that come with Kiban."""
    folder = files("flows.hub_layer").joinpath("layouts")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())


def read_layout(name: str) -> Layout:
    """The layout of a name, or in a file. Raises UserError if there is none, or it names what is not read."""
    if name in layouts():
        text = files("flows.hub_layer").joinpath("layouts", f"{name}.toml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(
                f"{name}: no such layout ({error}); give a file, or one of: {', '.join(layouts())}"
            ) from error
    try:
        paths = tomllib.loads(text)["columns"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise UserError(f"{name}: it has no table [columns] ({error}); see flows/hub_layer/layouts") from error
    wrong = [
        f"{name}: columns.{key}: {'no such column' if key not in COLUMNS else 'it is no path'}; "
        f"write one of {', '.join(COLUMNS)} = a path as text"
        for key, path in paths.items()
        if key not in COLUMNS or not isinstance(path, str) or not path
    ]
    wrong += [
        f"{name}: columns.{key}: it is missing; without it there is nothing to derive"
        for key in NEEDED
        if key not in paths
    ]
    if wrong:
        raise UserError("\n".join(wrong))
    return Layout(name, paths)


def expressions(layout: Layout, relation: duckdb.DuckDBPyRelation) -> dict[str, str]:
    """SQL that takes each of `COLUMNS` from a snapshot; null where it has none.

    Raises UserError if a path of `NEEDED` leads nowhere.
    """
    types = dict(zip(relation.columns, relation.types, strict=True))
    made = {}
    for column, sql_type in COLUMNS.items():
        path = layout.paths.get(column, "")
        head, *rest = path.split(".")
        if head not in types:
            if column in NEEDED:
                raise UserError(f"the snapshot has no column {head!r} for {column}; its columns: {', '.join(types)}")
            made[column] = f"null::{sql_type}"
            continue
        made[column] = _taken(quoted(head), types[head], rest, column)
    return made


def _taken(expression: str, kind: DuckDBPyType, rest: list[str], column: str) -> str:
    """SQL for what lies at the end of a path, with the type of a column."""
    wanted = COLUMNS[column]
    while rest and kind.id == "struct":
        head, *rest = rest
        below = _children(kind)
        if head not in below:
            return f"null::{wanted}"
        expression, kind = f"{expression}.{quoted(head)}", below[head]
    if rest:  # JSON as text: what is none, or has no such key, says nothing
        at = literal("$" + "".join(f'."{key}"' for key in rest))
        text = f"case when json_valid({expression}) then json_extract_string({expression}, {at}) end"
        return f"try_cast({text} as {wanted})"
    if column == "parameters_by_type":
        return _floats(expression, kind)
    if wanted == "VARCHAR[]" and kind.id == "list":
        of_structs = _children(kind)["child"].id == "struct"
        return f"list_transform({expression}, lambda m: m.id)" if of_structs else expression
    return f"try_cast({expression} as {wanted})"


def _children(kind: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """Types of the fields of a struct, or of the items of a list (`child`)."""
    return cast("dict[str, DuckDBPyType]", dict(kind.children))


def _floats(expression: str, kind: DuckDBPyType) -> str:
    """Of counts by type of number, a struct with a field for each, the sum of those that are floating-point."""
    if kind.id != "struct":
        return "null::BIGINT"
    names = [name for name in _children(kind) if name.upper().startswith(("F", "BF"))]
    counts = [f"coalesce({expression}.{quoted(name)}, 0)" for name in names]
    return f"case when {expression} is not null then ({' + '.join(counts) or 'null'})::BIGINT end"
