"""Canonical forms: JSON as it is published, the hashes of bytes and files, and files that are written whole or not at all."""

import hashlib
import json
import os
from pathlib import Path


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
