"""Verify: whether a release is what was published, by every check, each one printed.

What is checked is what the release says of itself (manifest, data package, metadata in
Parquet), not what the code of today would publish, so that older releases verify too.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from flows.bounded import CHECK, Bounds, Worker
from flows.errors import UserError
from flows.layout import HUB_NAME, INDEX, MANIFEST, SUMS, is_version
from flows.publishing.pinning import read_signers
from flows.verification.running import (
    CHECKS,
    HUB_CHECKS,
    PROBLEMS,
    SEALS,
    bounded,
    checks_of,
    failed,
    outcome,
    plain,
    run_all,
)
from flows.verification.subject import Check, NotRunError, Outcome, Root, Subject
from flows.verification.untrusted import UnfitError, read

if TYPE_CHECKING:
    from flows.stores.store import Reader

__all__ = ["CHECKS", "HUB_CHECKS", "SEALS", "Check", "Root", "VerifyError", "verify", "verify_folder"]


class VerifyError(UserError):
    """There is nothing to verify at a place; the message says what to give instead."""


def _read_local(folder: Path, path: str, limit: int) -> bytes | None:
    place = folder / path
    return read(folder, path, limit) if place.exists() or place.is_symlink() else None


def local_root(folder: Path, not_before: int | None = None) -> Root:
    """The root of a store in a folder of this disk."""
    return Root(str(folder), partial(_read_local, folder), not_before)


@cache  # called in the worker alone, which lives as long as one run
def _reader(place: str) -> "Reader":
    from flows.stores.open import open_reader

    return open_reader(place)


def _read_remote(place: str, path: str, limit: int) -> bytes | None:
    return _reader(place).read(path, limit)


def _entry(root: Root | None, version: str | None) -> Mapping[str, object] | None:
    """What the index says of a version; None if it cannot be read there, which the check `index` then reports."""
    if root is None or version is None:
        return None
    try:
        return root.entry(version)
    except UnfitError:
        return None


def _latest(root: Root) -> str:
    """The version that the index calls latest. Raises VerifyError if it names none."""
    try:
        latest = root.index.get("latest")
    except UnfitError as error:
        raise VerifyError(f"{root.place}: {error}; give a version, such as 2026.11.0") from error
    if not isinstance(latest, str) or not is_version(latest):
        raise VerifyError(f"{root.place}: its index names no latest release; give a version, such as 2026.11.0")
    return latest


def _wanted(release: Path) -> str | None:
    """Version of the release before, as a release names it; None if it names none that can be."""
    try:
        version = Subject(release).manifest.get("previous")
    except UnfitError:
        return None
    return version if isinstance(version, str) and is_version(version) else None


def _beside(release: Path) -> Path | None:
    """Folder of the release before, if it lies beside this one."""
    version = _wanted(release)
    folder = release.parent / version if version else release
    return folder if version and folder.is_dir() and not folder.is_symlink() else None


def verify_folder(
    folder: Path,
    version: str | None = None,
    signers: bytes | None = None,
    checks: Sequence[str] | None = None,
    not_before: int | None = None,
    worker: Worker | None = None,
) -> list[Check]:
    """Run checks (by default all that there are for its kind) over a release in a folder of this disk, one result a check.

    `folder` is a store, or a release, whose store is looked for right above it; `version` is by default the latest.
    `signers` is the content of a file of allowed signers of the reader's own, `not_before` the serial that the index
    must have reached. Checks run in `worker`; without one they run here, without bounds, which is for releases that one
    made oneself. Raises VerifyError if there is no release, or no index to have a serial.
    """
    if (folder / INDEX).is_file():
        root: Root | None = local_root(folder, not_before)
        version = version or _latest(local_root(folder))
        release = folder / version
    elif (folder / MANIFEST).is_file() or (folder / SUMS).is_file():
        release = folder.resolve()
        beside = is_version(release.name) and (release.parent / INDEX).is_file()
        root = local_root(release.parent, not_before) if beside else None
        version = version or (release.name if beside else None)
    else:
        raise VerifyError(f"{folder} holds neither releases.json nor release.json; give a store or a release in it")
    if root is None and not_before is not None:
        raise VerifyError(f"{folder} has no {INDEX} above it, so it has no serial; give the store that it lies in")
    if release.is_symlink() or not release.is_dir():
        raise VerifyError(f"there is no release {version} in {folder}; give one that lies there")
    subject = Subject(release, version, _beside(release), root, _entry(root, version), signers)
    return list(run_all(checks_of(subject) if checks is None else checks, subject, worker))


def _entry_problems(entry: Mapping[str, object]) -> list[str]:
    from flows.verification.index import entry_problems

    return list(islice(entry_problems(entry), PROBLEMS))


def copy_release(reader: "Reader", entry: Mapping[str, object], target: Path, worker: Worker) -> list[str]:
    """Copy the release of an entry to `target`; what was wrong with that."""
    from flows.publishing.index import read_entry
    from flows.publishing.mirror import fetch_release

    try:
        if problems := worker.call(_entry_problems, entry):
            return problems
        fetch_release(reader, read_entry(entry, reader.place), target)
    except (UnfitError, UserError) as error:
        return [str(error)]
    return []


def copy_check(detail: str, problems: Sequence[str]) -> Check:
    """The check `copy`: what was copied, and what was wrong with that."""
    return failed("copy", detail, problems) if problems else Check("copy", "passed", plain(detail), [])


def _verify_remote(
    place: str, version: str | None, signers: bytes | None, not_before: int | None, worker: Worker
) -> list[Check]:
    from flows.stores.open import open_reader

    reader = open_reader(place)
    root = Root(reader.place, reader.read, not_before)
    far = Root(reader.place, partial(_read_remote, place), not_before)  # the worker opens the place itself
    version = version or _latest(root)
    try:
        entry = root.entry(version)
    except UnfitError as error:
        raise VerifyError(f"{root.place}: {error}; give the address of a store, and a version that it has") from error
    with tempfile.TemporaryDirectory(prefix="kiban-verify-") as name:
        release, previous = Path(name) / version, None
        problems = copy_release(reader, entry, release, worker)
        copied = copy_check(f"{version} from {root.place}", problems)
        if not release.is_dir():
            kind = HUB_CHECKS if root.index.get("name") == HUB_NAME else CHECKS
            rest = [Check(check, "not run", "there is no copy to look at", []) for check in kind if check != "index"]
            subject = Subject(release, version, None, far, entry, signers)
            return [copied, *run_all(["index"], subject, worker), *rest]
        before = _entry(root, _wanted(release))
        if before is not None and not copy_release(reader, before, Path(name) / str(before["version"]), worker):
            previous = Path(name) / str(before["version"])
        subject = Subject(release, version, previous, far, entry, signers)
        return [copied, *run_all(checks_of(subject), subject, worker)]


def verify(
    place: str,
    version: str | None,
    allowed_signers: Path | None,
    not_before: int | None = None,
    bounds: Bounds = CHECK,
) -> list[Check]:
    """Verify a release by every check; one result a check, in order.

    `place` is the folder of a release or of a store, or a store at s3:// or http(s)://;
    `version` defaults to the latest of a store. A remote release is copied first, with the one
    before it; the check `copy` reports on that. `not_before` is the serial that the index must
    have reached. Each check runs within `bounds`, in a process of its own. Raises VerifyError if
    there is nothing to verify, StoreError if a store cannot be read, UserError if the signers cannot.
    """
    if version is not None and not is_version(version):
        raise VerifyError(f"{version} is no version; write it as YYYY.M.N, such as 2026.11.0")
    signers = read_signers(allowed_signers)
    folder = Path(place)
    if "://" not in place and not folder.is_dir():
        raise VerifyError(f"{place} is no folder; give the folder or the address of a store, or of a release")
    with Worker(bounds) as worker:
        if "://" in place:
            return _verify_remote(place, version, signers, not_before, worker)
        return verify_folder(folder, version, signers, not_before=not_before, worker=worker)


def _named(folder: Path) -> list[str]:
    """Versions that the index of a store names. Raises NotRunError if it cannot be read, which its own check reports."""
    try:
        return [str(entry.get("version")) for entry in local_root(folder).entries]
    except UnfitError as error:
        raise NotRunError("the index cannot be read") from error


def _run_root(name: str, folder: Path, signers: bytes | None, not_before: int | None) -> Check:
    from flows.verification import index, kept

    looks: dict[str, Callable[[], Outcome]] = {
        "index": lambda: index.of_store(local_root(folder, not_before)),
        "signatures": lambda: kept.signatures(folder, signers),
        "root": lambda: kept.strays(folder, _named(folder), local_root(folder).index.get("name")),
    }
    return outcome(name, looks[name])


def verify_root(
    folder: Path, signers: bytes | None = None, not_before: int | None = None, worker: Worker | None = None
) -> list[Check]:
    """Verify what the root of a store in a folder says of itself; everything else given as for `verify_folder`."""
    return [
        bounded(worker, name, _run_root, name, folder, signers, not_before) for name in ("index", "signatures", "root")
    ]
