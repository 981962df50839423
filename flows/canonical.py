"""Canonical forms: JSON as it is published, and the hashes of bytes and files."""

import hashlib
import json
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
