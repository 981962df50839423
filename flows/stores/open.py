"""Opening a store or a reader by its address."""

import re
from pathlib import Path

from flows.stores.bucket import open_bucket
from flows.stores.folder import FolderStore
from flows.stores.store import Reader, Store, StoreError
from flows.stores.web import open_web

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://)?")
_SUPPORTED = "give a folder, s3://bucket/prefix, or (to read) https://… or http://…"


def _scheme(place: str) -> str | None:
    """Scheme of an address, None if it is a folder; a drive of Windows is no scheme."""
    match = _SCHEME.match(place)
    return match[1].lower() if match and len(match[1]) > 1 else None


def open_reader(place: str) -> Reader:
    """Reader of a folder, of `s3://bucket/prefix`, or of `https://…` or `http://…`.

    Raises StoreError if there is no such folder, or the address is none of these.
    """
    scheme = _scheme(place)
    if scheme in ("http", "https"):
        return open_web(place)
    store = open_store(place)
    if scheme is None and not Path(place).is_dir():
        raise StoreError(f"there is no folder {place}; {_SUPPORTED}")
    return store


def open_store(place: str) -> Store:
    """Store in a folder, which need not be there yet, or at `s3://bucket/prefix`.

    Raises StoreError if the address is none of these.
    """
    scheme = _scheme(place)
    if scheme == "s3":
        return open_bucket(place)
    if scheme in ("http", "https"):
        raise StoreError(f"{scheme}:// can only be read; publish to a folder or to s3://bucket/prefix")
    if scheme is not None or not place:
        raise StoreError(f"{scheme or 'nothing'}: is no place of releases that is known here; {_SUPPORTED}")
    return FolderStore(Path(place))
