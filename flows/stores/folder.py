"""A store in a folder of this machine.

A release is renamed into place, a file is linked into place, the index replaced: each is
one step of the file system, so a reader sees it whole or not at all, whenever a writer dies.
"""

import errno
import hashlib
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.errors import told
from flows.lock import alone
from flows.stores.store import CHUNK, StoreError, Tagged, VersionTakenError, limited, safe_path, save

#: what a rename onto something that is there already ends with
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _flush(path: Path) -> None:
    """Have a file or a folder's list of names written to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class FolderStore:
    """A store below the folder `root`; its guard waits up to `wait` seconds for another publisher."""

    root: Path
    wait: float = 60

    @property
    def place(self) -> str:
        return str(self.root)

    def _told(self, doing: str) -> AbstractContextManager[None]:
        return told(f"{self.root}: {doing}", StoreError)

    def _inside(self, path: str) -> Path:
        """Place of a file, which no link leads out of the root. Raises StoreError."""
        place = self.root / safe_path(path)
        if not place.parent.resolve().is_relative_to(self.root.resolve()) or place.is_symlink():
            raise StoreError(f"{self.root}: {path} is a link, or lies behind one that leads out of the store")
        return place

    def _chunks(self, path: str, limit: int) -> Iterator[bytes] | None:
        """Content of a file in pieces, None if there is none. Raises StoreError if it is no file, or too large."""
        place = self._inside(path)
        with self._told(f"{path} cannot be read"):
            try:
                mode = place.stat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                return None
            if not stat.S_ISREG(mode):  # a pipe would keep us waiting
                raise StoreError(f"{self.root}: {path} is no file")

        def pieces() -> Iterator[bytes]:
            with self._told(f"{path} cannot be read"), place.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk

        return limited(pieces(), limit, f"{self.root}: {path}")

    def read(self, path: str, limit: int) -> bytes | None:
        chunks = self._chunks(path, limit)
        return None if chunks is None else b"".join(chunks)

    def download(self, path: str, target: Path, limit: int) -> None:
        chunks = self._chunks(path, limit)
        if chunks is None:
            raise StoreError(f"{self.root}: {path} is missing")
        save(chunks, target)

    def _make_root(self) -> None:
        with self._told("cannot be made"):
            self.root.mkdir(parents=True, exist_ok=True)

    def _locked(self, name: str) -> AbstractContextManager[None]:
        return alone(self.root / name, "publisher", self.wait, StoreError)

    @contextmanager
    def guard(self) -> Iterator[None]:
        self._make_root()
        with self._locked(".lock"):
            yield

    def probe(self) -> None:
        """As in `Store`. Raises StoreError too if the folder has no hard links."""
        self._make_root()
        with self._told("cannot be written to"):
            first = self._written(b"")
            second = first.with_suffix(".link")
            try:
                os.link(first, second)
            finally:
                first.unlink(missing_ok=True)
                second.unlink(missing_ok=True)

    def begun(self) -> set[str]:
        if not self.root.exists():
            return set()
        with self._told("cannot be read"):
            return {entry.name for entry in self.root.iterdir() if not entry.name.startswith(".")}

    @contextmanager
    def staging(self, version: str) -> Iterator[Path]:
        """As in `Store`. What killed runs left is removed first: under the guard nobody else is alive."""
        folder = self._inside(f".staging-{version}-{os.getpid()}")
        self._make_root()
        with self._told("left-overs of a killed run cannot be removed"):
            for left in self.root.glob(".staging-*"):
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left)
                else:
                    left.unlink(missing_ok=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put_release(self, folder: Path, version: str) -> None:
        """Put a finished folder under `version` by renaming it. Raises VersionTakenError if anything is there."""
        target = self._inside(version)
        self._make_root()
        if target.exists():
            raise self._taken(version)
        beside = folder
        with self._told(f"{version} cannot be put there"):
            try:
                if folder.resolve().parent != self.root.resolve():
                    beside = Path(tempfile.mkdtemp(prefix=".staging-", dir=self.root)) / version
                    shutil.copytree(folder, beside)
                for path in [*beside.rglob("*"), beside]:
                    _flush(path)
                try:
                    beside.rename(target)  # fails on anything but an empty folder, whoever else publishes
                except OSError as error:
                    if error.errno in _TAKEN:
                        raise self._taken(version) from error
                    raise
                _flush(self.root)
            finally:
                if beside is not folder:
                    shutil.rmtree(beside.parent, ignore_errors=True)

    def _taken(self, version: str) -> VersionTakenError:
        return VersionTakenError(f"{self.root}: {version} is taken and never changes; publish under the next version")

    def _written(self, content: bytes) -> Path:
        """A file of its own name right below the root that has this content on disk."""
        temporary = (
            self.root / f".staging-{uuid.uuid4().hex}.part"
        )  # not of `tempfile`: those are for their owner alone
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def create(self, path: str, content: bytes) -> bool:
        place = self._inside(path)
        self._make_root()
        with self._told(f"{path} cannot be written"):
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._written(content)
            try:
                os.link(temporary, place)  # unlike a rename, it never replaces
                _flush(place.parent)
            except FileExistsError:
                return False
            finally:
                temporary.unlink(missing_ok=True)
        return True

    def read_tagged(self, path: str, limit: int) -> Tagged:
        content = self.read(path, limit)
        return Tagged(content, None if content is None else _tag(content))

    def swap(self, path: str, content: bytes, tag: str | None) -> bool:
        if tag is None:
            return self.create(path, content)
        place = self._inside(path)
        self._make_root()
        # a lock of its own: `guard` may be held by this very process, or its file be deleted under it
        with self._locked(".swap.lock"), self._told(f"{path} cannot be written"):
            temporary = self._written(content)
            try:
                if not place.is_file() or _tag(place.read_bytes()) != tag:
                    return False
                temporary.replace(place)
                _flush(place.parent)
            finally:
                temporary.unlink(missing_ok=True)
        return True
