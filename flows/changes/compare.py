"""Compare: what changed between two editions, row by row and cell by cell.

The changes are a table that, applied to the older edition, gives the newer one
(`flows.changes.apply`). Cells are compared as values and published as the canonical CSV prints them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl
import pyarrow as pa

from flows.changes.causes import with_causes
from flows.changes.compatibility import SchemaChange, keys_of, schema_changes
from flows.changes.edition import Edition
from flows.derive.quoting import literal, quoted
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


def cell_text(column: str, kind: pa.DataType) -> str:
    """SQL for a cell as the canonical CSV prints it; null where it is missing."""
    return f"array_to_string({column}, ';')" if pa.types.is_list(kind) else f"cast({column} as varchar)"


def key_list(key: Sequence[str], side: str = "") -> str:
    """SQL for the key of a row as a list of texts."""
    prefix = f"{side}." if side else ""
    return "[" + ", ".join(f"cast({prefix}{quoted(k)} as varchar)" for k in key) + "]"


def _order_of(columns: Sequence[str]) -> str:
    return f"list_position([{', '.join(map(literal, columns))}], column_name)"


def _unpivoted(source: str, columns: Sequence[str]) -> str:
    return f"(unpivot ({source}) on {', '.join(map(quoted, columns))} into name column_name value cell)"


class _Pair:
    """One table of both editions in a database, as `old` and `new`, with the same key."""

    def __init__(self, name: str, old: pa.Table, new: pa.Table, key: Sequence[str]) -> None:
        self.name, self.key = name, key
        self.types = {"o": old.schema, "n": new.schema}
        self.columns = [*old.column_names, *(c for c in new.column_names if c not in old.column_names)]

    def has(self, side: str, column: str) -> bool:
        return column in self.types[side].names

    def text(self, side: str, column: str) -> str:
        return cell_text(f"{side}.{quoted(column)}", self.types[side].field(column).type)

    def older(self, renames: bool) -> str:
        """The old rows with the key that they have in the new edition, as `now:…`.

        Where two rows would come to have one key, neither was renamed.
        """
        now = {k: quoted(f"now:{k}") for k in self.key}
        if not renames:
            return f"select *, {', '.join(f'{quoted(k)} as {now[k]}' for k in self.key)} from old"
        mapped = []
        for k in self.key:
            head = f"split_part(old.{quoted(k)}, '#', 1)"
            called = (
                f"(select renames.now || substr(old.{quoted(k)}, length({head}) + 1) from renames where was = {head})"
            )
            mapped.append(f"{f'coalesce({called}, {quoted(k)})' if k in _IDS else quoted(k)} as {now[k]}")
        clash = f"count(*) over (partition by {', '.join(now.values())}) > 1"
        kept = ", ".join(f"case when {clash} then {quoted(k)} else {now[k]} end as {now[k]}" for k in self.key)
        return f"select * replace ({kept}) from (select old.*, {', '.join(mapped)} from old)"

    def differs(self) -> str:
        """Condition that any cell of two rows `o` and `n` is not the same."""
        parts = []
        for column in self.columns:
            if not self.has("n", column):
                parts.append(f"o.{quoted(column)} is not null")
            elif not self.has("o", column):
                parts.append(f"n.{quoted(column)} is not null")
            elif self.types["o"].field(column).type == self.types["n"].field(column).type:
                parts.append(f"o.{quoted(column)} is distinct from n.{quoted(column)}")
            else:
                parts.append(f"{self.text('o', column)} is distinct from {self.text('n', column)}")
        return " or ".join(parts)

    def rows(self, renames: bool) -> str:
        """The rows that are not the same in both editions, all cells as text."""
        first = quoted(self.key[0])
        gone, fresh = f"n.{first} is null", f"o.{first} is null"
        cells = [
            f"{self.text(side, column)} as {quoted(f'{side}:{column}')}"
            for side in ("o", "n")
            for column in self.types[side].names
        ]
        on = " and ".join(f"o.{quoted(f'now:{k}')} = n.{quoted(k)}" for k in self.key)
        return f"""
            select row_number() over () as id,
                case when {gone} then 'row-removed' when {fresh} then 'row-added' else 'cell' end as change,
                case when not {fresh} then {key_list(self.key, "o")} end as old_key,
                case when not {gone} then {key_list(self.key, "n")} end as new_key,
                {", ".join(cells)}
            from ({self.older(renames)}) as o full outer join new as n on {on}
            where {gone} or {fresh} or {self.differs()}"""

    def changes(self) -> str:
        """The changes, from the rows in `differ`; key cells follow from a renaming and are not listed again."""
        sides = []
        for side in ("o", "n"):
            names = self.types[side].names
            cells = ", ".join(f"{quoted(side + ':' + c)} as {quoted(c)}" for c in names)
            source = _unpivoted(f"select id, {cells} from differ", names)
            sides.append(f"select '{side}' as side, id, column_name, cell from {source}")
        return f"""
            with cells as (
                select id, column_name,
                    max(cell) filter (where side = 'o') as old_value, max(cell) filter (where side = 'n') as new_value
                from ({" union all ".join(sides)})
                group by id, column_name
            )
            select {_order_of(self.columns)} as column_order, change,
                case change when 'row-removed' then old_key else new_key end as row_key,
                null::varchar[] as new_key, column_name, old_value, new_value
            from cells inner join differ using (id)
            where old_value is distinct from new_value
                and not (change = 'cell' and column_name in ({", ".join(map(literal, self.key))}))
            union all
            select 0, 'row-renamed', old_key, new_key, null, null, null
            from differ where change = 'cell' and old_key <> new_key"""


def _whole(table: pa.Table, key: Sequence[str], change: str) -> str:
    """The changes of a table, registered as `whole`, that only one edition has, or has with this key."""
    texts = ", ".join(
        f"{cell_text(quoted(c), table.schema.field(c).type)} as {quoted(f'text:{c}')}" for c in table.column_names
    )
    named = ", ".join(f"{quoted(f'text:{c}')} as {quoted(c)}" for c in table.column_names)
    values = "null, cell" if change == "row-added" else "cell, null"
    source = f"select row_key, {named} from (select {key_list(key)} as row_key, {texts} from whole)"
    return f"""
        select {_order_of(table.column_names)} as column_order, '{change}' as change, row_key,
            null::varchar[] as new_key, column_name, {values} from {_unpivoted(source, table.column_names)}"""


def _markers(old: Edition, new: Edition, name: str) -> list[tuple[object, ...]]:
    """Rows that say which tables and columns came and went, with the types of columns."""

    def marker(
        change: str, order: int = 0, column: str | None = None, was: str | None = None, now: str | None = None
    ) -> tuple[object, ...]:
        return (order, change, None, None, column, was, now)

    before, after = old.shapes.get(name), new.shapes.get(name)
    if before is None or after is None or before.key != after.key:
        return [marker(f"table-{what}") for what, shape in (("removed", before), ("added", after)) if shape is not None]
    gone = {c: s for c, s in before.columns.items() if c not in after.columns or after.columns[c].kind != s.kind}
    come = {c: s for c, s in after.columns.items() if c not in before.columns or before.columns[c].kind != s.kind}
    return [
        *(marker("column-removed", order, c, was=s.kind) for order, (c, s) in enumerate(gone.items())),
        *(marker("column-added", order, c, now=s.kind) for order, (c, s) in enumerate(come.items())),
    ]


def _renames(old: Edition, new: Edition) -> pa.Table:
    """Ids that were retired since, with the id that took their place."""
    known = keys_of(old, "retired", "retired_id")
    pairs = {
        was: now for was, now in keys_of(new, "retired", "retired_id", "renamed_to") if now and (was,) not in known
    }
    return pa.table({"was": pa.array(pairs.keys(), pa.string()), "now": pa.array(pairs.values(), pa.string())})


def _row_changes(old: Edition, new: Edition) -> pa.Table:
    """All changes of all tables, without their causes, in order."""
    renames = _renames(old, new)
    columns = "(table_order bigint, table_name varchar, column_order bigint, change varchar, row_key varchar[], new_key varchar[], column_name varchar, old_value varchar, new_value varchar)"
    with duckdb.connect(":memory:") as connection:
        connection.register("renames", renames)
        connection.execute(f"create table changes {columns}")
        for number, name in enumerate([*new.tables, *(n for n in old.tables if n not in new.tables)]):
            into = f"insert into changes select {number}, {literal(name)}, * from"
            before, after = old.shapes.get(name), new.shapes.get(name)
            for marker in _markers(old, new, name):
                connection.execute(f"{into} (values (?::bigint, ?, ?::varchar[], ?::varchar[], ?, ?, ?))", marker)
            if before and after and before.key == after.key:
                if old.content.get(name) == new.content.get(name) and list(before.columns) == list(after.columns):
                    continue
                pair = _Pair(name, old.tables[name], new.tables[name], after.key)
                connection.register("old", old.tables[name])
                connection.register("new", new.tables[name])
                connection.execute(f"create or replace temp table differ as {pair.rows(renames.num_rows > 0)}")
                connection.execute(f"{into} ({pair.changes()})")
                continue
            for edition, shape, change in ((old, before, "row-removed"), (new, after, "row-added")):
                if shape is not None:
                    connection.register("whole", edition.tables[name])
                    connection.execute(f"{into} ({_whole(edition.tables[name], shape.key, change)})")
        ordered = f"list_position([{', '.join(map(literal, _ORDER))}], change)"
        return connection.execute(
            f"""select row_number() over (order by table_order, {ordered}, row_key, column_order) as change_number,
                table_name, change, row_key, new_key, column_name, old_value, new_value, null::varchar[] as causes
            from changes order by change_number"""
        ).to_arrow_table()


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
