"""Whose word counts when a store is written to: a key signs on only what it, or another allowed one, has signed.

The store itself can be written to by others, who have no key. So where there are allowed
signers, the index, each release and each tombstone count only with a signature by one of them.
"""

from dataclasses import dataclass
from pathlib import Path

from flows.canonical import digest
from flows.errors import UserError
from flows.layout import INDEX, SIGNERS, signature_path
from flows.publishing.index import MAX_INDEX, Entry, read_index
from flows.publishing.move_index import PublishError, move_index
from flows.publishing.signing import MAX_SIGNATURE, allowed_signers_line, sign, verify_signature
from flows.stores.store import Store


class UnvouchedError(UserError):
    """Nobody who is allowed signed something, or it says of itself what the store does not bear out."""


@dataclass(frozen=True)
class Publisher:
    """A store and who writes to it: `signers` are those whose signatures count, `key` is the writer's own.

    Both are None where nothing is signed.
    """

    store: Store
    key: Path | None
    signers: bytes | None


def publisher_of(store: Store, key: Path | None) -> Publisher:
    """Who writes to a store with a key; the first key there is its own signer."""
    signers = store.read(SIGNERS, MAX_SIGNATURE)
    if signers is None and key is not None:
        signers = f"{allowed_signers_line(key)}\n".encode()
    return Publisher(store, key, signers)


def vouched(by: Publisher, content: bytes, path: str) -> bool:
    """Whether what lies in the store is signed, at `path`, by one whose signature counts.

    False where nobody signs. Raises UnvouchedError if it is signed by nobody or by a stranger, or if it is signed where
    nobody can say by whom.
    """
    signature = by.store.read(path, MAX_SIGNATURE)
    if by.signers is None:
        if signature is not None:
            raise UnvouchedError(
                f"{path}: there is no {SIGNERS} to check it by; sign with the key that made it: --sign"
            )
        return False
    if signature is None:
        raise UnvouchedError(f"{path} is missing, and here only what is signed counts")
    if (fault := verify_signature(content, signature, by.signers)) is not None:
        raise UnvouchedError(f"{path}: {fault}")
    return True


def entries_to_extend(by: Publisher) -> tuple[list[Entry], str | None]:
    """Entries of the index that is to be followed by another one, and the mark that a swap of it needs.

    Raises PublishError if the store has signers and none of them signed its index, or has none though its releases are
    signed.
    """
    store = by.store
    found = store.read_tagged(INDEX, MAX_INDEX)
    entries = read_index(found.content, store.place).releases
    if found.content is None:
        return entries, found.tag
    if store.read(SIGNERS, MAX_SIGNATURE) is not None:
        try:
            vouched(by, found.content, signature_path(digest(found.content)))
        except UnvouchedError as error:
            raise PublishError(
                f"{store.place}: {INDEX} is not what an allowed signer published: {error}; nothing was signed or "
                f"written: put back the last one that was, with its signature, from a mirror"
            ) from error
    elif any(entry.signed for entry in entries):
        raise PublishError(
            f"{store.place}: {SIGNERS} is missing, though releases there are signed; put it back, from a mirror"
        )
    return entries, found.tag


def extend(by: Publisher, entries: list[Entry], tag: str | None) -> bool:
    """Move the index to `entries` if it is still the one with this mark; False if it is not.

    The first key of a store takes over what was published there unsigned: it signs that index before it stands among
    the signers, so that a run that is killed in between leaves nothing unsigned behind.
    """
    if by.key is not None and by.store.read(SIGNERS, MAX_SIGNATURE) is None:
        content = by.store.read(INDEX, MAX_INDEX)
        if content is not None:
            by.store.create(signature_path(digest(content)), sign(content, by.key))
    return move_index(by.store, entries, tag, by.key)
