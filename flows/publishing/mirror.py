"""Mirror: copy the releases of a store into a folder, whole or not at all, whatever the remote sends.

The index decides: it names the hash of every release's SHA256SUMS, which names the hash of
every file. Where releases are signed, the signers pinned at first use vouch for the index and
for each release. A release is collected beside its place and renamed into it; the index moves
last. A run that was stopped is taken up where it ended.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flows.canonical import digest, sha256, to_json
from flows.layout import CATALOGUE, FEED, INDEX, MANIFEST, SUMS, SUMS_SIGNATURE, stone_path
from flows.publishing.catalogue import files_beside
from flows.publishing.index import MAX_INDEX, Entry, Index, read_index
from flows.publishing.pinning import FIRST_USE, Trust, fingerprints, not_older, pin
from flows.publishing.signing import MAX_SIGNATURE, verify_signature
from flows.stores.folder import FolderStore
from flows.stores.store import Reader, StoreError, safe_path

# caps far above any release of ours: they only keep a hostile remote from filling the disk
MAX_FILE = 2 * 1024**3
_MAX_RELEASE = 16 * 1024**3
_MAX_TEXT = 16 * 1024**2

_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")

_ATTEMPTS, _PAUSE = 3, 1.0


class _MovedError(StoreError):
    """The index and a file beside it do not fit; somebody may be publishing right now."""


@dataclass(frozen=True)
class Mirrored:
    """What a run copied: versions that are new, versions that were there, bytes read from the remote."""

    copied: tuple[str, ...]
    there: tuple[str, ...]
    fetched: int


def _listed(content: bytes, place: str) -> dict[str, str]:
    """SHA-256 by path, as a SHA256SUMS lists them. Raises StoreError if a path is not plain, or stands there twice."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StoreError(f"{place} is no text") from error
    lines = _LINE.findall(text)
    if "".join(f"{sha}  {path}\n" for sha, path in lines) != text:
        raise StoreError(f"{place} is no list of checksums, as sha256sum writes it")
    sums = {safe_path(path): sha for sha, path in lines}
    parents = {parent.as_posix() for path in sums for parent in Path(path).parents}
    if len(sums) < len(lines) or sums.keys() & {*parents, SUMS, SUMS_SIGNATURE}:
        raise StoreError(f"{place} lists a path twice, a file as a folder, or itself")
    return sums


def _sizes(content: bytes, place: str) -> dict[str, int]:
    """Bytes by path, as a manifest lists them. Raises StoreError if it is not of the right shape."""
    try:
        files = json.loads(content)["files"]
        sizes = {path: described["bytes"] for path, described in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError(f"{place} is no manifest of a release") from error
    if not all(type(size) is int and size >= 0 for size in sizes.values()):
        raise StoreError(f"{place} gives sizes that are no numbers of bytes")
    return sizes


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Turn errors of the file system into one line."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{place}: {error.strerror or error}; free space, or give another folder") from error


def _has(path: Path, sha: str) -> bool:
    return path.is_file() and not path.is_symlink() and sha256(path) == sha


def _collect(reader: Reader, version: str, path: str, sha: str, folder: Path, limit: int) -> int:
    """Bring one file into a folder, unless it is there; return the bytes that were read for it."""
    target = folder / path
    if _has(target, sha):
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    reader.download(f"{version}/{path}", target, limit)
    size = target.stat().st_size
    if sha256(target) != sha:
        target.unlink()
        raise StoreError(f"{reader.place}: {version}/{path} does not have its checksum; it was not taken")
    return size


def _collect_all(reader: Reader, entry: Entry, folder: Path, largest: int) -> int:
    """Bring all files of a release into a folder; return the bytes that were read."""
    version, place = entry.version, f"{reader.place}: {entry.version}"
    fetched = _collect(reader, version, MANIFEST, entry.manifest_sha256, folder, _MAX_TEXT)
    fetched += _collect(reader, version, SUMS, entry.sums_sha256, folder, _MAX_TEXT)
    sums = _listed((folder / SUMS).read_bytes(), f"{place}/{SUMS}")
    if sums.get(MANIFEST) != entry.manifest_sha256:
        raise StoreError(f"{place}/{SUMS} does not list the {MANIFEST} that the index names")
    sizes = _sizes((folder / MANIFEST).read_bytes(), f"{place}/{MANIFEST}")
    for path, sha in sums.items():
        limit = min(sizes.get(path, largest), largest, _MAX_RELEASE - fetched)
        fetched += _collect(reader, version, path, sha, folder, limit)
    if entry.signed:
        reader.download(f"{version}/{SUMS_SIGNATURE}", folder / SUMS_SIGNATURE, MAX_SIGNATURE)
        fetched += (folder / SUMS_SIGNATURE).stat().st_size
    wanted = {folder / path for path in [*sums, SUMS, *([SUMS_SIGNATURE] if entry.signed else [])]}
    for left in [path for path in folder.rglob("*") if not path.is_dir() and path not in wanted]:
        left.unlink()
    return fetched


def _vouched(folder: Path, entry: Entry, signers: bytes | None, place: str) -> None:
    """Raise StoreError if a release that is signed lies in a folder with a signature by none of the signers."""
    if signers is None or not entry.signed:
        return
    content, signature = ((folder / name).read_bytes() for name in (SUMS, SUMS_SIGNATURE))
    if (reason := verify_signature(content, signature, signers)) is not None:
        raise StoreError(
            f"{place}: {entry.version}/{SUMS_SIGNATURE}: {reason} ({fingerprints(signers)}); it was not taken: ask the "
            "publishers of this release what happened"
        )


def _confirm(folder: Path, entry: Entry) -> None:
    """Raise StoreError unless a release that lies in a folder is the one that was promised."""
    wrong: list[str] = []
    if folder.is_symlink() or not _has(folder / SUMS, entry.sums_sha256):
        wrong = [SUMS]
    else:
        sums = _listed((folder / SUMS).read_bytes(), f"{folder}/{SUMS}")
        expected = {**sums, MANIFEST: entry.manifest_sha256}
        wrong = [path for path, sha in expected.items() if not _has(folder / path, sha)]
        if entry.signed and not (folder / SUMS_SIGNATURE).is_file():
            wrong.append(SUMS_SIGNATURE)
    if wrong:
        raise StoreError(
            f"{folder} lies there already, but is not what was published: {', '.join(wrong[:5])}; "
            "nothing was overwritten: move it away and run this again"
        )


def fetch_release(
    reader: Reader, entry: Entry, target: Path, largest: int = MAX_FILE, signers: bytes | None = None
) -> int:
    """Copy the release of an index entry to the folder `target`, checked, whole or not at all.

    Returns the bytes that were read. What a stopped run collected beside `target` is not read
    again. A `target` that is there is only checked. No file may have more than `largest` bytes.
    If the entry says that it is signed, one of `signers` must have signed it; None asks for no
    signature. Raises StoreError if anything is not as promised.
    """
    with _told(target):
        if target.exists() or target.is_symlink():
            _confirm(target, entry)
            _vouched(target, entry, signers, str(target.parent))
            return 0
        folder = target.parent / f".mirror-{entry.version}"
        folder.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink() or any(path.is_symlink() for path in folder.rglob("*")):
            raise StoreError(f"{folder} is a link, or holds one; remove it and run this again")
        fetched = _collect_all(reader, entry, folder, largest)
        _vouched(folder, entry, signers, reader.place)
        folder.rename(target)
    return fetched


def _fixed(entry: Entry) -> Entry:
    """What of an entry never changes."""
    return replace(entry, state="published", reason=None, yanked_on=None, errata=[])


def _follows(old: Sequence[Entry], new: Sequence[Entry], place: str) -> None:
    """Raise StoreError if an index changed what the one before had published."""
    now = {entry.version: entry for entry in new}
    for entry in old:
        if entry.version not in now:
            raise StoreError(f"{place} no longer lists {entry.version}, which was copied from it; nothing was touched")
        other = now[entry.version]
        if _fixed(entry) != _fixed(other) or (entry.state, other.state) == ("yanked", "published"):
            raise StoreError(
                f"{place} lists another {entry.version} than the one that was copied; a release never changes: "
                "ask its publishers what happened; nothing was touched"
            )


def _plain_root(index: Index, place: str) -> None:
    """Raise StoreError if an index names files beside it that no store has: they would be served from the copy."""
    if strange := sorted(index.files.keys() - {FEED, CATALOGUE}):
        raise StoreError(
            f"{place}: {INDEX}: files: {', '.join(strange)[:200]} is none that a store has ({FEED}, {CATALOGUE}); nothing "
            "was written: ask its publishers, or renew this program if the store is newer"
        )


def _beside(reader: Reader, index: Index) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Files of the root that follow from the index: those that never change, and those that may."""
    fixed, moving = {}, {}
    for entry in index.releases:
        if entry.state == "yanked":
            name = stone_path(entry.version)
            stone = {"version": entry.version, "reason": entry.reason, "on": entry.yanked_on}
            fixed[name] = to_json(stone).encode("utf-8")
            if reader.read(name, _MAX_TEXT) != fixed[name]:
                raise StoreError(f"{reader.place}: {name} is missing, or does not say what {INDEX} says")
    for name, sha in index.files.items():
        found = reader.read(name, _MAX_TEXT)
        # a publisher was stopped before it wrote the file: it follows from the index
        if found is None or digest(found) != sha:
            found = files_beside(index.releases).get(name)
        if found is None or digest(found) != sha:
            raise _MovedError(
                f"{reader.place}: {name} is not the one that {INDEX} names; if it stays so, it is damaged"
            )
        moving[name] = found
    return fixed, moving


def _copy(reader: Reader, store: FolderStore, trust: Trust) -> Mirrored:
    content = reader.read(INDEX, MAX_INDEX)
    if content is None:
        raise StoreError(f"{reader.place} has no {INDEX}; give the address of the root of a store")
    index = read_index(content, reader.place)
    before = store.read_tagged(INDEX, MAX_INDEX)
    old = read_index(before.content, store.place)
    if before.content != content:
        not_older(old, index, reader.place)
    _follows(old.releases, index.releases, reader.place)
    _plain_root(index, reader.place)
    fixed, signers = pin(reader, store, content, index, trust)
    copied: list[str] = []
    there: list[str] = []
    fetched = len(content) + len(signers or b"")
    for entry in index.releases:
        target = store.root / entry.version
        (there if target.exists() else copied).append(entry.version)
        fetched += fetch_release(reader, entry, target, signers=signers)
    stones, moving = _beside(reader, index)
    fixed |= stones
    fetched += sum(len(found) for found in (*fixed.values(), *moving.values()))
    for name, found in fixed.items():
        if not store.create(name, found) and store.read(name, _MAX_TEXT) != found:
            raise StoreError(f"{store.place}: {name} lies there with other content; the index was not moved")
    for name, found in moving.items():
        if (was := store.read_tagged(name, _MAX_TEXT)).content != found:
            store.swap(name, found, was.tag)
    if before.content != content and not store.swap(INDEX, content, before.tag):
        raise StoreError(f"{store.place}: somebody else moved its index meanwhile; run this again")
    return Mirrored(tuple(copied), tuple(there), fetched)


def mirror(reader: Reader, folder: Path, trust: Trust = FIRST_USE) -> Mirrored:
    """Copy all releases of a store into a folder, with what lies beside them; the index moves last.

    Only what is not there yet is read; a run that was stopped is taken up. The signers of the
    first run are pinned: `trust` can give one's own, or accept others. Raises StoreError, or
    IndexFormatError, if anything is not as the index promises, if the remote changed or dropped
    what had been copied from it, or if those who are trusted did not sign it; releases in the
    folder are never touched.
    """
    store = FolderStore(folder)
    with store.guard():
        for attempt in range(1, _ATTEMPTS):
            with suppress(_MovedError):
                return _copy(reader, store, trust)
            time.sleep(_PAUSE * attempt)
        return _copy(reader, store, trust)
