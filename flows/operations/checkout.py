"""The records of a refresh: the project's folder as it is, or a check-out of a branch of a git remote."""

import re
from pathlib import Path

from flows.errors import UserError
from flows.git import PROTOCOLS, GitError, git
from flows.layout import build_folder
from flows.operations.addresses import refuse_secrets, scheme_of, without_secrets

_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*::")  # gitremote-helpers(7): <transport>::<address>


class RecordsError(UserError):
    """The records cannot be fetched; what was fetched before is untouched."""


def refuse_remote(remote: str | None, branch: str) -> None:
    """Raise RecordsError for a remote that carries secrets or that git would ask a helper for, or a branch that is none.

    git's own rule says what the name of a branch is; `-x`, `@{-1}` and `main:refs/heads/other` are none.
    """
    if remote is None:
        return
    refuse_secrets(remote, "leave them to a credential helper of git, or use ssh", RecordsError)
    shown = without_secrets(remote)
    if remote.startswith("-") or _HELPER.match(remote) or scheme_of(remote) not in (None, *PROTOCOLS):
        raise RecordsError(
            f"{shown} is no remote that records are fetched from; give https://…, ssh://…, user@host:path or a folder"
        )
    try:
        plain = git(Path(), "check-ref-format", "--branch", branch) == branch
    except GitError as error:
        if error.__cause__ is not None:  # git itself could not be called
            raise
        plain = False
    if not plain:
        raise RecordsError(f"{shown} {branch}: that is no name of a branch; give it alone, as in: --branch main")


def _git(folder: Path, remote: str, *arguments: str) -> None:
    try:
        git(folder, *arguments)
    except GitError as error:
        what, _, why = str(error).replace(remote, without_secrets(remote)).partition(": ")
        raise RecordsError(f"{what} from {without_secrets(remote)}: {why}") from None


def fetch_records(home: Path, remote: str | None, branch: str) -> Path:
    """Bring the records up to date; return their folder: `home` without a remote, else a check-out of `branch`.

    The check-out lies in `home/build/records` and is brought to the tip of the branch each time; it is
    a copy, so nothing that people wrote is lost. Raises RecordsError if git cannot get it, or as `refuse_remote`.
    """
    if remote is None:
        return home
    refuse_remote(remote, branch)
    folder = build_folder(home) / "records"
    if not (folder / ".git").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _git(folder, remote, "init", "--quiet")
    _git(folder, remote, "fetch", "--quiet", "--force", "--no-tags", remote, f"refs/heads/{branch}")
    _git(folder, remote, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    _git(folder, remote, "clean", "--quiet", "-fdx", "--exclude=/build/")
    if not (folder / "raw" / "models").is_dir():
        raise RecordsError(f"{without_secrets(remote)} {branch} has no raw/models; it is no project of records")
    return folder
