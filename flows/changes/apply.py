"""Apply: make a release's tables from the release before it and its table of changes."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.changes.compare import cell_text, key_list
from flows.changes.edition import read_edition
from flows.derive.quoting import literal, quoted
from flows.errors import UserError
from schemas.fields import TYPES
from schemas.tables import arrow_type

_SQL_TYPES = {arrow_type(kind): kind.sql for kind in TYPES.values()}


def _long(connection: duckdb.DuckDBPyConnection, table: pa.Table, key: tuple[str, ...]) -> None:
    """Make `cells`: the cells of a table that are not missing, by the key of their row."""
    connection.register("base", table)
    columns = ", ".join(
        f"{cell_text(quoted(c), table.schema.field(c).type)} as {quoted(f'text:{c}')}" for c in table.column_names
    )
    named = ", ".join(f"{quoted(f'text:{c}')} as {quoted(c)}" for c in table.column_names)
    connection.execute(
        f"""create or replace temp table cells as select row_key, column_name, cell from (
            unpivot (select row_key, {named} from (select {key_list(key)} as row_key, {columns} from base))
            on {", ".join(map(quoted, table.column_names))} into name column_name value cell)"""
    )


def _changed(connection: duckdb.DuckDBPyConnection, key: tuple[str, ...]) -> None:
    """Apply `changed`, the changes of one table, to `cells`."""
    keys = ", ".join(f"({number}, {literal(k)})" for number, k in enumerate(key, start=1))
    connection.execute("delete from cells where row_key in (select row_key from changed where change = 'row-removed')")
    connection.execute(
        f"""create or replace temp table cells as
        select coalesce(renamed.new_key, cells.row_key) as row_key, cells.column_name,
            case when renamed.new_key is not null and keys.position is not null
                then renamed.new_key[keys.position] else cells.cell end as cell
        from cells
        left join (select row_key, new_key from changed where change = 'row-renamed') as renamed using (row_key)
        left join (values {keys}) as keys (position, column_name) on cells.column_name = keys.column_name"""
    )
    connection.execute(
        """create or replace temp table cells as
        select cells.* from cells anti join (select row_key, column_name from changed where change = 'cell') as c
            on cells.row_key = c.row_key and cells.column_name = c.column_name
        union all
        select row_key, column_name, new_value from changed
        where change in ('cell', 'row-added') and new_value is not null"""
    )


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
            shape = new.shapes[name]
            schema = pq.read_schema(release / "data" / f"{name}.parquet")
            kinds = touched.get(name, [])
            if "table-added" in kinds or name not in old.tables:
                connection.execute(
                    "create or replace temp table cells (row_key varchar[], column_name varchar, cell varchar)"
                )
            elif kinds or list(old.shapes[name].columns) != schema.names:
                _long(connection, old.tables[name], old.shapes[name].key)
            else:
                made[name] = old.tables[name]
                continue
            connection.execute(
                f"create or replace temp table changed as select * from changes where table_name = {literal(name)}"
            )
            _changed(connection, shape.key)
            made[name] = _wide(connection, schema, shape.key)
    return made
