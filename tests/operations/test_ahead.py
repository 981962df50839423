"""What was checked while a server started is what the flow checks, unless a file changed since."""

import os
from datetime import date

import pytest

from flows.operations import ahead
from flows.operations.ahead import check_ahead, checked
from support.project import ONE, TODAY, Project

WRONG = ("announced         = { value = 2020-05-28 }", "announced         = { value = 2120-05-28 }")


@pytest.fixture
def project(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of which everything was checked ahead; another check says when it is asked."""
    check_ahead(project.root, TODAY)
    monkeypatch.setattr(ahead, "check", lambda *_, **__: "checked anew")
    return project


def test_it_is_taken_once(project: Project) -> None:
    found = checked(project.root, TODAY)
    assert found != "checked anew" and found.tables["models"].num_rows == 2 and not found.errors
    assert checked(project.root, TODAY) == "checked anew"


def test_of_another_day_or_folder_it_is_not_taken(project: Project) -> None:
    assert checked(project.root, date(2026, 11, 24)) == "checked anew"
    assert checked(project.root / "elsewhere", TODAY) == "checked anew"


@pytest.mark.parametrize("touch", ["longer", "as long", "gone", "new"])
def test_after_a_file_changed_it_is_not_taken(touch: str, project: Project) -> None:
    path = project.root / ONE
    if touch == "gone":
        path.unlink()
    elif touch == "new":
        path.with_name("three.toml").write_text("")
    else:
        path.write_text(path.read_text().replace(*WRONG) + ("# more\n" if touch == "longer" else ""))
        os.utime(path, ns=(1, 1))
    assert checked(project.root, TODAY) == "checked anew"


def test_what_fails_ahead_fails_again_where_it_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(ahead, "check", fail)
    check_ahead(project.root, date(2026, 11, 25))
    with pytest.raises(RuntimeError, match="disk"):
        checked(project.root, date(2026, 11, 25))
