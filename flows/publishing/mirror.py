"""Mirror: copy the releases of a store into a folder, whole or not at all, whatever the remote sends.

The index decides: it names the hash of every release's SHA256SUMS, which names the hash of
every file. A release is collected beside its place and renamed into it; the index moves
last. A run that was stopped is taken up where it ended.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flows.canonical import digest, sha256, to_json
from flows.layout import INDEX, MANIFEST, SIGNERS, SUMS, SUMS_SIGNATURE, is_version
from flows.publishing.catalogue import files_beside
from flows.publishing.index import MAX_INDEX, Entry, read_index
from flows.stores.folder import FolderStore
from flows.stores.store import Reader, StoreError, safe_path

# caps far above any release of ours: they only keep a hostile remote from filling the disk
MAX_FILE = 2 * 1024**3
_MAX_RELEASE = 16 * 1024**3
_MAX_TEXT = 16 * 1024**2
_MAX_SIGNATURE = 64 * 1024
_MAX_FILES = 10_000
_MAX_RELEASES = 10_000
_MAX_BESIDE = 16

_HASH = re.compile(r"[0-9a-f]{64}")
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")
_BESIDE = re.compile(r"[a-z_]+\.[a-z]+")

_ATTEMPTS, _PAUSE = 3, 1.0


class _MovedError(StoreError):
    """The index and a file beside it do not fit; somebody may be publishing right now."""


@dataclass(frozen=True)
class Mirrored:
    """What a run copied: versions that are new, versions that were there, bytes read from the remote."""

    copied: tuple[str, ...]
    there: tuple[str, ...]
    fetched: int


@dataclass(frozen=True)
class _Promise:
    """What an index says of a release."""

    version: str
    manifest: str
    sums: str
    signed: bool


def _promise(entry: Mapping[str, object]) -> _Promise:
    """What an entry promises. Raises StoreError if it is not of the right shape."""
    version, signed = entry.get("version"), entry.get("signed")
    hashes = [entry.get(name) for name in ("manifest_sha256", "sums_sha256")]
    manifest, sums = (text if isinstance(text, str) and _HASH.fullmatch(text) else None for text in hashes)
    if not isinstance(version, str) or not is_version(version):
        raise StoreError(f"{INDEX}: {str(version)[:40]!r} is no version")
    if manifest is None or sums is None or not isinstance(signed, bool):
        raise StoreError(
            f"{INDEX}: {version}: its hashes are not 64 hexadecimal digits, or signed is not true or false"
        )
    return _Promise(version, manifest, sums, signed)


def _listed(content: bytes, place: str) -> dict[str, str]:
    """SHA-256 by path, as a SHA256SUMS lists them. Raises StoreError if a path is not plain, or stands there twice."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StoreError(f"{place} is no text") from error
    lines = _LINE.findall(text)
    if "".join(f"{sha}  {path}\n" for sha, path in lines) != text or len(lines) > _MAX_FILES:
        raise StoreError(f"{place} is no list of at most {_MAX_FILES} checksums, as sha256sum writes it")
    sums = {safe_path(path): sha for sha, path in lines}
    # a folder of Windows or macOS takes names apart only by their letters, not by their case
    names = {path.casefold() for path in sums}
    parents = {parent.as_posix() for name in names for parent in Path(name).parents}
    if len(names) < len(lines) or names & {*parents, SUMS.casefold(), SUMS_SIGNATURE.casefold()}:
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


def _collect_all(reader: Reader, promise: _Promise, folder: Path, largest: int) -> int:
    """Bring all files of a release into a folder; return the bytes that were read."""
    version, place = promise.version, f"{reader.place}: {promise.version}"
    fetched = _collect(reader, version, MANIFEST, promise.manifest, folder, _MAX_TEXT)
    fetched += _collect(reader, version, SUMS, promise.sums, folder, _MAX_TEXT)
    sums = _listed((folder / SUMS).read_bytes(), f"{place}/{SUMS}")
    if sums.get(MANIFEST) != promise.manifest:
        raise StoreError(f"{place}/{SUMS} does not list the {MANIFEST} that the index names")
    sizes = _sizes((folder / MANIFEST).read_bytes(), f"{place}/{MANIFEST}")
    for path, sha in sums.items():
        limit = min(sizes.get(path, largest), largest, _MAX_RELEASE - fetched)
        fetched += _collect(reader, version, path, sha, folder, limit)
    if promise.signed:
        reader.download(f"{version}/{SUMS_SIGNATURE}", folder / SUMS_SIGNATURE, _MAX_SIGNATURE)
        fetched += (folder / SUMS_SIGNATURE).stat().st_size
    wanted = {folder / path for path in [*sums, SUMS, *([SUMS_SIGNATURE] if promise.signed else [])]}
    for left in [path for path in folder.rglob("*") if not path.is_dir() and path not in wanted]:
        left.unlink()
    return fetched


def _confirm(folder: Path, promise: _Promise) -> None:
    """Raise StoreError unless a release that lies in a folder is the one that was promised."""
    wrong: list[str] = []
    if folder.is_symlink() or not _has(folder / SUMS, promise.sums):
        wrong = [SUMS]
    else:
        sums = _listed((folder / SUMS).read_bytes(), f"{folder}/{SUMS}")
        expected = {**sums, MANIFEST: promise.manifest}
        wrong = [path for path, sha in expected.items() if not _has(folder / path, sha)]
        if promise.signed and not (folder / SUMS_SIGNATURE).is_file():
            wrong.append(SUMS_SIGNATURE)
    if wrong:
        raise StoreError(
            f"{folder} lies there already, but is not what was published: {', '.join(wrong[:5])}; "
            "nothing was overwritten: move it away and run this again"
        )


def fetch_release(reader: Reader, entry: Mapping[str, object], target: Path, largest: int = MAX_FILE) -> int:
    """Copy the release of an index entry to the folder `target`, checked, whole or not at all.

    Returns the bytes that were read. What a stopped run collected beside `target` is not read
    again. A `target` that is there is only checked. No file may have more than `largest` bytes.
    Raises StoreError if anything is not as promised.
    """
    promise = _promise(entry)
    with _told(target):
        if target.exists() or target.is_symlink():
            _confirm(target, promise)
            return 0
        folder = target.parent / f".mirror-{promise.version}"
        folder.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink() or any(path.is_symlink() for path in folder.rglob("*")):
            raise StoreError(f"{folder} is a link, or holds one; remove it and run this again")
        fetched = _collect_all(reader, promise, folder, largest)
        folder.rename(target)
    return fetched


def _follows(old: Sequence[Entry], new: Sequence[Entry], place: str) -> None:
    """Raise StoreError if an index changed what the one before had published."""
    now = {entry.version: entry for entry in new}
    for entry in old:
        if entry.version not in now:
            raise StoreError(f"{place} no longer lists {entry.version}, which was copied from it; nothing was touched")
        other = now[entry.version]
        if _promise(entry.to_dict()) != _promise(other.to_dict()) or (entry.state, other.state) == (
            "yanked",
            "published",
        ):
            raise StoreError(
                f"{place} lists another {entry.version} than the one that was copied; a release never changes: "
                "ask its publishers what happened; nothing was touched"
            )


def _named(content: bytes, place: str) -> dict[str, str]:
    """SHA-256 of the files that are made from an index. Raises StoreError if a name or hash is none."""
    files = json.loads(content).get("files", {})  # it has been read as an index before
    if not isinstance(files, dict) or len(files) > _MAX_BESIDE:
        raise StoreError(f"{place}: {INDEX}: files is no short list of files")
    for name, sha in files.items():
        if not _BESIDE.fullmatch(name) or name == INDEX or not isinstance(sha, str) or not _HASH.fullmatch(sha):
            raise StoreError(f"{place}: {INDEX}: files: {name[:40]!r} is no file beside the index, or has no SHA-256")
    return files


def _beside(reader: Reader, content: bytes, entries: Sequence[Entry]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Files of the root but for the index: those that never change, and those that may."""
    fixed, moving = {}, {}
    signature = reader.read(name := f"signatures/{digest(content)}.sig", _MAX_SIGNATURE)
    if signature is not None:
        fixed[name] = signature
    for entry in entries:
        if entry.state == "yanked":
            name = f"yanked/{entry.version}.json"
            stone = {"version": entry.version, "reason": entry.reason, "on": entry.yanked_on}
            fixed[name] = to_json(stone).encode("utf-8")
            if reader.read(name, _MAX_TEXT) != fixed[name]:
                raise StoreError(f"{reader.place}: {name} is missing, or does not say what {INDEX} says")
    if (signers := reader.read(SIGNERS, _MAX_TEXT)) is not None:
        moving[SIGNERS] = signers
    for name, sha in _named(content, reader.place).items():
        found = reader.read(name, _MAX_TEXT)
        if (
            found is None or digest(found) != sha
        ):  # a publisher was stopped before it wrote them: they follow from the index
            found = files_beside(json.loads(content)).get(name)
        if found is None or digest(found) != sha:
            raise _MovedError(
                f"{reader.place}: {name} is not the one that {INDEX} names; if it stays so, it is damaged"
            )
        moving[name] = found
    return fixed, moving


def _copy(reader: Reader, store: FolderStore) -> Mirrored:
    content = reader.read(INDEX, MAX_INDEX)
    if content is None:
        raise StoreError(f"{reader.place} has no {INDEX}; give the address of the root of a store")
    entries = read_index(content, reader.place)
    if len(entries) > _MAX_RELEASES:
        raise StoreError(f"{reader.place}: {INDEX} lists more than {_MAX_RELEASES} releases")
    before = store.read_tagged(INDEX, MAX_INDEX)
    _follows(read_index(before.content, store.place), entries, reader.place)
    signers = store.read(SIGNERS, _MAX_TEXT)
    copied: list[str] = []
    there: list[str] = []
    fetched = len(content)
    for entry in entries:
        target = store.root / entry.version
        (there if target.exists() else copied).append(entry.version)
        fetched += fetch_release(reader, entry.to_dict(), target)
    fixed, moving = _beside(reader, content, entries)
    fetched += sum(len(found) for found in (*fixed.values(), *moving.values()))
    if signers is not None and SIGNERS not in moving:
        raise StoreError(f"{reader.place} no longer has {SIGNERS}; the index was not moved")
    for name, found in fixed.items():
        if not store.create(name, found) and store.read(name, _MAX_TEXT) != found:
            raise StoreError(f"{store.place}: {name} lies there with other content; the index was not moved")
    for name, found in moving.items():
        if (old := store.read_tagged(name, _MAX_TEXT)).content != found:
            store.swap(name, found, old.tag)
    if before.content != content and not store.swap(INDEX, content, before.tag):
        raise StoreError(f"{store.place}: somebody else moved its index meanwhile; run this again")
    return Mirrored(tuple(copied), tuple(there), fetched)


def mirror(reader: Reader, folder: Path) -> Mirrored:
    """Copy all releases of a store into a folder, with what lies beside them; the index moves last.

    Only what is not there yet is read; a run that was stopped is taken up. Raises StoreError,
    or IndexFormatError, if anything is not as the index promises, or if the remote changed or
    dropped what had been copied from it; releases in the folder are never touched.
    """
    store = FolderStore(folder)
    with store.guard():
        for attempt in range(1, _ATTEMPTS):
            with suppress(_MovedError):
                return _copy(reader, store)
            time.sleep(_PAUSE * attempt)
        return _copy(reader, store)
