"""All tables of a release in one DuckDB file, which never repeats to the byte."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.derive.quoting import literal
from flows.derive.steps import MACROS, step_statement
from schemas.fields import AXES
from schemas.products import DEPRECATED, FILES, PRODUCTS, Deprecated, column_of, describe

#: storage version of the DuckDB file: the oldest that clients from 1.0 on can open
STORAGE_VERSION = "v1.0.0"


def deprecated_views(names: Iterable[Deprecated]) -> Iterator[str]:
    """Statements that keep names of before as views, in a schema of their own.

    After `set search_path = 'deprecated,main'` an old query runs as it stands.
    """
    columns: dict[str, list[str]] = {}
    whole = {}
    for name in names:
        if name.column is None:
            whole[name.old] = name.table
        else:
            columns.setdefault(name.table, []).append(f'"{name.column}" as "{name.old}"')
    if columns or whole:
        yield "create schema deprecated"
    for old, table in [*((table, table) for table in columns), *whole.items()]:
        added = "".join(f", {column}" for column in columns.get(table, ()))
        yield f'create view deprecated."{old}" as select *{added} from main."{table}"'


def views(as_of: str) -> Iterator[str]:
    """Statements that make the views `current_labels` and `landscape_by_day` beside tables and macros, with comments."""
    yield (
        "create view current_labels as select * from labels "
        f"where valid_from <= date '{as_of}' and (valid_to is null or valid_to > date '{as_of}')"
    )
    yield "comment on view current_labels is 'Labels that hold on the release''s day'"
    for column in PRODUCTS["labels"].columns:
        meaning = literal(describe(column_of(PRODUCTS["labels"], column)))
        yield f'comment on column current_labels."{column}" is {meaning}'
    # DuckDB looks up what a macro names where its caller stands, whatever database the macro is in, and a macro
    # cannot learn that database's name. What a view names is looked up in the view's own database, the macros that
    # it calls as well; so in an attached one the landscape is a view, of which one day is asked.
    yield f"""
        create view landscape_by_day as
        select days.day, landscape.*
        from (
            select unnest(range(min(known_since), date '{as_of}' + 1, interval 1 day))::date as day from models
        ) as days,
        lateral (from landscape(days.day)) as landscape"""
    yield (
        "comment on view landscape_by_day is 'landscape(day) of each day up to the release''s, to be asked of one: "
        "where day = date ''…''. Also in an attached database, where landscape(day) needs `use`'"
    )


def _of_a_day(column: str) -> str:
    """Meaning of a column of `landscape_by_day`."""
    if column in AXES:
        return f"Label on the axis {column}, on that day; a list where there can be several"
    own = {"day": "Day that the labels are of", "is_beyond": "Whether models were no longer looked for on that day"}
    return own.get(column) or describe(column_of(PRODUCTS["models"], column))


def write_duckdb(path: Path, tables: Mapping[str, pa.Table], as_of: str) -> None:
    """Write all tables into one DuckDB file, with comments, the macros `labels_on` and `landscape`, and views."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(f"attach {literal(str(path))} as kiban (storage_version {literal(STORAGE_VERSION)})")
        connection.execute("use kiban")
        connection.execute("begin")
        for name, table in tables.items():
            product = FILES[name]
            connection.register("source", table)
            connection.execute(f'create table "{name}" as select * from source')
            connection.unregister("source")
            connection.execute(f'comment on table "{name}" is {literal(product.en)}')
            for column in product.columns:
                meaning = literal(describe(column_of(product, column)))
                connection.execute(f'comment on column "{name}"."{column}" is {meaning}')
        for macro in MACROS:
            connection.execute(step_statement(macro))
        for statement in (*views(as_of), *deprecated_views(DEPRECATED)):
            connection.execute(statement)
        for (column,) in connection.execute("select column_name from (describe landscape_by_day)").fetchall():
            connection.execute(f'comment on column landscape_by_day."{column}" is {literal(_of_a_day(column))}')
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("detach kiban")
