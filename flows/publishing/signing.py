"""Signatures with `ssh-keygen -Y`: made over lists of checksums, checked with what most machines have.

A key never leaves its file or agent: it is not read here, and no message holds any of it.
Nothing ever asks for a passphrase: a key that needs one is used through an agent.
"""

import base64
import binascii
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flows.errors import UserError
from flows.layout import NAMESPACE, SIGNER, SIGNERS

#: the largest signature, or list of signers, that is read, in bytes
MAX_SIGNATURE = 64 * 1024

_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_WIDTH = 70  # of a line of base64, as OpenSSH wraps it
_MAGIC = b"SSHSIG\x00\x00\x00\x01"
# what ssh-keygen says of a good signature, at its end; a fingerprint says which of the allowed keys it was
_GOOD = re.compile(rb" key (SHA256:[A-Za-z0-9+/]+)\s*$")
_SECONDS = 60  # an agent may wait for a finger on a hardware key


class SigningError(UserError):
    """A signature cannot be made or checked here; the message says what to do."""


def _ssh_keygen(*arguments: str, content: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen without a terminal, so that it cannot ask for anything."""
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=b"" if content is None else content,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            start_new_session=True,  # no controlling terminal
            env={**os.environ, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"},
        )
    except OSError as error:
        raise SigningError("there is no ssh-keygen on PATH that runs; install OpenSSH 8.2 or newer") from error
    except subprocess.TimeoutExpired as error:
        raise SigningError(f"ssh-keygen did not answer within {_SECONDS} s; is the key's agent waiting?") from error


def _named(key: Path) -> str:
    """How messages name a key file: not at all if its name looks like a key pasted in its place."""
    text = str(key)
    pasted = "\n" in text or "PRIVATE KEY" in text or len(text) > 1_000
    return "the signing key" if pasted else f"the signing key {text}"


def _look(key: Path) -> None:
    try:
        there = key.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there:
        raise SigningError(
            f"{_named(key)} is no file; give the path of a private key, or of a .pub whose key is in an agent"
        )
    if not os.access(key, os.R_OK):
        raise SigningError(f"{_named(key)} cannot be read; check its owner and mode")


def _refused(key: Path, stderr: bytes) -> SigningError:
    """The error for what ssh-keygen said, in our words: its own may name anything."""
    said = stderr.decode("utf-8", "replace").lower()
    if "unprotected private key" in said:
        return SigningError(f"{_named(key)} can be read by others, so ssh refuses it; run: chmod 600 on it")
    if "passphrase" in said:
        return SigningError(f"{_named(key)} needs a passphrase, and nobody is asked here; add it to an agent: ssh-add")
    if key.suffix == ".pub":
        return SigningError(f"{_named(key)} is no public key, or no agent that answers holds its private key; ssh-add")
    return SigningError(f"{_named(key)} is no private key that ssh-keygen can use; make one: ssh-keygen -t ed25519")


def sign(content: bytes, key: Path) -> bytes:
    """Sign content with a key for NAMESPACE; return the armoured signature.

    `key` is a private key file, or a `.pub` whose private key is in an agent. Raises
    SigningError if there is no ssh-keygen or no such key, or the key needs a passphrase.
    """
    _look(key)
    with tempfile.TemporaryDirectory() as place:  # from a file: on standard input it would be taken for a passphrase
        path = Path(place) / "content"
        path.write_bytes(content)
        done = _ssh_keygen("-Y", "sign", "-f", str(key.absolute()), "-n", NAMESPACE, str(path))
        made = path.with_name("content.sig")
        if done.returncode != 0 or not made.is_file():
            raise _refused(key, done.stderr)
        return made.read_bytes()


def allowed_signers_line(key: Path) -> str:
    """The line of an `allowed_signers` file that lets a key sign releases, without newline.

    `key` is as for `sign`; of it only the public half is used. Raises SigningError as `sign` does.
    """
    _look(key)
    if key.suffix == ".pub":
        public = key.read_bytes()
    else:
        done = _ssh_keygen("-y", "-P", "", "-f", str(key.absolute()))
        public, beside = done.stdout, key.with_name(f"{key.name}.pub")
        if done.returncode != 0:
            if b"passphrase" not in done.stderr.lower() or not beside.is_file():
                raise _refused(key, done.stderr)
            public = beside.read_bytes()  # the file is locked, its public half is not
    kind, _, rest = public.decode("utf-8", "replace").strip().partition(" ")
    encoded = rest.split(" ")[0]
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    name = kind.encode()
    if not name or not blob.startswith(len(name).to_bytes(4, "big") + name):
        raise _refused(key, b"")
    return f'{SIGNER} namespaces="{NAMESPACE}" {kind} {encoded}'


def _armour_fault(signature: bytes) -> str | None:
    """What keeps a signature file from being exactly as OpenSSH writes it.

    ssh-keygen overlooks other line lengths, what stands around the armour and unused bits of
    the last digit; here every byte counts.
    """
    begin, end = _BEGIN + b"\n", b"\n" + _END + b"\n"
    if not signature.startswith(begin) or not signature.endswith(end):
        return "it is no SSH signature file"
    body = signature[len(begin) : -len(end)]
    try:
        blob = base64.b64decode(body.replace(b"\n", b""), validate=True)
    except (binascii.Error, ValueError):
        return "its base64 is damaged"
    encoded = base64.b64encode(blob)
    if b"\n".join(encoded[at : at + _WIDTH] for at in range(0, len(encoded), _WIDTH)) != body:
        return "its base64 is not in the canonical form"
    return None if blob.startswith(_MAGIC) else "it is of another format version"


@dataclass(frozen=True)
class Checked:
    """What a signature is worth: who made it (principal and key), or else what is wrong with it, in one line."""

    signer: str | None
    fault: str | None


def check_signature(content: bytes, signature: bytes, allowed_signers: bytes) -> Checked:
    """Check that an allowed key signed exactly this content for NAMESPACE, and which one did.

    `allowed_signers` is the content of such a file, which the caller trusts. Raises SigningError if there is no
    ssh-keygen to ask.
    """
    if fault := _armour_fault(signature):
        return Checked(None, fault)
    with tempfile.TemporaryDirectory() as place:
        signers, signed = Path(place) / SIGNERS, Path(place) / "signature"
        signers.write_bytes(allowed_signers)
        signed.write_bytes(signature)
        arguments = ("-f", str(signers), "-I", SIGNER, "-n", NAMESPACE, "-s", str(signed))
        done = _ssh_keygen("-Y", "verify", *arguments, content=content)
    if done.returncode == 0:
        by = _GOOD.search(done.stdout)
        return Checked(f"{SIGNER} ({by[1].decode()})" if by else SIGNER, None)
    said = done.stderr.decode("utf-8", "replace").lower()
    if "namespace does not match" in said:
        return Checked(None, f"it was not made for {NAMESPACE}")
    if "incorrect signature" in said:
        return Checked(None, "it does not belong to this content")
    return Checked(None, "its key is not among the allowed signers" if not said.strip() else "ssh-keygen refuses it")


def verify_signature(content: bytes, signature: bytes, allowed_signers: bytes) -> str | None:
    """What is wrong with a signature, in one line; None if it is good. As `check_signature`."""
    return check_signature(content, signature, allowed_signers).fault


def _purpose(signature: bytes) -> bytes:
    """The namespace of an armoured signature without faults: the second text of what it holds (PROTOCOL.sshsig)."""
    blob = base64.b64decode(b"".join(signature.splitlines()[1:-1]))
    at = len(_MAGIC)
    at += 4 + int.from_bytes(blob[at : at + 4], "big")  # the public key
    return blob[at + 4 : at + 4 + int.from_bytes(blob[at : at + 4], "big")]


def signer_problem(signature: bytes, allowed_signers: bytes) -> str | None:
    """Look at a signature whose content is not at hand: its form, its purpose, and whether its key is an allowed one.

    Returns None if all is well, otherwise the reason in one line. Whether it was made with that key at all cannot be
    seen so. Raises SigningError if there is no ssh-keygen to ask.
    """
    if fault := _armour_fault(signature):
        return fault
    if _purpose(signature) != NAMESPACE.encode():
        return f"it was not made for {NAMESPACE}"
    with tempfile.TemporaryDirectory() as place:
        signers, signed = Path(place) / SIGNERS, Path(place) / "signature"
        signers.write_bytes(allowed_signers)
        signed.write_bytes(signature)
        done = _ssh_keygen("-Y", "find-principals", "-s", str(signed), "-f", str(signers))
    known = done.returncode == 0 and SIGNER.encode() in done.stdout.splitlines()
    return None if known else "its key is not among the allowed signers"
