"""Apply: make a release's tables from the release before it and its table of changes."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.changes.compare import make_cells, make_rows
from flows.changes.edition import read_edition
from flows.derive.quoting import literal, quoted
from flows.errors import UserError
from schemas.fields import TYPES
from schemas.tables import arrow_type

_SQL_TYPES = {arrow_type(kind): kind.sql for kind in TYPES.values()}


#: `cells` with the changes of a table: rows that go, rows called otherwise, then cells
_CHANGED = """
    create or replace temp table cells as
    with changed as (select * from changes where table_name = $name),
    renamed as (select row_key, new_key from changed where change = 'row-renamed'),
    kept as (
        select coalesce(new_key, row_key) as row_key, column_name,
            coalesce(new_key[list_position($key, column_name)], cell) as cell
        from cells
        anti join (select row_key from changed where change = 'row-removed') as removed using (row_key)
        left join renamed using (row_key)
    )
    select * from kept
    anti join (select row_key, column_name from changed where change = 'cell') as other using (row_key, column_name)
    union all
    select row_key, column_name, new_value from changed
    where change in ('cell', 'row-added') and new_value is not null"""


def _wide(connection: duckdb.DuckDBPyConnection, schema: pa.Schema, key: tuple[str, ...]) -> pa.Table:
    """The rows of `cells`, typed and in the order of their key."""
    columns = []
    for field in schema:
        cell = f"max(cell) filter (column_name = {literal(field.name)})"
        if pa.types.is_list(field.type):
            columns.append(f"string_split({cell}, ';') as {quoted(field.name)}")
        else:
            columns.append(f"cast({cell} as {_SQL_TYPES[field.type]}) as {quoted(field.name)}")
    order = ", ".join(map(quoted, key))
    made = connection.execute(
        f"select * from (select {', '.join(columns)} from cells group by row_key) order by {order}"
    ).to_arrow_table()
    return made.cast(pa.schema([pa.field(f.name, f.type) for f in schema])).combine_chunks()


def apply_changes(previous: Path, release: Path) -> dict[str, pa.Table]:
    """Apply the changes of a release to the release before it.

    `previous` and `release` are folders. Returns the tables of `release` by name, as its
    `changes.parquet` makes them: types and columns are those of its own files, rows and cells are
    not read from it. Raises UserError if a folder holds no release, or a change fits no table.
    """
    old, new = read_edition(previous), read_edition(release)
    changes = pq.read_table(release / "changes.parquet", page_checksum_verification=True)
    made = {}
    with duckdb.connect(":memory:") as connection:
        connection.register("changes", changes)
        touched = dict(
            connection.execute("select table_name, list(distinct change) from changes group by table_name").fetchall()
        )
        lost = sorted(set(touched) - set(old.tables) - set(new.tables))
        if lost:
            raise UserError(f"changes name tables that neither release has: {json.dumps(lost)}")
        for name in new.tables:
            key = new.shapes[name].key
            schema = pq.read_schema(release / "data" / f"{name}.parquet")
            kinds = touched.get(name, [])
            if "table-added" in kinds or name not in old.tables:
                before, before_key = schema.empty_table(), key
            elif kinds or list(old.shapes[name].columns) != schema.names:
                before, before_key = old.tables[name], old.shapes[name].key
            else:
                made[name] = old.tables[name]
                continue
            make_rows(connection, "old", before, before_key)
            make_cells(connection, "cells", "from old", before.column_names)
            connection.execute(_CHANGED, {"name": name, "key": list(key)})
            made[name] = _wide(connection, schema, key)
    return made
