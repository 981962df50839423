"""The records of a refresh: the folder as it is, or the tip of a branch, without losing or running anything."""

from pathlib import Path

import pytest

from flows.errors import UserError
from flows.git import GitError
from flows.git import git as call_git
from flows.operations.addresses import refuse_secrets, without_secrets
from flows.operations.checkout import RecordsError, fetch_records
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
        ("https://127.0.0.1:9/records.git", "main", "git fetch from https://127.0.0.1:9/records.git: "),
        ("https://secret@127.0.0.1:9/records.git", "main", "https://127.0.0.1:9/records.git: the address carries"),
        ("ssh://user:secret@127.0.0.1:9/records.git", "main", "ssh://127.0.0.1:9/records.git: the address carries"),
        ("https://127.0.0.1:9/r.git?private_token=secret", "main", "https://127.0.0.1:9/r.git: the address carries"),
        ("https://127.0.0.1:9/r.git#secret", "main", "https://127.0.0.1:9/r.git: the address carries"),
        ("git@127.0.0.1:r.git?token=secret", "main", "git@127.0.0.1:r.git: the address carries"),
        ("user:secret@127.0.0.1:r.git", "main", "127.0.0.1:r.git: the address carries"),
        ("https://user:secret@[::1/r.git", "main", "https://[::1/r.git: the address carries"),
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


@pytest.mark.parametrize(
    "place",
    [
        "--upload-pack=touch stolen",
        "ext::sh -c touch% stolen",
        "fd::7",
        "https::https://example.org/r.git",
        "ftp://h/r",
    ],
)
def test_only_what_git_speaks_itself_is_asked(tmp_path: Path, place: str) -> None:
    with pytest.raises(RecordsError, match=r"is no remote that records are fetched from; give https://"):
        fetch_records(tmp_path, place, "main")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["ext::touch% stolen", "fd::7"])
def test_git_itself_asks_no_helper_whatever_the_environment_allows(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext:fd")
    with pytest.raises(GitError, match="git ls-remote: "):
        call_git(tmp_path, "ls-remote", place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("branch", ["main:refs/heads/evil", "-x", "", "@{-1}", "a..b", "refs/heads/x:", "main ", "*"])
def test_a_branch_is_the_name_of_one_and_nothing_else(remote: Project, tmp_path: Path, branch: str) -> None:
    with pytest.raises(RecordsError, match="that is no name of a branch; give it alone"):
        fetch_records(tmp_path, str(remote.root), branch)
    assert not (tmp_path / "build").exists()


def test_a_plus_before_a_branch_is_part_of_its_name(remote: Project, tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"refs/heads/\+main"):
        fetch_records(tmp_path, str(remote.root), "+main")


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


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:secret@example.org/r.git", "https://example.org/r.git"),
        ("https://example.org/r.git?private_token=secret", "https://example.org/r.git"),
        ("ssh://git:secret@example.org:22/r.git", "ssh://example.org:22/r.git"),
        ("user:secret@example.org:r.git", "example.org:r.git"),
        ("https://secret@[::1/r", "https://[::1/r"),
    ],
)
def test_an_address_with_secrets_is_refused_and_shown_without_them(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
    with pytest.raises(UserError, match="the address carries credentials") as caught:
        refuse_secrets(address, "leave them out")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/r.git", "git@example.org:r.git", "ssh://git@example.org/r.git", "/srv/a@b/c#?d", "../r", "a"],
)
def test_an_address_without_secrets_is_taken_and_shown_without_its_user(address: str) -> None:
    refuse_secrets(address, "leave them out")
    assert without_secrets(address) in (address, address.replace("git@", ""))
