"""Verification of a whole store: its root, then every release in it, yanked ones as well, one after another."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.bounded import CHECK, Bounds, Worker
from flows.canonical import digest
from flows.errors import UserError
from flows.layout import CATALOGUE, FEED, INDEX, SIGNERS, is_version, signature_path, stone_path
from flows.publishing.pinning import read_signers
from flows.verification.subject import INDEX_LIMIT, Check
from flows.verification.untrusted import JSON_LIMIT, UnfitError
from flows.verification.verify import (
    VerifyError,
    copy_check,
    copy_release,
    local_root,
    verify_folder,
    verify_root,
)

if TYPE_CHECKING:
    from flows.stores.store import Reader

#: how the root of a store is named among its versions
STORE = "store"


def _versions(root: Path) -> list[str]:
    """Versions that an index names, in its order; none if it cannot be read, which the check of the root reports."""
    try:
        named = [str(entry.get("version")) for entry in local_root(root).entries]
    except UnfitError:
        return []
    return list(dict.fromkeys(version for version in named if is_version(version)))


def _release(
    root: Path, version: str, signers: bytes | None, checks: Sequence[str] | None, worker: Worker
) -> list[Check]:
    try:
        return verify_folder(root, version, signers, checks, worker=worker)
    except VerifyError as error:  # the index names it, and nothing is there
        return [Check("release", "failed", "", [str(error)])]


def _copy_root(reader: "Reader", root: Path) -> list[str]:
    """Copy what lies in the root of a store and follows from its index; what was wrong with that."""
    content = reader.read(INDEX, INDEX_LIMIT)
    if content is None:
        raise VerifyError(f"{reader.place} has no {INDEX}; give the address of the root of a store")
    root.mkdir()
    (root / INDEX).write_bytes(content)
    stones = [stone_path(version) for version in _versions(root)]
    problems = []
    for path in (SIGNERS, signature_path(digest(content)), FEED, CATALOGUE, *stones):
        try:
            found = reader.read(path, JSON_LIMIT)
        except UserError as error:
            problems.append(str(error))
            continue
        if found is not None:
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_bytes(found)
    return problems


def _remote(
    reader: "Reader", signers: bytes | None, not_before: int | None, checks: Sequence[str] | None, worker: Worker
) -> Iterator[tuple[str, list[Check]]]:
    """As `verify_store`, over copies: of the root, and of one release with the one before it at a time."""
    with tempfile.TemporaryDirectory(prefix="kiban-verify-") as name:
        root = Path(name) / STORE
        copied = copy_check(f"the root of {reader.place}", _copy_root(reader, root))
        yield STORE, [copied, *verify_root(root, signers, not_before, worker)]
        before: Path | None = None
        for version in _versions(root):
            copied = copy_check(
                f"{version} from {reader.place}",
                copy_release(reader, local_root(root).entry(version), root / version, worker),
            )
            whole = (root / version).is_dir()
            yield version, [copied, *(_release(root, version, signers, checks, worker) if whole else [])]
            for done in [before, root / f".mirror-{version}"]:  # the second is what a copy that failed leaves
                if done is not None:
                    shutil.rmtree(done, ignore_errors=True)
            before = root / version if whole else None


def verify_store(
    place: str,
    allowed_signers: Path | None,
    not_before: int | None = None,
    checks: Sequence[str] | None = None,
    bounds: Bounds = CHECK,
) -> Iterator[tuple[str, list[Check]]]:
    """Verify all of a store: the checks of its root, named STORE, then `checks` (by default all) of every version, oldest first.

    `place` is a folder or an address; a remote release is copied once, also to be the one before the next. Each check
    runs within `bounds`, in a process of its own. Raises VerifyError if there is no store, UserError if the signers cannot be read, StoreError if the store cannot.
    """
    from flows.stores.open import open_reader

    signers = read_signers(allowed_signers)
    root = Path(place)
    if "://" not in place and not (root / INDEX).is_file():
        raise VerifyError(f"{place} holds no {INDEX}; give the folder or the address of a store")
    with Worker(bounds) as worker:
        if "://" in place:
            yield from _remote(open_reader(place), signers, not_before, checks, worker)
            return
        yield STORE, verify_root(root, signers, not_before, worker)
        for version in _versions(root):
            yield version, _release(root, version, signers, checks, worker)
