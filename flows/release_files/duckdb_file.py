"""All tables of a release in one DuckDB file, which never repeats to the byte."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.derive.quoting import literal
from flows.derive.steps import MACROS, step_statement
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
        connection.execute(
            "create view current_labels as select * from labels "
            f"where valid_from <= date '{as_of}' and (valid_to is null or valid_to > date '{as_of}')"
        )
        connection.execute("comment on view current_labels is 'Labels that hold on the release''s day'")
        for column in PRODUCTS["labels"].columns:
            meaning = literal(describe(column_of(PRODUCTS["labels"], column)))
            connection.execute(f'comment on column current_labels."{column}" is {meaning}')
        for statement in deprecated_views(DEPRECATED):
            connection.execute(statement)
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("detach kiban")
