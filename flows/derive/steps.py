"""The steps of the derivation: their order, and the SQL file of each."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import duckdb

from flows.derive.quoting import literal

#: the files of `flows/sql` in the order in which they run; each makes the table or macro of its name
STEPS = (
    "ranked",
    "concluded",
    "implied",
    "facts",
    "resolved",
    "known",
    "silences",
    "beginnings",
    "channels",
    "relations",
    "variants",
    "hardware",
    "language_shares",
    "tally",
    "density",
    "scaling_route",
    "scale",
    "efficiency",
    "compute_balance",
    "multitask",
    "language_scope",
    "access",
    "openness",
    "safety",
    "media",
    "multimodal_stage",
    "reasoning",
    "post_training",
    "tool_use",
    "context",
    "compute_tier",
    "lifecycle",
    "labels",
    "labels_on",
    "models",
    "landscape",
    "models_flat",
    "access_periods",
    "trends",
    "years",
    "coverage",
)

#: steps that are table macros with the parameter `day`; they read published tables alone
MACROS = ("labels_on", "landscape")

#: steps that look across models; each of the others asks of a model only what is said of it, so they can run in parts
ACROSS = ("trends", "years", "coverage")


@dataclass(frozen=True)
class Reads:
    """What a query reads: tables and macros by name, thresholds by axis and name."""

    tables: frozenset[str]
    thresholds: frozenset[tuple[str, str]]


@cache
def step_sql(name: str) -> str:
    """The query of one of `STEPS`, as it stands in `flows/sql/<name>.sql`."""
    return files("flows").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def step_statement(name: str) -> str:
    """The statement that makes the table or macro of one of `STEPS`, in place of what has its name."""
    made = f"macro {name}(day) as table" if name in MACROS else f"table {name} as"
    return f"create or replace {made} {step_sql(name)}"


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@cache
def reads(sql: str) -> Reads:
    """What a query reads, according to DuckDB's own parser; raises duckdb.Error if it is not one SELECT."""
    ((tree,),) = _parser().cursor().execute(f"select json_serialize_sql({literal(sql)})").fetchall()
    below: list[dict[str, object]] = []

    def keep(node: dict[str, object]) -> dict[str, object]:
        below.append(node)
        return node

    json.loads(tree, object_hook=keep)  # asks `keep` of every node, of the root last
    root = below.pop()
    if root["error"]:
        raise duckdb.ParserException(str(root["error_message"]))
    calls = [node["children"] for node in below if node.get("function_name") == "threshold"]
    # a part of the query, unless it is named as the table that it reads
    parts = {str(node["key"]) for node in below if "key" in node and node["key"] not in _sources(nodes(node["value"]))}
    return Reads(frozenset(_sources(below) - parts), frozenset(_pair(call) for call in calls))


def nodes(tree: object) -> Iterator[dict[str, object]]:
    """Every node of a parsed query, from the root down."""
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(child)


def _sources(among: Iterable[dict[str, object]]) -> set[str]:
    """Names of what stands after `from` and `join`: tables, table macros, parts of the query."""
    found = set()
    for node in among:
        if node.get("type") == "BASE_TABLE":
            found.add(str(node["table_name"]))
        elif node.get("type") == "TABLE_FUNCTION":
            found.add(str(next(nodes(node["function"]))["function_name"]))
    return found


def _pair(arguments: object) -> tuple[str, str]:
    """Two texts that a function is called with."""
    first, second = (node["value"] for node in nodes(arguments) if isinstance(node.get("value"), str))
    return str(first), str(second)
