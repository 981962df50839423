"""Compare: what changed between two editions, row by row and cell by cell.

The changes are a table that, applied to the older edition, gives the newer one
(`flows.changes.apply`). Cells are compared and published as the canonical CSV prints them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl
import pyarrow as pa

from flows.changes.causes import with_causes
from flows.changes.compatibility import SchemaChange, keys_of, schema_changes
from flows.changes.edition import Edition
from flows.derive.quoting import quoted
from schemas.products import CHANGES, arrow_schema
from schemas.tables import frame

#: kinds of change in the order in which they are listed
_ORDER = (
    "column-removed",
    "column-added",
    "row-removed",
    "table-removed",
    "table-added",
    "row-renamed",
    "row-added",
    "cell",
)

#: columns of keys that hold ids of models, organisations and licences, alone or before a `#`
_IDS = frozenset({"model_id", "other_id", "source_id", "statement_id", "organisation_id", "licence_id"})


@dataclass(frozen=True)
class Comparison:
    """What changed: the table `changes`, the differences of the schema, and the steps whose SQL changed."""

    changes: pa.Table
    schema: list[SchemaChange]
    rules: list[str]

    @property
    def nothing(self) -> bool:
        """Whether nothing changed that is worth a release.

        That a source was asked again and still says it is none; that it no longer does, or does again, is one.
        """
        audit = pl.col("table_name") == "source_audit"
        answered = pl.col("column_name").eq_missing("audit_verdict")
        turned = answered & ((pl.col("change") == "cell") | ~pl.col("new_value").is_in(["confirmed", "moved"]))
        return frame(self.changes).filter(~audit | turned).is_empty() and not self.schema and not self.rules


def no_changes() -> pa.Table:
    """The table of changes of a release that follows none."""
    return arrow_schema(CHANGES).empty_table()


#: columns of the changes of one table, before they are numbered
_CHANGES = """create table changes (table_order bigint, table_name varchar, column_order bigint, change varchar,
    row_key varchar[], new_key varchar[], column_name varchar, old_value varchar, new_value varchar)"""

#: from the rows `old` and `new`: which row of the one is which of the other. Where two rows would come to have one
#: key, neither was renamed.
_PAIRS = """
    create or replace temp table pairs as
    with called as (
        select row_key, list_transform(row_key, lambda part, place:
            case when $is_id[place] then coalesce(
                map($was::varchar[], $now::varchar[])[split_part(part, '#', 1)]
                    || substr(part, length(split_part(part, '#', 1)) + 1), part)
            else part end) as now
        from old
    ),
    followed as (
        select row_key, case when count(*) over (partition by now) > 1 then row_key else now end as now from called
    )
    select o.row_key as old_key, n.row_key as new_key,
        case when new_key is null then 'row-removed' when old_key is null then 'row-added' else 'cell' end as change
    from followed as o full outer join new as n on o.now = n.row_key"""

#: keys of the rows that both editions have, cell for cell, and whose ids are called as before
_SAME = """
    create or replace temp table same as
    select {key} from before inner join after using ({key})
    where {equal} and not list_has_any([{ids}]::varchar[], $was::varchar[])"""

#: cells that differ, from `old_cells` and `new_cells`; key cells follow from a renaming and are not listed again
_DIFFERENCES = """
    insert into changes by name
    with cells as (
        select pairs.*, column_name, cell as old_value, null as new_value
        from pairs inner join old_cells on old_key = row_key
        union all
        select pairs.*, column_name, null, cell from pairs inner join new_cells on new_key = row_key
    ),
    differ as (
        select old_key, new_key, change, column_name, max(old_value) as old_value, max(new_value) as new_value
        from cells
        where not (change = 'cell' and list_contains($key, column_name))
        group by all
        having max(old_value) is distinct from max(new_value)
    )
    select $number as table_order, $name as table_name, list_position($columns, column_name) as column_order, change,
        coalesce(new_key, old_key) as row_key, null as new_key, column_name, old_value, new_value
    from differ
    union all by name
    select $number as table_order, $name as table_name, 0 as column_order, 'row-renamed' as change,
        old_key as row_key, new_key
    from pairs where old_key <> new_key"""

_NUMBERED = """
    select row_number() over (order by table_order, list_position($kinds, change), row_key, column_order)
            as change_number,
        table_name, change, row_key, new_key, column_name, old_value, new_value, null::varchar[] as causes
    from changes order by change_number"""


def make_rows(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table, key: Sequence[str]) -> None:
    """Make `name`: the rows of a table, their cells as the canonical CSV prints them, and `row_key`."""
    connection.register("source", table)
    texts = [
        f"array_to_string({quoted(f.name)}, ';')" if pa.types.is_list(f.type) else f"{quoted(f.name)}::varchar"
        for f in table.schema
    ]
    cells = ", ".join(f"{text} as {quoted(c)}" for text, c in zip(texts, table.column_names, strict=True))
    row_key = ", ".join(f"{quoted(k)}::varchar" for k in key)
    connection.execute(f"create or replace temp table {name} as select [{row_key}] as row_key, {cells} from source")


def make_cells(connection: duckdb.DuckDBPyConnection, name: str, rows: str, columns: Sequence[str]) -> None:
    """Make `name`: the cells that are not missing of rows that `make_rows` made, by the key of their row."""
    connection.execute(
        f"""create or replace temp table {name} as unpivot ({rows})
        on {", ".join(map(quoted, columns))} into name column_name value cell"""
    )


def _apart(
    connection: duckdb.DuckDBPyConnection,
    sides: tuple[pa.Table, pa.Table],
    key: Sequence[str],
    given: dict[str, object],
) -> list[pa.Table]:
    """The rows of two tables with the same columns to which something happened, which few are: those alone become texts."""
    schema, keys = sides[0].schema, ", ".join(map(quoted, key))
    for name, table in zip(("before", "after"), sides, strict=True):
        connection.register(name, table)
    cells = [(quoted(f.name), "::varchar" if pa.types.is_floating(f.type) else "") for f in schema]  # -0.0 equals 0.0
    equal = " and ".join(f"before.{c}{text} is not distinct from after.{c}{text}" for c, text in cells)
    ids = ", ".join(f"split_part({quoted(k)}, '#', 1)" for k in key if k in _IDS)
    connection.execute(_SAME.format(key=keys, equal=equal, ids=ids), {"was": given["was"]})
    return [
        connection.execute(f"from {name} anti join same using ({keys})").to_arrow_table()
        for name in ("before", "after")
    ]


def _add_differences(
    connection: duckdb.DuckDBPyConnection,
    before: pa.Table,
    after: pa.Table,
    key: Sequence[str],
    given: dict[str, object],
) -> None:
    """Add to `changes` what differs between two tables that have one key."""
    if before.schema.equals(after.schema):
        before, after = _apart(connection, (before, after), key, given)
    make_rows(connection, "old", before, key)
    make_rows(connection, "new", after, key)
    connection.execute(_PAIRS, {name: given[name] for name in ("was", "now", "is_id")})
    for side, table in (("old", before), ("new", after)):
        make_cells(connection, f"{side}_cells", f"from {side}", table.column_names)
    columns = list(dict.fromkeys(before.column_names + after.column_names))
    named = {name: given[name] for name in ("number", "name")}
    connection.execute(_DIFFERENCES, {**named, "columns": columns, "key": list(key)})


def _markers(old: Edition, new: Edition, name: str) -> list[tuple[int, str, str | None, str | None, str | None]]:
    """Order, change, column and types of a table or its columns that came and went."""
    before, after = old.shapes.get(name), new.shapes.get(name)
    if before is None or after is None or before.key != after.key:
        there = {"table-removed": before, "table-added": after}
        return [(0, change, None, None, None) for change, shape in there.items() if shape is not None]
    gone = {c: s for c, s in before.columns.items() if c not in after.columns or after.columns[c].kind != s.kind}
    come = {c: s for c, s in after.columns.items() if c not in before.columns or before.columns[c].kind != s.kind}
    return [
        *((order, "column-removed", c, s.kind, None) for order, (c, s) in enumerate(gone.items())),
        *((order, "column-added", c, None, s.kind) for order, (c, s) in enumerate(come.items())),
    ]


def _sides(old: Edition, new: Edition, name: str) -> list[tuple[pa.Table, pa.Table, tuple[str, ...]]]:
    """What of a table is compared with what, by which key: nothing if it has the same content, all of it with
    nothing if only one edition has it, or has it with this key."""
    before, after = old.shapes.get(name), new.shapes.get(name)
    if before and after and before.key == after.key:
        same = old.content.get(name) == new.content.get(name) and list(before.columns) == list(after.columns)
        return [] if same else [(old.tables[name], new.tables[name], after.key)]
    gone = [(old.tables[name], old.tables[name].slice(0, 0), before.key)] if before else []
    return gone + ([(new.tables[name].slice(0, 0), new.tables[name], after.key)] if after else [])


def _renames(old: Edition, new: Edition) -> dict[str, str]:
    """Ids that were retired since, with the id that took their place."""
    known = keys_of(old, "retired", "retired_id")
    return {was: now for was, now in keys_of(new, "retired", "retired_id", "renamed_to") if now and (was,) not in known}


def _row_changes(old: Edition, new: Edition) -> pa.Table:
    """All changes of all tables, without their causes, in order."""
    renames = _renames(old, new)
    with duckdb.connect(":memory:") as connection:
        connection.execute(_CHANGES)
        for number, name in enumerate([*new.tables, *(n for n in old.tables if n not in new.tables)]):
            for marker in _markers(old, new, name):
                connection.execute(
                    "insert into changes values ($1, $2, $3, $4, null, null, $5, $6, $7)", [number, name, *marker]
                )
            for before, after, key in _sides(old, new, name):
                given = {"number": number, "name": name, "is_id": [k in _IDS for k in key]}
                given |= {"was": list(renames), "now": list(renames.values())}
                _add_differences(connection, before, after, key, given)
        return connection.execute(_NUMBERED, {"kinds": list(_ORDER)}).to_arrow_table()


def compare(old: Edition, new: Edition) -> Comparison:
    """Compare two editions.

    Returns the changes as the table `schemas.products.CHANGES`, in the order in which they
    are applied to `old`; the differences of the schema; and the steps whose SQL changed.
    """
    changes = _row_changes(old, new)
    steps = [step for step in {**old.rules, **new.rules} if old.rules.get(step) != new.rules.get(step)]
    return Comparison(
        with_causes(changes, old, new).cast(arrow_schema(CHANGES)).combine_chunks(), schema_changes(old, new), steps
    )
