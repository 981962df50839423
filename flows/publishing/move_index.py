"""Moving the index of a store, and what goes with it: signatures, and the files beside it."""

from pathlib import Path

from flows.canonical import digest
from flows.errors import UserError
from flows.layout import INDEX, SIGNERS, signature_path
from flows.publishing.catalogue import files_beside
from flows.publishing.index import MAX_INDEX, Entry, index_bytes, latest, read_index
from flows.publishing.signing import allowed_signers_line, sign
from flows.stores.folder import FolderStore
from flows.stores.store import Store


class PublishError(UserError):
    """A release was refused; nothing was published and nothing published was touched."""


def entries_in(store: Store) -> tuple[list[Entry], str | None]:
    """Entries of a store's index, and the mark that a swap of it needs."""
    found = store.read_tagged(INDEX, MAX_INDEX)
    return read_index(found.content, store.place).releases, found.tag


def latest_version(folder: Path) -> str | None:
    """The newest version in a folder of releases that is not yanked; None if there is none."""
    return latest(entries_in(FolderStore(folder))[0]) if folder.is_dir() else None


def may_sign(store: Store, key: Path | None) -> None:
    """Raise PublishError if the store's releases are signed and this one would not be, or by a stranger."""
    signers = store.read(SIGNERS, MAX_INDEX)
    if signers is None:
        return
    if key is None:
        raise PublishError(f"releases in {store.place} are signed; sign this one too: --sign KEY")
    line = allowed_signers_line(key)
    if line not in signers.decode("utf-8", "replace").splitlines():
        raise PublishError(
            f"the key {key} is none of those in {SIGNERS} of {store.place}; add its line there first:\n{line}"
        )


def move_index(store: Store, entries: list[Entry], tag: str | None, key: Path | None) -> bool:
    """Move the index to `entries` if it is still the one with this mark; False if it is not.

    Its serial is one above that of the index with this mark. Its signature lies under its hash before it moves, so no
    reader finds the one without the other.
    """
    before = store.read_tagged(INDEX, MAX_INDEX)
    if before.tag != tag:
        return False
    files = {name: digest(content) for name, content in files_beside(entries).items()}
    content = index_bytes(entries, files, read_index(before.content, store.place).serial + 1)
    if key is not None:
        store.create(SIGNERS, f"{allowed_signers_line(key)}\n".encode())
        store.create(signature_path(digest(content)), sign(content, key))
    return store.swap(INDEX, content, tag)


def settle(store: Store) -> None:
    """Bring the files beside the index in line with it, whoever moved it last."""
    while True:
        before = store.read_tagged(INDEX, MAX_INDEX)
        if before.content is None:
            return
        for name, content in files_beside(read_index(before.content, store.place).releases).items():
            old = store.read_tagged(name, MAX_INDEX)
            if old.content != content:
                store.swap(name, content, old.tag)
        if store.read_tagged(INDEX, MAX_INDEX).tag == before.tag:
            return
