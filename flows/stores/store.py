"""Stores: where releases lie: a folder, a bucket of an object store, or (to read only) a web server.

A published file never changes: `create` and `put_release` write only what is not there yet,
and the one file that moves, the index, moves by compare-and-swap.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flows.errors import UserError, refusal

#: how much is read or written at a time
CHUNK = 1024 * 1024

_LONGEST = 1024  # of a key in an object store


class StoreError(UserError):
    """A store cannot be used, or what it gives is not what was promised; the message says how."""


class UnansweredError(StoreError):
    """A store did not answer, or refused to: that says nothing of what lies there."""


class VersionTakenError(StoreError):
    """Another release has begun to lie under this version; nothing of it was touched."""


@dataclass(frozen=True)
class Tagged:
    """Content of a file (None if there is none) and the mark that `swap` compares."""

    content: bytes | None
    tag: str | None


class Reader(Protocol):
    """A place that releases can be read from."""

    @property
    def place(self) -> str:
        """How messages name it; never with credentials."""

    def read(self, path: str, limit: int) -> bytes | None:
        """Content of a small file, None if there is none. Raises StoreError if it is larger than `limit` bytes."""

    def download(self, path: str, target: Path, limit: int) -> None:
        """Write a file to `target`. Raises StoreError if there is none, or it is larger than `limit` bytes."""


class Store(Reader, Protocol):
    """A place that releases can be published to."""

    def guard(self) -> AbstractContextManager[None]:
        """Keep other publishers out, where the store needs it. Raises StoreError if another one holds it for long."""

    def probe(self) -> None:
        """Raise StoreError if the store cannot be written to, or ignores the conditions of writes."""

    def begun(self) -> set[str]:
        """Names right below the root under which anything lies."""

    def staging(self, version: str) -> AbstractContextManager[Path]:
        """A folder, not there yet, in which a release can be made; gone at the end of the `with` block."""

    def put_release(self, folder: Path, version: str) -> None:
        """Put a finished folder under `version`: whole or invisible. Raises VersionTakenError."""

    def create(self, path: str, content: bytes) -> bool:
        """Write a file unless there is one; False if there was."""

    def read_tagged(self, path: str, limit: int) -> Tagged:
        """Content of a small file with the mark for `swap`."""

    def swap(self, path: str, content: bytes, tag: str | None) -> bool:
        """Replace a file if it is still the one with this mark (None: not there); False if it is not."""


def safe_path(path: str) -> str:
    """The path itself, if it is a plain one below a root: relative, its parts divided by `/`.

    Raises StoreError if it is empty or long, has an empty part, `.` or `..`, a backslash, a
    control character, or a drive: whatever could lead somewhere else on any system.
    """
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") for part in parts) and not any(mark in path for mark in "\\:")
    if not plain or not path.isprintable() or len(path.encode("utf-8", "replace")) > _LONGEST:
        raise StoreError(f"{path[:80]!r} is no plain path below the root of a store; nothing was read or written")
    return path


def limited(chunks: Iterable[bytes], limit: int, name: str) -> Iterator[bytes]:
    """Pass chunks on. Raises StoreError as soon as they are more than `limit` bytes together."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise StoreError(f"{name} is larger than the {limit} bytes that it may have")
        yield chunk


@contextmanager
def writing(target: Path) -> Iterator[Callable[[bytes], object]]:
    """What writes chunks to a file; a failure leaves no file behind. Raises StoreError if it cannot be written."""
    try:
        with target.open("wb") as file:
            yield file.write
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):  # that one is of the network
            raise StoreError(f"{target} cannot be written: {refusal(error)}") from error
        raise


def save(chunks: Iterable[bytes], target: Path) -> None:
    """Write chunks to a file; a failure leaves no file behind. Raises StoreError if it cannot be written."""
    with writing(target) as write:
        for chunk in chunks:
            write(chunk)
