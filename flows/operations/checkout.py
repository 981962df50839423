"""The records of a refresh: the project's folder as it is, or a check-out of a branch of a git remote."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from flows.errors import UserError
from flows.git import GitError, git
from flows.layout import build_folder


class RecordsError(UserError):
    """The records cannot be fetched; what was fetched before is untouched."""


def without_credentials(remote: str) -> str:
    """A git remote as messages may show it: without user and password."""
    parts = urlsplit(remote)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts.scheme else remote


def refuse_credentials(remote: str | None) -> None:
    """Raise RecordsError if a remote carries a password or token: parameters of a flow can be read on its server."""
    parts = urlsplit(remote or "")
    if parts.password is not None or (parts.scheme in ("http", "https") and parts.username):
        raise RecordsError(
            f"{without_credentials(remote or '')}: the address carries credentials, which the Prefect server would show; "
            "leave them to a credential helper of git, or use ssh"
        )


def _git(folder: Path, remote: str, *arguments: str) -> None:
    try:
        git(folder, *arguments)
    except GitError as error:
        what, _, why = str(error).replace(remote, without_credentials(remote)).partition(": ")
        raise RecordsError(f"{what} from {without_credentials(remote)}: {why}") from None


def fetch_records(home: Path, remote: str | None, branch: str) -> Path:
    """Bring the records up to date; return their folder: `home` without a remote, else a check-out of `branch`.

    The check-out lies in `home/build/records` and is brought to the tip of the branch each time; it is
    a copy, so nothing that people wrote is lost. Raises RecordsError if git cannot get it, or if the
    remote carries credentials.
    """
    if remote is None:
        return home
    refuse_credentials(remote)
    if remote.startswith("-") or branch.startswith("-"):
        raise RecordsError(f"{without_credentials(remote)} {branch}: neither remote nor branch begins with a hyphen")
    folder = build_folder(home) / "records"
    if not (folder / ".git").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _git(folder, remote, "init", "--quiet")
    _git(folder, remote, "fetch", "--quiet", "--force", "--no-tags", remote, f"refs/heads/{branch}")
    _git(folder, remote, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    _git(folder, remote, "clean", "--quiet", "-fdx", "--exclude=/build/")
    if not (folder / "raw" / "models").is_dir():
        raise RecordsError(f"{without_credentials(remote)} {branch} has no raw/models; it is no project of records")
    return folder
