"""What a new edition may take from readers, and which schema version it then needs."""

from dataclasses import replace

import pyarrow as pa
import pytest

from flows.changes.compatibility import broken_promises, bumped, level_of, schema_changes
from flows.changes.edition import ColumnShape, Edition, TableShape

COUNT = ColumnShape("integer", False, "token", True, None, "Tokens")
CODE = ColumnShape("string", False, None, False, ("dense", "sparse"), "Routing")
NAME = ColumnShape("string", False, None, True, None, "Name")


def edition(
    *,
    version: str = "2026.11.0",
    schema: str = "1.2.3",
    columns: dict[str, ColumnShape] | None = None,
    key: tuple[str, ...] = ("model_id",),
    models: tuple[str, ...] = ("acme/one",),
    retired: tuple[str, ...] = (),
    labels: tuple[tuple[str, str], ...] = (("density", "dense"),),
    more: dict[str, TableShape] | None = None,
) -> Edition:
    """An edition with a table of models, the tombstones and the labels."""
    shapes = {"models": TableShape(key, columns or {"model_id": NAME, "tokens": COUNT, "routing": CODE})}
    none = pa.array([None] * len(retired), pa.string())
    tables = {
        "models": pa.table({"model_id": list(models)}),
        "retired": pa.table({"retired_id": pa.array(retired, pa.string()), "renamed_to": none}),
        "axis_labels": pa.table({"axis": [a for a, _ in labels], "label": [b for _, b in labels]}),
    }
    return Edition(version, "2026-11-01", schema, {**shapes, **(more or {})}, tables, {}, {})


def columns(**changed: ColumnShape | None) -> dict[str, ColumnShape]:
    made = {"model_id": NAME, "tokens": COUNT, "routing": CODE, **changed}
    return {name: shape for name, shape in made.items() if shape is not None}


OLD = edition()
BIT = TableShape(("k",), {"k": NAME})

CHANGES = [
    (edition(), None, None),
    (edition(columns=columns(tokens=replace(COUNT, description="Words"))), "patch", "models.tokens: described in other words"),
    (edition(columns=columns(fresh=NAME)), "minor", "models.fresh: the column is new"),
    (edition(columns={"model_id": NAME, "routing": CODE, "tokens": COUNT}), "minor", "another order"),
    (edition(columns=columns(routing=replace(CODE, required=True))), "minor", "never missing any more"),
    (edition(columns=columns(routing=replace(CODE, values=("dense", "sparse", "deep")))), "minor", "the code deep is new"),
    (edition(labels=(("density", "dense"), ("density", "sparse"))), "minor", "density: the label sparse is new"),
    (edition(more={"bits": BIT}), "minor", "bits: the table is new"),
    (edition(columns=columns(tokens=None)), "major", "models.tokens: the column is gone"),
    (edition(columns=columns(tokens=None, words=COUNT)), "major", "models.tokens: the column is gone"),
    (edition(columns=columns(tokens=replace(COUNT, type="number"))), "major", "the type integer became number"),
    (edition(columns=columns(routing=replace(CODE, is_list=True))), "major", "the type string became list of string"),
    (edition(columns=columns(tokens=replace(COUNT, unit="word"))), "major", "the unit token became word"),
    (edition(columns=columns(tokens=replace(COUNT, unit=None))), "major", "the unit token became none"),
    (edition(columns=columns(tokens=replace(COUNT, required=False))), "major", "was never missing, and now may be"),
    (edition(columns=columns(routing=replace(CODE, values=("dense",)))), "major", "the code sparse is gone"),
    (edition(columns=columns(routing=replace(CODE, values=None))), "major", "may now hold any code"),
    (edition(key=("model_id", "tokens")), "major", "the key model_id became model_id, tokens"),
    (edition(labels=(("density", "thick"),)), "major", "density: the label dense is gone"),
]  # fmt: skip


@pytest.mark.parametrize(("new", "level", "says"), CHANGES, ids=[str(says) for _, _, says in CHANGES])
def test_what_readers_lose_decides_the_level(new: Edition, level: str | None, says: str | None) -> None:
    found = schema_changes(OLD, new)
    assert level_of(found) == level
    assert says is None or says in found[0].what


def test_a_table_that_is_gone_is_major() -> None:
    assert level_of(schema_changes(edition(more={"bits": BIT}), OLD)) == "major"


@pytest.mark.parametrize(
    ("level", "least"), [(None, "1.2.3"), ("patch", "1.2.4"), ("minor", "1.3.0"), ("major", "2.0.0")]
)
def test_the_schema_version_moves_by_semver(level: str | None, least: str) -> None:
    assert bumped("1.2.3", level) == least


@pytest.mark.parametrize(("new", "level", "says"), CHANGES, ids=[str(says) for _, _, says in CHANGES])
def test_a_change_without_its_bump_is_refused_with_the_list(new: Edition, level: str | None, says: str | None) -> None:
    changes = schema_changes(OLD, new)
    wrong = broken_promises(OLD, new, changes)
    if level is None:
        assert wrong == []
    else:
        least = bumped("1.2.3", level)
        assert f"at least {least}" in wrong[0]
        assert any(f"{level}: " in line and str(says) in line for line in wrong[1:])
        assert broken_promises(OLD, replace(new, schema_version=least), changes) == []


def test_the_schema_version_never_goes_back() -> None:
    assert "at least 1.2.3" in broken_promises(OLD, edition(schema="1.2.2"), [])[0]


def test_units_that_an_older_release_did_not_say_are_no_change() -> None:
    silent = edition(columns=columns(tokens=replace(COUNT, unit=None)))
    assert schema_changes(silent, OLD) == []


def test_an_id_that_is_gone_needs_a_tombstone_whatever_the_version() -> None:
    gone = edition(models=(), schema="9.0.0")
    assert broken_promises(OLD, gone, []) == ["models: the id acme/one is gone; give it an entry in raw/retired.toml"]
    assert broken_promises(OLD, edition(models=(), retired=("acme/one",)), []) == []


def test_no_tombstone_is_taken_down_and_no_id_used_again() -> None:
    old = edition(models=(), retired=("acme/one",))
    assert "lost its entry" in broken_promises(old, edition(models=()), [])[0]
    assert "never used again" in broken_promises(old, edition(retired=("acme/one",)), [])[0]
