"""Canonical forms: JSON as it is published, the hashes of bytes and files, and what is written whole or not at all."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory


def to_json(value: object) -> str:
    """JSON as it is published: sorted, indented, readable characters."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(content: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file, in place of what was there, whole or not at all, also if the machine dies; return its path.

    Its folder is made if need be. Raises OSError if the disk refuses; the file is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def made_once(home: Path, texts: Iterable[str], read: Iterable[Path], make: Callable[[Path], None]) -> Path:
    """Make a folder of `home` that is named by all that it is made from, texts and files; return that folder.

    As `made_whole`: what lies there already was made before, perhaps by a run that was killed.
    """
    inputs = hashlib.sha256("\0".join(texts).encode())
    for path in read:
        inputs.update(path.name.encode() + bytes.fromhex(sha256(path)))
    return made_whole(home / inputs.hexdigest()[:32], make)


def made_whole(folder: Path, make: Callable[[Path], object]) -> Path:
    """Make a folder, which comes into its place whole, and return it; what lies there already is taken as it is.

    `make` fills the folder that it is given, which is not there yet.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".part-") as beside:
        made = Path(beside, "made")
        make(made)
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another one was faster, with the same
                raise
    return folder
