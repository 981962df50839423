"""Derived tables lie once, in a folder named by what they were made from."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from flows.derive.queries import FAILS
from flows.operations import derived
from flows.operations.derived import DerivingOnce, derive_once, derived_folder, load, save
from flows.records.examine import examine
from schemas.products import PRODUCTS, arrow_schema
from schemas.tables import Tables
from support.project import Project

DAY = date(2026, 11, 23)
TABLE = pa.table({"a": [1]})


@pytest.fixture
def ingested(project: Project, tmp_path: Path) -> Path:
    return save(examine(project.root).tables, tmp_path / "ingested")


def test_what_was_derived_is_found_again_and_the_oldest_go(
    tmp_path: Path, ingested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[date] = []

    def products(_: Tables, day: date) -> Tables:
        asked.append(day)
        return {"models": TABLE}

    monkeypatch.setattr(derived, "products", products)
    days = [date(2026, 11, number) for number in range(1, 6)]
    for day in [*days, days[-1]]:
        folder = derive_once(tmp_path, ingested, day)
        assert folder == derived_folder(tmp_path, ingested, day)
        assert load(folder, "models") == {"models": TABLE}
    assert asked == days
    assert len(list(folder.parent.iterdir())) == 4


def test_another_run_may_derive_the_same_meanwhile(
    tmp_path: Path, ingested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = derived_folder(tmp_path, ingested, DAY)

    def products(*_: object) -> Tables:
        save({"models": TABLE}, folder)
        return {"models": TABLE}

    monkeypatch.setattr(derived, "products", products)
    assert derive_once(tmp_path, ingested, DAY) == folder
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, ingested: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(derived, "products", lambda *_: {"models": TABLE})
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="no"):
        derive_once(tmp_path, ingested, DAY)


def once(root: Path, tables: Tables) -> Tables:
    with DerivingOnce(root, DAY) as deriving:
        deriving.begin(tables)
        return deriving.products()


def test_what_one_command_derived_the_next_and_a_flow_find(
    project: Project, tmp_path: Path, ingested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = examine(project.root).tables
    made = once(project.root, tables)

    def derive(*_: object) -> None:
        raise AssertionError("it was derived again")

    monkeypatch.setattr("flows.derive.products.write_derived", derive)
    assert once(project.root, tables) == made
    with DerivingOnce(project.root, DAY) as deriving:
        deriving.begin(tables)
        assert deriving.claims() == made["claims"]
    assert load(derive_once(project.root, ingested, DAY), *PRODUCTS) == made
    with pytest.raises(AssertionError, match="again"), DerivingOnce(project.root, DAY.replace(day=1)) as deriving:
        deriving.begin(tables)
        deriving.products()


def test_claims_that_could_not_run_are_asked_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = arrow_schema(PRODUCTS["claims"])
    claims = pa.table([pa.array([FAILS if name == "verdict" else "text"], "string") for name in schema.names], schema)
    monkeypatch.setattr("flows.derive.products.run_claims", lambda *_: claims)
    assert once(project.root, examine(project.root).tables)["claims"] == claims
    assert not (project.root / "build" / ".derived").exists()


def test_tables_are_derived_where_nothing_can_be_kept_or_what_was_kept_goes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = examine(project.root).tables
    made = once(project.root, tables)

    def refuse(*_: object) -> None:
        raise FileNotFoundError("no")

    monkeypatch.setattr(derived, "load", refuse)
    monkeypatch.setattr(derived, "_keep", refuse)
    assert once(project.root, tables) == made
