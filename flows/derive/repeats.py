"""Whether a query says the same tomorrow: what it calls and reads, by DuckDB's own parser and catalog.

Rows in no order (`limit`, `first`, `string_agg` without `order by`) cannot be seen here; queries run in one thread, so
that they repeat over the same tables.
"""

import json
from dataclasses import dataclass, field

import duckdb

from flows.derive.quoting import literal
from flows.derive.steps import nodes

#: what the catalog says is constant, but tells of the session, the engine or the clock
_OF_THE_RUN = frozenset({"current_localtime", "current_localtimestamp", "current_setting", "getvariable", "version"})
#: what the catalog says may change, but gives no value at all
_GIVES_NOTHING = frozenset({"error"})
#: words of SQL that are calls without brackets, and what DuckDB calls
_WORDS = {
    "current_catalog": "current_catalog",
    "current_date": "current_date",
    "current_schema": "current_schema",
    "current_time": "get_current_time",
    "current_timestamp": "get_current_timestamp",
    "localtime": "current_localtime",
    "localtimestamp": "current_localtimestamp",
}
#: table functions that give their arguments alone; what else there is reads files, settings, or queries in texts
_TABLE_FUNCTIONS = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})


@dataclass(frozen=True)
class Catalog:
    """Functions that need not repeat, macros with their definitions, the engine's own views, and what was found of macros."""

    changing: frozenset[str]
    macros: dict[str, list[str]]
    views: frozenset[str]
    judged: dict[str, str | None] = field(default_factory=dict)


def catalog_of(connection: duckdb.DuckDBPyConnection) -> Catalog:
    """What DuckDB says of its functions and views, and of the macros of the open database."""
    named = connection.execute(
        "select distinct lower(function_name), stability, macro_definition from duckdb_functions() "
        "where stability <> 'CONSISTENT' or macro_definition is not null order by all"
    ).fetchall()
    macros: dict[str, list[str]] = {}
    for name, _, definition in named:
        if definition is not None:
            macros.setdefault(name, []).append(definition)
    changing = {name for name, stability, _ in named if stability is not None}
    views = connection.execute(
        "select lower(view_name) from duckdb_views() where internal except select lower(table_name) from duckdb_tables()"
    ).fetchall()
    return Catalog(frozenset(changing | _OF_THE_RUN) - _GIVES_NOTHING, macros, frozenset(name for (name,) in views))


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, object] | None:
    """The parse tree of one SELECT; None if DuckDB has none to give."""
    # a literal: for a parameter, DuckDB would import pandas first
    ((text,),) = connection.execute(f"select json_serialize_sql({literal(sql)})").fetchall()
    tree: dict[str, object] = json.loads(text)
    return None if tree["error"] else tree


def _called(node: dict[str, object]) -> str:
    """Name of the function that a node calls; empty if it calls none."""
    if node.get("type") == "COLUMN_REF":
        names = node["column_names"]
        return _WORDS.get(str(names[0]).lower(), "") if isinstance(names, list) and len(names) == 1 else ""
    name = str(node.get("function_name", "")).lower()
    arguments = node.get("children")
    since_today = name == "age" and isinstance(arguments, list) and len(arguments) == 1
    return "current_date" if since_today else name


def _named(node: dict[str, object]) -> str:
    """What a node calls, as the query has it."""
    names = node.get("column_names")
    return str(names[0]) if isinstance(names, list) else f"{node['function_name']}()"


def _of_node(node: dict[str, object], catalog: Catalog) -> str | None:
    """What is wrong with a node by itself; macros that it calls are left out."""
    if node.get("sample"):
        return "takes a sample, which is another one each time"
    if node.get("type") == "SHOW_REF":
        return "reads the engine's own tables, which are no part of a release"
    if node.get("type") == "BASE_TABLE" and (
        str(node["schema_name"]).lower() in ("information_schema", "pg_catalog")
        or str(node["table_name"]).lower() in catalog.views
    ):
        return f"reads {node['table_name']}, which tells of the engine and not of the release"
    if node.get("type") == "TABLE_FUNCTION":
        call = next(nodes(node["function"]))
        name = str(call["function_name"]).lower()
        if name not in _TABLE_FUNCTIONS | set(catalog.macros):
            return f"reads {name}(), which is no table of the release"
    if _called(node) not in catalog.changing:
        return None
    return f"calls {_named(node)}, which does not repeat"


def unrepeating(connection: duckdb.DuckDBPyConnection, catalog: Catalog, sql: str) -> str | None:
    """What in a query need not be the same at another time or place, in words; None if there is nothing.

    Macros are looked into, each once in the life of the catalog.
    """
    tree = _parsed(connection, sql)
    if tree is None:
        return "is not a plain SELECT that can be looked into"
    for node in nodes(tree):
        if wrong := _of_node(node, catalog):
            return wrong
        name = _called(node)
        if name in catalog.macros and (wrong := _of_macro(connection, catalog, name)):
            return f"calls {_named(node)}, which {wrong}"
    return None


def _of_macro(connection: duckdb.DuckDBPyConnection, catalog: Catalog, name: str) -> str | None:
    if name not in catalog.judged:
        catalog.judged[name] = None  # one that calls itself ends here
        for definition in catalog.macros[name]:
            as_query = definition if _parsed(connection, definition) else f"select {definition}"
            if wrong := unrepeating(connection, catalog, as_query):
                catalog.judged[name] = wrong
                break
    return catalog.judged[name]
