"""Pinning: whom a copy of a store trusts is decided once, at its first use, and an older index is seen to be older.

The signers that were pinned lie in the copy as its own `allowed_signers`, and its own index is what it saw last, so
there is no other file that could contradict them.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flows.canonical import digest
from flows.errors import UserError
from flows.layout import INDEX, SIGNERS, signature_path
from flows.publishing.index import Index
from flows.publishing.signing import MAX_SIGNATURE, verify_signature
from flows.stores.folder import FolderStore
from flows.stores.store import Reader, StoreError

# the binary form of every SSH key begins with the length of a short text: three zero bytes, four letters in base64
_KEY = re.compile(rb"[ \t](AAAA(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(?!\S)")


@dataclass(frozen=True)
class Trust:
    """Whom a copy goes by, beside those that it pinned.

    `own` is the content of the reader's own file of signers, which the store's must equal; `accept` pins the store's in
    place of those that were pinned.
    """

    own: bytes | None = None
    accept: bool = False


#: the store's own signers, whoever they are, or those that the run before pinned
FIRST_USE = Trust()


def _lines(signers: bytes) -> set[bytes]:
    """What counts in a list of signers: its lines but for comments and empty ones, in whatever order."""
    return {line.strip() for line in signers.splitlines() if line.strip() and not line.lstrip().startswith(b"#")}


def fingerprints(signers: bytes) -> str:
    """Fingerprints of the keys in a list of signers, as `ssh-keygen -l` shows them, in one line."""
    found = []
    for encoded in sorted(key for line in _lines(signers) for key in _KEY.findall(line)):
        blob = base64.b64decode(encoded)
        found.append(f"SHA256:{base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')}")
    return ", ".join(found) or "no key"


def read_signers(path: Path | None) -> bytes | None:
    """Content of a reader's own file of signers; None if none is given. Raises UserError if it cannot be read."""
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; give a file of allowed signers") from error


def _trusted(place: str, offered: bytes | None, pinned: bytes | None, promised: bool, trust: Trust) -> bytes | None:
    """The signers that a copy of the store at `place` goes by; None if the store is not signed and never was.

    `offered` are the store's, `pinned` those of the run before; `promised` says if the index calls a release signed.
    """
    before = trust.own if trust.own is not None else pinned
    if offered is None:
        if before is None and not promised:
            return None
        known = (
            f"expected is {fingerprints(before)}" if before is not None else f"although {INDEX} names signed releases"
        )
        raise StoreError(
            f"{place} has no {SIGNERS}, or no longer: {known}; nothing was written: ask its publishers why, and if it "
            "is right that nothing is signed there, copy it into another folder"
        )
    if trust.own is not None and _lines(trust.own) != _lines(offered):
        raise StoreError(
            f"{place}: {SIGNERS} has {fingerprints(offered)}, your own file has {fingerprints(trust.own)}; "
            "nothing was written: ask its publishers, by another way, which is right"
        )
    if pinned is not None and _lines(pinned) != _lines(offered) and not trust.accept:
        raise StoreError(
            f"{place}: {SIGNERS} has {fingerprints(offered)}, pinned here is {fingerprints(pinned)}; nothing was "
            "written: ask its publishers, by another way, and if they changed it run this with --accept-signers"
        )
    return offered


def not_older(old: Index, new: Index, place: str) -> None:
    """Raise StoreError if an index at `place` was written before the one that was copied from it, or instead of it.

    Indexes that do not count themselves (serial 0) say nothing of their order among each other.
    """
    if new.serial < old.serial:
        raise StoreError(
            f"{place}: {INDEX} is an older index: its serial is {new.serial}, {old.serial} was copied before; nothing was "
            "written: somebody put it back, or the place lags behind: try again later, or ask its publishers"
        )
    if new.serial == old.serial > 0:
        raise StoreError(
            f"{place}: {INDEX} is another index than the one that was copied, of the same serial {new.serial}; nothing was "
            "written: one of them was not published in its turn: ask its publishers what happened"
        )


def _signed(reader: Reader, content: bytes, signers: bytes) -> tuple[str, bytes]:
    """Name and content of the signature of an index. Raises StoreError if it is missing, or by none of the signers."""
    name = signature_path(digest(content))
    signature = reader.read(name, MAX_SIGNATURE)
    reason = "it is missing" if signature is None else verify_signature(content, signature, signers)
    if signature is None or reason is not None:
        raise StoreError(
            f"{reader.place}: {name}: {reason}, so nobody in {SIGNERS} ({fingerprints(signers)}) vouches for its "
            f"{INDEX}; nothing was written: ask its publishers what happened"
        )
    return name, signature


def pin(
    reader: Reader, store: FolderStore, content: bytes, index: Index, trust: Trust
) -> tuple[dict[str, bytes], bytes | None]:
    """Decide who vouches for an index that is copied from `reader` to `store`, and pin them there.

    Returns the signature of the index by the name of its file, and the signers; none and None where nothing is signed.
    Raises StoreError, with nothing written, if those who were pinned, or are the reader's own, are no longer those of
    the store, or did not sign its index.
    """
    offered, pinned = (place.read(SIGNERS, MAX_SIGNATURE) for place in (reader, store))
    promised = any(entry.signed for entry in index.releases)
    signers = _trusted(reader.place, offered, pinned, promised, trust)
    if signers is None:
        return {}, None
    name, signature = _signed(reader, content, signers)
    if pinned != signers and not store.swap(SIGNERS, signers, store.read_tagged(SIGNERS, MAX_SIGNATURE).tag):
        raise StoreError(f"{store.place}: somebody else changed its {SIGNERS} meanwhile; run this again")
    return {name: signature}, signers
