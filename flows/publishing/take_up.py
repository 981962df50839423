"""Taking up what killed runs left whole: releases that follow the newest, and tombstones.

Others may have laid something there that looks alike. Whatever is not whole, does not follow
or is not vouched for is a stray: it is named and passed over, and its number is never used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from pydantic import BaseModel, Field, ValidationError

from flows.canonical import digest
from flows.changes.edition import read_edition
from flows.errors import UserError, told
from flows.layout import MANIFEST, SUMS, SUMS_SIGNATURE, is_version, signature_path, stone_path, version_key
from flows.publishing.index import Entry, entry_of, with_errata
from flows.publishing.mirror import fetch_release
from flows.publishing.signing import SigningError
from flows.publishing.trust import Publisher, entries_to_extend, extend, vouched
from flows.release_files.reading import MAX_MANIFEST, Day, first_fault
from flows.release_files.table_files import csv_hash
from flows.stores.folder import FolderStore
from flows.stores.store import Store, StoreError, UnansweredError
from schemas.values import Version

_MAX_STONE = 2**20

#: how many strays are named in one line
_NAMED = 5


class StrayError(UserError):
    """What looks like a release is none that may be taken up."""


class _Stone(BaseModel, strict=True, extra="forbid"):
    version: Version
    reason: str = Field(pattern=r"\S")
    on: Day


@dataclass(frozen=True)
class Stray:
    """Something in a store's root that was passed over, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def named(strays: tuple[Stray, ...]) -> str:
    """Strays in one phrase, to be put behind a result; empty if there are none."""
    if not strays:
        return ""
    more = f", and {len(strays) - _NAMED} more" if len(strays) > _NAMED else ""
    return f"; passed over: {', '.join(stray.path for stray in strays[:_NAMED])}{more}"


@contextmanager
def release_folder(store: Store, entry: Entry) -> Iterator[Path]:
    """Folder of a release: where it lies, as it lies there, or a checked copy of it for the `with` block.

    Raises StoreError if it is missing, or cannot be copied as its entry says.
    """
    if isinstance(store, FolderStore):
        folder = store.root / entry.version
        if not folder.is_dir():
            raise StoreError(f"{folder} is missing, though the index lists it; put it back, from a mirror")
        yield folder
        return
    with TemporaryDirectory() as copy:
        fetch_release(store, entry, Path(copy) / entry.version)
        yield Path(copy) / entry.version


@contextmanager
def checked_folder(store: Store, entry: Entry) -> Iterator[Path]:
    """As `release_folder`, but checked where it lies as well. Raises StoreError if it is not what its entry says."""
    with release_folder(store, entry) as folder:
        fetch_release(store, entry, folder)  # it is there, so it is only checked
        yield folder


def _nothing_else(folder: Path) -> None:
    """Raise StrayError if a folder holds what its checksums do not name."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    listed = {*(line[66:] for line in lines), SUMS, SUMS_SIGNATURE}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or name in listed):
            raise StrayError(f"{name[:80]!r} is not listed in {SUMS}, or is a link")


def _can_be_followed(folder: Path) -> None:
    """Raise UserError unless the tables of a release are those that it describes: the next one is compared with them."""
    edition = read_edition(folder)
    for name, table in edition.tables.items():
        try:
            same = csv_hash(table, edition.shapes[name].key) == edition.content[name]
        except (duckdb.Error, pa.ArrowException) as error:
            raise StrayError(f"{name} cannot be read: {type(error).__name__}") from error
        if not same:
            raise StrayError(f"{name} does not have the content hash of {MANIFEST}")


def _needed(store: Store, path: str) -> bytes:
    content = store.read(path, MAX_MANIFEST)
    if content is None:
        raise StrayError(f"{path} is missing: it is half a release, of a run that was killed or is at it right now")
    return content


def _examined(by: Publisher, version: str, newest: str | None) -> tuple[Entry, bytes]:
    """Entry and manifest of a release that is whole and vouched for. Raises UserError if it may not be taken up."""
    if newest is not None and version_key(version) <= version_key(newest):
        raise StrayError(f"it would not come after {newest}, the newest")
    sums, manifest = (_needed(by.store, f"{version}/{name}") for name in (SUMS, MANIFEST))
    signed = vouched(by, sums, f"{version}/{SUMS_SIGNATURE}")
    entry = entry_of(manifest, sums, signed, f"{version}/{MANIFEST}")
    if entry.version != version:
        raise StrayError(f"its {MANIFEST} is that of {entry.version}")
    if entry.previous != newest:
        raise StrayError(f"it follows {entry.previous or 'no release'}, but the newest is {newest or 'none'}")
    with checked_folder(by.store, entry) as folder, told(f"{version} cannot be read"):
        _nothing_else(folder)
        _can_be_followed(folder)
    return entry, manifest


def _next(by: Publisher, entries: list[Entry]) -> tuple[list[Entry], list[Stray]]:
    """Entries with the first release that follows them, if one may be taken up, and those that may not."""
    listed = {entry.version for entry in entries}
    newest = entries[-1].version if entries else None
    strays = []
    for version in sorted((v for v in by.store.begun() - listed if is_version(v)), key=version_key):
        try:
            entry, manifest = _examined(by, version, newest)
        except (UnansweredError, SigningError):  # says nothing of the release
            raise
        except UserError as error:
            strays.append(Stray(version, str(error)))
        else:
            return with_errata([*entries, entry], manifest, f"{version}/{MANIFEST}"), strays
    return entries, strays


def _yanked(by: Publisher, entry: Entry) -> Entry:
    """The entry with its tombstone, if it has one. Raises UserError if that is none, or nobody vouches for it."""
    content = by.store.read(stone_path(entry.version), _MAX_STONE)
    if content is None:
        return entry
    try:
        stone = _Stone.model_validate_json(content)
    except ValidationError as error:
        raise StrayError(f"{first_fault(error)}; it is no tombstone") from error
    if stone.version != entry.version:
        raise StrayError(f"it is the tombstone of {stone.version}")
    if by.signers is not None:
        vouched(by, content, signature_path(digest(content)))
    return replace(entry, state="yanked", reason=stone.reason, yanked_on=stone.on)


def _with_stones(by: Publisher, entries: list[Entry]) -> tuple[list[Entry], list[Stray]]:
    found, strays = [], []
    for entry in entries:
        found.append(entry)
        if entry.state == "published":
            try:
                found[-1] = _yanked(by, entry)
            except (UnansweredError, SigningError):
                raise
            except UserError as error:
                strays.append(Stray(stone_path(entry.version), str(error)))
    return found, strays


def take_up(by: Publisher) -> tuple[Stray, ...]:
    """Put into the index what killed runs left whole; return what was passed over.

    Raises PublishError if the index itself is not to be followed, StoreError if the store does not answer.
    """
    while True:
        entries, tag = entries_to_extend(by)
        found, stones = _with_stones(by, entries)
        found, releases = _next(by, found)
        if found == entries or (extend(by, found, tag) and len(found) == len(entries)):
            return (*releases, *stones)
