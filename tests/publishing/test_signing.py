"""Signatures hold for exactly one content, key and purpose; keys stay where they are."""

import os
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.layout import NAMESPACE
from flows.publishing.signing import SigningError, allowed_signers_line, sign, verify_signature
from flows.verification.seals import signer_problems

CONTENT = b"0000  data/models.csv\n"
PASSPHRASE = "correct horse battery"


def make_key(path: Path, passphrase: str = "", kind: str = "ed25519") -> Path:
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "a comment", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(autouse=True)
def no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path / "key")


@pytest.fixture
def allowed(key: Path) -> bytes:
    return f"{allowed_signers_line(key)}\n".encode()


def secrets(key: Path) -> list[str]:
    """The lines of a private key, all of which are secret but the first and the last."""
    return key.read_text().splitlines()[1:-1]


def chain(error: BaseException | None) -> str:
    """Everything that an exception and those behind it say."""
    said = ""
    while error is not None:
        said += f"{error!s} {error!r} {vars(error)} "
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_signature_holds_for_its_content(tmp_path: Path, kind: str) -> None:
    key = make_key(tmp_path / "of a kind", kind=kind)
    allowed = f"{allowed_signers_line(key)}\n".encode()
    assert verify_signature(CONTENT, sign(CONTENT, key), allowed) is None


def with_an_unused_bit(text: bytes) -> bytes:
    """The same bytes in base64, but for a bit of the digit before the padding that counts for nothing."""
    digit = text.index(b"=") - 1
    return text[:digit] + bytes([text[digit] + 1]) + text[digit + 1 :]


def test_the_base64_of_a_key_has_one_form(tmp_path: Path) -> None:
    encoded = allowed_signers_line(make_key(tmp_path / "padded", kind="ecdsa")).encode()
    start, key = encoded[: encoded.rindex(b" ") + 1], encoded[encoded.rindex(b" ") + 1 :]
    other = with_an_unused_bit(key)
    assert b64decode(other) == b64decode(key)
    assert signer_problems(start + key + b"\n") == []
    assert len(signer_problems(start + other + b"\n")) == 1


def test_the_base64_of_a_signature_has_one_form(tmp_path: Path) -> None:
    key = make_key(tmp_path / "padded", kind="rsa")
    allowed = f"{allowed_signers_line(key)}\n".encode()
    other = with_an_unused_bit(sign(CONTENT, key))
    assert "not in the canonical form" in str(verify_signature(CONTENT, other, allowed))


def test_the_same_content_and_key_give_the_same_signature(key: Path) -> None:
    assert sign(CONTENT, key) == sign(CONTENT, key)


def test_a_public_key_signs_with_the_private_key_beside_it(key: Path, allowed: bytes) -> None:
    public = key.with_name("key.pub")
    assert allowed_signers_line(public) == allowed_signers_line(key)
    assert verify_signature(CONTENT, sign(CONTENT, public), allowed) is None


def test_the_line_names_signer_purpose_and_public_key_alone(key: Path) -> None:
    kind, encoded, _ = key.with_name("key.pub").read_text().split(" ", 2)
    assert allowed_signers_line(key) == f'kiban namespaces="kiban.release" {kind} {encoded}'


def test_changed_content_is_refused(key: Path, allowed: bytes) -> None:
    signature = sign(CONTENT, key)
    assert verify_signature(CONTENT + b" ", signature, allowed) == "it does not belong to this content"
    assert verify_signature(b"", signature, allowed) == "it does not belong to this content"


def test_the_key_of_somebody_else_is_refused(tmp_path: Path, allowed: bytes) -> None:
    signature = sign(CONTENT, make_key(tmp_path / "other"))
    assert verify_signature(CONTENT, signature, allowed) == "its key is not among the allowed signers"
    assert verify_signature(CONTENT, signature, b"") is not None


def test_a_signature_for_another_purpose_is_refused(key: Path, allowed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", "git", path], check=True, capture_output=True)
    signature = path.with_name("file.sig").read_bytes()
    assert verify_signature(CONTENT, signature, allowed) == f"it was not made for {NAMESPACE}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.rstrip(b"\n"),
        lambda text: text + b"\n",
        lambda text: b"\n" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\n\n", 2),
        lambda text: (
            text.replace(b"\n", b"").replace(b"URE-----", b"URE-----\n", 1).replace(b"-----END", b"\n-----END")
        ),
        lambda text: text + text,
        lambda text: text[:100],
        lambda text: b"",
    ],
)
def test_a_signature_file_that_is_written_otherwise_is_refused(key: Path, allowed: bytes, spoil: object) -> None:
    signature = sign(CONTENT, key)
    assert callable(spoil)
    assert verify_signature(CONTENT, spoil(signature), allowed) is not None


def bits_to_flip(signature: bytes) -> Iterator[int]:
    """Two bits of each byte: one after the other, and that of the case of letters; all of those at the borders of lines.

    At a border stand what begins and ends the file, the padding, and the magic word of what is encoded.
    """
    for place in range(len(signature)):
        near = signature[max(0, place - 2) : place + 3]
        every = len(near) < 5 or b"\n" in near or b"=" in near
        yield from (place * 8 + bit for bit in (range(8) if every else sorted({place % 8, 5})))


def test_a_flipped_bit_anywhere_in_a_signature_file_is_refused(key: Path, allowed: bytes) -> None:
    signature = sign(CONTENT, key)

    def holds(bit: int) -> bool:
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        return verify_signature(CONTENT, bytes(flipped), allowed) is None

    with ThreadPoolExecutor(max_workers=4) as pool:
        bits = list(bits_to_flip(signature))
        unseen = [bit for bit, good in zip(bits, pool.map(holds, bits), strict=True) if good]
    assert unseen == []


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    return make_key(tmp_path / "locked", PASSPHRASE)


def test_a_key_with_a_passphrase_is_refused_without_asking(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, program = tmp_path / "asked", tmp_path / "askpass"
    program.write_text(f"#!/bin/sh\ntouch {asked}\necho '{PASSPHRASE}'\n")
    program.chmod(0o755)
    for name, value in {"SSH_ASKPASS": str(program), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SigningError, match=r"needs a passphrase, and nobody is asked here.*ssh-add"):
        sign(CONTENT, locked)
    assert not asked.exists()


def test_a_passphrase_in_the_content_does_not_unlock_a_key(locked: Path) -> None:
    with pytest.raises(SigningError, match="needs a passphrase"):
        sign(f"{PASSPHRASE}\n".encode(), locked)


def test_the_line_of_a_locked_key_is_that_of_the_public_key_beside_it(locked: Path) -> None:
    public = locked.with_name("locked.pub")
    assert allowed_signers_line(locked) == allowed_signers_line(public)


def test_a_locked_key_signs_through_an_agent(key: Path, allowed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = key.with_name("agent")
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", str(key)], check=True, capture_output=True)
        subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", PASSPHRASE, "-f", key], check=True)
        assert verify_signature(CONTENT, sign(CONTENT, key), allowed) is None
        key.unlink()
        assert verify_signature(CONTENT, sign(CONTENT, key.with_name("key.pub")), allowed) is None
    finally:
        agent.terminate()
        agent.wait(10)


def test_a_public_key_that_no_agent_holds_is_refused(key: Path) -> None:
    key.unlink()
    with pytest.raises(SigningError, match=r"no agent that answers holds its private key; ssh-add"):
        sign(CONTENT, key.with_name("key.pub"))


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    for use in (lambda key: sign(CONTENT, key), allowed_signers_line):
        with pytest.raises(SigningError, match="nowhere is no file; give the path of a private key"):
            use(tmp_path / "nowhere")


def test_a_key_that_others_can_read_is_refused_with_the_remedy(key: Path) -> None:
    key.chmod(0o644)
    with pytest.raises(SigningError, match=r"can be read by others.*chmod 600"):
        sign(CONTENT, key)


@pytest.mark.parametrize("name", ["no-key", "no-key.pub"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("ssh-ed25519 not a key at all\n")
    path.chmod(0o600)
    for use in (lambda key: sign(CONTENT, key), allowed_signers_line):
        with pytest.raises(SigningError, match=r"is no (private|public) key"):
            use(path)


def test_a_machine_without_ssh_keygen_is_told_so(key: Path, allowed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = sign(CONTENT, key)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(SigningError, match="no ssh-keygen on PATH"):
        sign(CONTENT, key)
    with pytest.raises(SigningError, match="no ssh-keygen on PATH"):
        verify_signature(CONTENT, signature, allowed)


def test_no_error_holds_any_of_a_key(key: Path, locked: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_text(key.read_text().replace(secrets(key)[1], secrets(key)[1][::-1]))
    damaged.chmod(0o600)
    pasted = Path(key.read_text())  # the key itself in place of its path
    open_to_all = make_key(tmp_path / "open")
    open_to_all.chmod(0o644)
    known = [*secrets(key), *secrets(locked), *secrets(open_to_all)]
    for bad in (damaged, locked, pasted, open_to_all, Path("x" * 5_000)):
        with pytest.raises(SigningError) as caught:
            sign(CONTENT, bad)
        said = chain(caught.value)
        assert not [line for line in known if line in said]


def test_signing_leaves_nothing_beside_the_key(key: Path) -> None:
    before = sorted(key.parent.iterdir())
    sign(CONTENT, key)
    allowed_signers_line(key)
    assert sorted(key.parent.iterdir()) == before
