"""Derived tables lie once, in a folder named by what they were made from."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from flows.operations import derived
from flows.operations.derived import derive_once, derived_folder, load, save
from flows.records.examine import examine
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
