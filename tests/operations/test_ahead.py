"""What was checked and derived while Prefect started is what the flow takes, unless a file changed since."""

import os
import shutil
from concurrent.futures import Future
from datetime import date
from pathlib import Path

import pytest

from flows.bounded import OverBoundsError
from flows.operations import ahead as module
from flows.operations.ahead import ahead, checked
from flows.operations.derived import derived_folder, load
from flows.records.findings import errors_in
from support.project import ONE, TODAY, Project

WRONG = ("announced         = { value = 2020-05-28 }", "announced         = { value = 2120-05-28 }")
ANEW = module.Found(0, [])


@pytest.fixture
def before(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that was checked ahead, though not by another process; another check finds `ANEW`."""
    monkeypatch.setattr("flows.operations.derived.derive_once", lambda *_: None)
    found: Future[module._Ahead] = Future()
    found.set_result(module._look(tmp_path / "ahead", project.root, TODAY, TODAY))
    monkeypatch.setattr(module, "_AHEAD", {(project.root, TODAY): found})
    monkeypatch.setattr(module, "_check_into", lambda *_: ANEW)
    return project


def test_another_process_checks_and_derives(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_check_into", lambda *_: ANEW)
    with ahead(project.root, TODAY, TODAY):
        found = checked(tmp_path / "ingested", project.root, TODAY)
    assert found.records == 2 and not errors_in(found.findings)
    assert load(tmp_path / "ingested", "models")["models"].num_rows == 2
    derived = derived_folder(project.root, tmp_path / "ingested", TODAY)
    assert load(derived, "models", "claims")["models"].num_rows == 2


def test_it_is_taken_once(before: Project, tmp_path: Path) -> None:
    assert checked(tmp_path / "ingested", before.root, TODAY).records == 2
    assert checked(tmp_path / "another", before.root, TODAY) is ANEW


def test_of_another_day_or_folder_it_is_not_taken(before: Project, tmp_path: Path) -> None:
    assert checked(tmp_path / "ingested", before.root, date(2026, 11, 24)) is ANEW
    assert checked(tmp_path / "ingested", before.root / "elsewhere", TODAY) is ANEW


@pytest.mark.parametrize("touch", ["longer", "as long", "gone", "new"])
def test_after_a_file_changed_it_is_not_taken(touch: str, before: Project, tmp_path: Path) -> None:
    path = before.root / ONE
    if touch == "gone":
        path.unlink()
    elif touch == "new":
        path.with_name("three.toml").write_text("")
    else:
        path.write_text(path.read_text().replace(*WRONG) + ("# more\n" if touch == "longer" else ""))
        os.utime(path, ns=(1, 1))
    assert checked(tmp_path / "ingested", before.root, TODAY) is ANEW


def test_of_records_with_an_error_nothing_is_derived(project: Project, tmp_path: Path) -> None:
    path = project.root / ONE
    path.write_text(path.read_text().replace(*WRONG))
    found = module._look(tmp_path / "ahead", project.root, TODAY, TODAY).found
    assert [error.rule for error in errors_in(found.findings)] == ["table.date-range"]
    assert not (tmp_path / "ahead").exists() and not (project.root / "build").exists()


def test_what_fails_ahead_is_done_where_it_is_told(before: Project, tmp_path: Path) -> None:
    broken: Future[module._Ahead] = Future()
    module._AHEAD[before.root, TODAY] = broken
    broken.set_exception(OverBoundsError("broken", "broke the process", ""))
    assert checked(tmp_path / "ingested", before.root, TODAY) is ANEW


def test_tables_that_cannot_be_copied_whole_are_made_anew(
    before: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copytree(_: Path, to: Path) -> None:
        to.mkdir()
        raise OSError("no space left")

    def check_into(ingested: Path, *_: object) -> module.Found:
        assert not ingested.exists()
        return ANEW

    monkeypatch.setattr(shutil, "copytree", copytree)
    monkeypatch.setattr(module, "_check_into", check_into)
    assert checked(tmp_path / "ingested", before.root, TODAY) is ANEW


def test_afterwards_nothing_runs_on(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ahead(project.root, TODAY, TODAY):
        pass
    monkeypatch.setattr(module, "_check_into", lambda *_: ANEW)
    assert checked(tmp_path / "ingested", project.root, TODAY) is ANEW
