"""Keys to sign with; they last as long as the process of the tests."""

import functools
import subprocess
import tempfile
from pathlib import Path

from flows.publishing.signing import allowed_signers_line


@functools.cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="kiban-keys-")


def key(name: str = "publisher") -> Path:
    """A private key of this name, the same one for every caller."""
    path = Path(_folder().name) / name
    if not path.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


def allowed(*keys: Path) -> bytes:
    """A file of allowed signers with these keys."""
    return "".join(f"{allowed_signers_line(path)}\n" for path in keys).encode()
