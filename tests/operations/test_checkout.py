"""The records of a refresh: the folder as it is, or the tip of a branch, without losing or running anything."""

from pathlib import Path

import pytest

from flows.operations.checkout import RecordsError, fetch_records, without_credentials
from support.git import git
from support.project import ONE, Project, make_project


@pytest.fixture
def remote(tmp_path: Path) -> Project:
    """A project under git, branch `main`."""
    project = make_project(tmp_path / "remote")
    git(project.root, "init", "--initial-branch", "main")
    git(project.root, "add", ".")
    git(project.root, "commit", "-m", "first")
    return project


def test_without_a_remote_the_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert fetch_records(tmp_path, None, "main") == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_the_tip_of_the_branch_is_checked_out_and_followed(remote: Project, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    folder = fetch_records(home, str(remote.root), "main")
    assert (folder / ONE).read_text() == remote.text(ONE)
    remote.edit(ONE, '"uno"', '"eins"')
    git(remote.root, "commit", "-am", "second")
    (folder / "raw" / "stray.toml").write_text("left over")
    (folder / ONE).write_text("meddled with")
    assert fetch_records(home, str(remote.root), "main") == folder
    assert (folder / ONE).read_text() == remote.text(ONE)
    assert not (folder / "raw" / "stray.toml").exists()
    assert git(folder, "rev-parse", "HEAD") == git(remote.root, "rev-parse", "HEAD")


def test_a_branch_that_was_written_anew_is_followed(remote: Project, tmp_path: Path) -> None:
    fetch_records(tmp_path, str(remote.root), "main")
    git(remote.root, "commit", "--amend", "-m", "rewritten")
    folder = fetch_records(tmp_path, str(remote.root), "main")
    assert git(folder, "log", "-1", "--format=%s") == "rewritten"


@pytest.mark.parametrize(
    ("place", "branch", "says"),
    [
        ("nowhere", "main", "git fetch from nowhere: "),
        (None, "no-such-branch", "no-such-branch"),
        ("--upload-pack=touch stolen", "main", "begins with a hyphen"),
        ("ext::sh -c touch% stolen", "main", "git fetch from ext::sh"),
        ("https://127.0.0.1:9/records.git", "main", "git fetch from https://127.0.0.1:9/records.git: "),
        ("https://secret@127.0.0.1:9/records.git", "main", "https://127.0.0.1:9/records.git: the address carries"),
        ("ssh://user:secret@127.0.0.1:9/records.git", "main", "ssh://127.0.0.1:9/records.git: the address carries"),
    ],
)
def test_what_cannot_be_fetched_is_one_line_and_leaves_what_was_there(
    remote: Project, tmp_path: Path, place: str | None, branch: str, says: str
) -> None:
    folder = fetch_records(tmp_path, str(remote.root), "main")
    with pytest.raises(RecordsError) as caught:
        fetch_records(tmp_path, place or str(remote.root), branch)
    message = str(caught.value)
    assert says in message
    assert "secret" not in message
    assert "\n" not in message
    assert (folder / ONE).read_text() == remote.text(ONE)
    assert not list(tmp_path.rglob("stolen"))


def test_a_repository_without_records_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    git(tmp_path / "other", "init", "--initial-branch", "main")
    git(tmp_path / "other", "commit", "--allow-empty", "-m", "nothing")
    with pytest.raises(RecordsError, match="has no raw/models"):
        fetch_records(tmp_path, str(tmp_path / "other"), "main")


def test_hooks_that_a_check_out_brings_do_not_run(remote: Project, tmp_path: Path) -> None:
    folder = fetch_records(tmp_path, str(remote.root), "main")
    hook = folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    fetch_records(tmp_path, str(remote.root), "main")
    assert not (tmp_path / "ran").exists()


def test_credentials_of_a_remote_are_not_shown() -> None:
    assert without_credentials("https://user:secret@example.org/r.git") == "https://example.org/r.git"
    assert without_credentials("git@example.org:r.git") == "git@example.org:r.git"
