"""Compatibility: what a new edition takes from the readers of the one before.

The version of the schema follows SemVer for readers: patch if only words changed, minor if
something was added, major if something that a query may name or rely on is gone or means
something else. Ids are for ever: one that is gone needs a tombstone in `retired`, and no
tombstone is ever taken down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from semver import Version

from flows.changes.edition import ColumnShape, Edition, TableShape

Level = Literal["patch", "minor", "major"]
_RANK: dict[Level, int] = {"patch": 0, "minor": 1, "major": 2}

#: tables whose keys are ids that readers keep: table -> column
IDS = {"models": "model_id", "organisations": "organisation_id", "licences": "licence_id"}


@dataclass(frozen=True)
class SchemaChange:
    """One difference that readers can notice, and how much it takes from them."""

    level: Level
    what: str


def _column_changes(name: str, old: ColumnShape, new: ColumnShape, units_known: bool) -> Iterator[SchemaChange]:
    if old.kind != new.kind:
        yield SchemaChange("major", f"{name}: the type {old.kind} became {new.kind}")
    if units_known and old.unit != new.unit:
        yield SchemaChange("major", f"{name}: the unit {old.unit or 'none'} became {new.unit or 'none'}")
    if old.required and not new.required:
        yield SchemaChange("major", f"{name}: it was never missing, and now may be")
    if new.required and not old.required:
        yield SchemaChange("minor", f"{name}: it is never missing any more")
    for code in sorted(set(old.values or ()) - set(new.values or ())) if new.values is not None else ():
        yield SchemaChange("major", f"{name}: the code {code} is gone")
    for code in sorted(set(new.values or ()) - set(old.values or ())) if old.values is not None else ():
        yield SchemaChange("minor", f"{name}: the code {code} is new")
    if old.values is not None and new.values is None:
        yield SchemaChange("major", f"{name}: it may now hold any code")
    if old.description != new.description:
        yield SchemaChange("patch", f"{name}: described in other words")


def _table_changes(name: str, old: TableShape, new: TableShape, units_known: bool) -> Iterator[SchemaChange]:
    if old.key != new.key:
        yield SchemaChange("major", f"{name}: the key {', '.join(old.key)} became {', '.join(new.key)}")
    for column in old.columns:
        if column not in new.columns:
            yield SchemaChange("major", f"{name}.{column}: the column is gone")
        else:
            yield from _column_changes(f"{name}.{column}", old.columns[column], new.columns[column], units_known)
    for column in new.columns:
        if column not in old.columns:
            yield SchemaChange("minor", f"{name}.{column}: the column is new")
    shared = [c for c in old.columns if c in new.columns]
    if shared != [c for c in new.columns if c in old.columns]:
        yield SchemaChange("minor", f"{name}: the columns stand in another order")


def keys_of(edition: Edition, table: str, *columns: str) -> set[tuple[str, ...]]:
    """Values of some text columns of a table, none if the edition lacks it."""
    if table not in edition.tables:
        return set()
    found = edition.tables[table].select(list(columns))
    return set(zip(*(found[c].to_pylist() for c in columns), strict=True))


def _label_changes(old: Edition, new: Edition) -> Iterator[SchemaChange]:
    before, after = (keys_of(e, "axis_labels", "axis", "label") for e in (old, new))
    for axis, label in sorted(before - after):
        yield SchemaChange("major", f"{axis}: the label {label} is gone")
    for axis, label in sorted(after - before):
        yield SchemaChange("minor", f"{axis}: the label {label} is new")


def _lost_ids(old: Edition, new: Edition) -> Iterator[str]:
    retired = {key for (key,) in keys_of(new, "retired", "retired_id")}
    for table, column in IDS.items():
        gone = {key for (key,) in keys_of(old, table, column) - keys_of(new, table, column)}
        for key in sorted(gone - retired):
            yield f"{table}: the id {key} is gone; give it an entry in raw/retired.toml"


def schema_changes(old: Edition, new: Edition) -> list[SchemaChange]:
    """Everything that a reader of `old` can notice in the schema and labels of `new`, the worst first."""
    units_known = any(c.unit for shape in old.shapes.values() for c in shape.columns.values())
    found: list[SchemaChange] = []
    for table, shape in old.shapes.items():
        if table in new.shapes:
            found.extend(_table_changes(table, shape, new.shapes[table], units_known))
        else:
            found.append(SchemaChange("major", f"{table}: the table is gone"))
    found.extend(SchemaChange("minor", f"{table}: the table is new") for table in new.shapes if table not in old.shapes)
    found.extend(_label_changes(old, new))
    return sorted(found, key=lambda change: -_RANK[change.level])


def level_of(changes: list[SchemaChange]) -> Level | None:
    """The worst level among changes; None if there are none."""
    return max((change.level for change in changes), key=_RANK.__getitem__, default=None)


def bumped(version: str, level: Level | None) -> str:
    """The least schema version that may follow `version` after changes of a level."""
    old = Version.parse(version)
    steps = {"patch": old.bump_patch, "minor": old.bump_minor, "major": old.bump_major}
    return str(steps[level]() if level else old)


def broken_promises(old: Edition, new: Edition, changes: list[SchemaChange]) -> list[str]:
    """Why `new` may not follow `old`; empty if it may.

    An id that is gone without a tombstone, a tombstone taken down, an id used again, or a
    schema version that hides what changed. As every release is compared with the one before,
    no id of any earlier release can come back.
    """
    wrong = list(_lost_ids(old, new))
    before, after = (keys_of(e, "retired", "retired_id") for e in (old, new))
    for (key,) in sorted(before - after):
        wrong.append(f"the retired id {key} has lost its entry; put it back into raw/retired.toml")
    for table, column in IDS.items():
        for (key,) in sorted(keys_of(new, table, column) & before):
            wrong.append(f"{table}: the id {key} was retired in {old.version} and is never used again; choose another")
    level = level_of(changes)
    least = bumped(old.schema_version, level)
    if Version.parse(new.schema_version) < Version.parse(least):
        since = f"after what changed since {old.version} ({old.schema_version})"
        wrong.append(
            f"the schema version is {new.schema_version}; {since} it has to be at least {least} (schemas/products.py)"
        )
        wrong.extend(f"  {change.level}: {change.what}" for change in changes if change.level == level)
    return wrong
