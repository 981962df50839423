"""The command `kiban figures`: any day up to the release's, into any folder but a release."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.check import check
from flows.cli.figures import figures_command
from flows.derive.products import products
from flows.errors import UserError
from flows.publishing.publish import preview
from support.figures import figures
from support.project import TODAY, make_project


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with a preview."""
    root = make_project(tmp_path_factory.mktemp("home") / "project").root
    preview(root, products(check(root, TODAY).tables, TODAY), TODAY)
    yield root


def test_the_figures_of_a_day_are_drawn_from_the_newest(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with figures(1):
        assert figures_command(as_of=date(2020, 12, 31), to=tmp_path, root=home) == 0
    assert (tmp_path / "figures" / "announcements.ja.svg").is_file()
    said = capsys.readouterr().out
    assert "announcements" in said and "as of 2020-12-31" in said and f"written to {tmp_path / 'figures'}" in said


def test_without_a_folder_they_lie_beside_the_releases(home: Path) -> None:
    assert figures_command("preview", root=home) == 0
    assert (home / "build" / "figures" / "figures.json").is_file()


def test_a_day_after_the_release_is_refused(home: Path) -> None:
    with pytest.raises(UserError, match=r"2026-11-24 lies after 2026-11-23, the day of .*; give a day up to that"):
        figures_command("preview", as_of=date(2026, 11, 24), root=home)


def test_a_release_is_not_drawn_into(home: Path) -> None:
    with pytest.raises(UserError, match="is a release, which never changes"):
        figures_command("preview", to=home / "build" / "preview", root=home)
    assert not (home / "build" / "preview" / "figures").exists()
