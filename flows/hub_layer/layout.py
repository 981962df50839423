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
    "card_gate": "BOOLEAN",
    "parameters_by_type": "BIGINT",
    "parameters_total": "BIGINT",
    "gguf_total": "BIGINT",
    "model_type": "VARCHAR",
    "architecture": "VARCHAR",
    "experts": "BIGINT",
    "layers": "BIGINT",
    "base_relation": "VARCHAR",
    "bases": "VARCHAR[]",
}
#: without these there is nothing to derive
NEEDED = ("hub_id", "created_at")
# of the tags, of which there are many and long ones, those that `listed.sql` reads: licences, languages, and words for tuning
_READ_TAG = (
    "starts_with(tag, 'license:') or length(tag) = 2 or tag in ('sft', 'instruct', 'instruction-tuned', 'dpo', 'rlhf')"
)
# how keys of a card begin that say what is shown and asked at a gate (huggingface.co/docs/hub/models-gated)
_GATE = "extra_gated_"


@dataclass(frozen=True)
class Layout:
    """Paths of a snapshot by the names of `COLUMNS`; of several the first that leads to something counts."""

    name: str
    paths: dict[str, tuple[str, ...]]


def layouts() -> list[str]:
    """Names of the layouts that come with Kiban."""
    folder = files("flows.hub_layer").joinpath("layouts")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())


def read_layout(name: str) -> Layout:
    """The layout of a name, or in a file, whose folder its name leaves out. Raises UserError if there is none, or it names what is not read."""
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
        given = tomllib.loads(text)["columns"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise UserError(f"{name}: it has no table [columns] ({error}); see flows/hub_layer/layouts") from error
    paths = {key: tuple(path) if isinstance(path, list) else (path,) for key, path in given.items()}
    wrong = [
        f"{name}: columns.{key}: {'no such column' if key not in COLUMNS else 'it is no path'}; "
        f"write one of {', '.join(COLUMNS)} = a path as text, or a list of them"
        for key, found in paths.items()
        if key not in COLUMNS or not found or not all(path and isinstance(path, str) for path in found)
    ]
    wrong += [
        f"{name}: columns.{key}: it is missing; without it there is nothing to derive"
        for key in NEEDED
        if key not in paths
    ]
    if wrong:
        raise UserError("\n".join(wrong))
    return Layout(Path(name).stem, paths)


def reading(layout: Layout, relation: duckdb.DuckDBPyRelation, source: str) -> str:
    """The query that takes each of `COLUMNS` from a snapshot, `relation` as what stands after `from` in SQL; null where it has none.

    Raises UserError if a path of `NEEDED` leads nowhere.
    """
    types = dict(zip(relation.columns, relation.types, strict=True))
    in_json: dict[str, list[str]] = {}
    made = []
    for column, sql_type in COLUMNS.items():
        paths = [path.split(".") for path in layout.paths.get(column, ())]
        there = [_taken(quoted(head), types[head], rest, column, in_json) for head, *rest in paths if head in types]
        if not there and column in NEEDED:
            raise UserError(f"the snapshot has no column {paths[0][0]!r} for {column}; its columns: {', '.join(types)}")
        one = f"coalesce({', '.join(there)})" if len(there) > 1 else next(iter(there), f"null::{sql_type}")
        made.append(f"{one} as {column}")
    # what is no JSON, or has no such key, says nothing; each text is parsed once for all that is read of it
    parsed = "".join(
        f", try(json_extract_string({text}, [{', '.join(map(literal, paths))}])) as {_parsed(number)}"
        for number, (text, paths) in enumerate(in_json.items())
    )
    return f"select {', '.join(made)} from (select *{parsed} from {source})"


def _parsed(number: int) -> str:
    return quoted(f"parsed {number}")


def _taken(expression: str, kind: DuckDBPyType, rest: list[str], column: str, in_json: dict[str, list[str]]) -> str:
    """SQL for what lies at the end of a path, with the type of a column; paths within JSON are noted by its text."""
    wanted = COLUMNS[column]
    while rest and kind.id == "struct":
        head, *rest = rest
        below = _children(kind)
        if head not in below:
            return f"null::{wanted}"
        expression, kind = f"{expression}.{quoted(head)}", below[head]
    if rest:  # JSON as text
        noted = in_json.setdefault(expression, [])
        noted.append("$" + "".join(f"[{key}]" if key.isdecimal() else f'."{key}"' for key in rest))
        return f"try_cast({_parsed(list(in_json).index(expression))}[{len(noted)}] as {wanted})"
    if column == "parameters_by_type":
        return _floats(expression, kind)
    if column == "card_gate":
        return _gate(expression, kind)
    if column == "tags" and kind.id == "list":
        return f"list_filter({expression}, lambda tag: {_READ_TAG})"
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


def _gate(expression: str, kind: DuckDBPyType) -> str:
    """Of a card, JSON as text or a struct, whether it has words for a gate: a key extra_gated_…; of no other key is anything read."""
    if kind.id == "struct":
        found = [f"{expression}.{quoted(name)} is not null" for name in _children(kind) if name.startswith(_GATE)]
        return f"case when {expression} is not null then {' or '.join(found) or 'false'} end"
    # most cards have no such word, nor a letter in disguise, and need not be parsed
    suspected = f"contains({expression}, {literal(_GATE)}) or contains({expression}, '\\u')"
    keys = f"list_filter(json_keys({expression}), lambda key: starts_with(key, {literal(_GATE)}))"
    return f"case when {suspected} then try(len({keys}) > 0) end"
