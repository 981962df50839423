"""The index of a store, `releases.json`: every version and its state, oldest first. It alone moves.

Each release follows the one before it in the index, yanked or not, so its changes can be
applied one after another.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from flows.about import NAME
from flows.canonical import digest, to_json
from flows.errors import UserError
from flows.layout import INDEX, is_version, version_key

#: the largest index that is read, in bytes
MAX_INDEX = 64 * 2**20

_HASH = re.compile(r"[0-9a-f]{64}")


class IndexFormatError(UserError):
    """The index of a store is not what an index must be."""


@dataclass(frozen=True)
class Entry:
    """One release in the index. `errata` are its known faults, as the newest release lists them."""

    version: str
    as_of: str
    schema_version: str
    previous: str | None
    signed: bool
    manifest_sha256: str
    sums_sha256: str
    rows: dict[str, int]
    errata: list[dict[str, str | None]]
    state: Literal["published", "yanked"] = "published"
    reason: str | None = None
    yanked_on: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The entry as it stands in the index."""
        yanked = {} if self.state == "published" else {"reason": self.reason, "yanked_on": self.yanked_on}
        return {
            "version": self.version,
            "state": self.state,
            **yanked,
            "as_of": self.as_of,
            "schema_version": self.schema_version,
            "previous": self.previous,
            "signed": self.signed,
            "manifest": f"{self.version}/release.json",
            "manifest_sha256": self.manifest_sha256,
            "sums_sha256": self.sums_sha256,
            "rows": self.rows,
            "errata": self.errata,
        }


def entry_of(manifest: bytes, sums: bytes, signed: bool) -> Entry:
    """The entry of a release, from its `release.json` and `SHA256SUMS`."""
    body = json.loads(manifest)
    return Entry(
        version=body["version"],
        as_of=body["as_of"],
        schema_version=body["schema_version"],
        previous=body["previous"],
        signed=signed,
        manifest_sha256=digest(manifest),
        sums_sha256=digest(sums),
        rows={name: table["rows"] for name, table in body["tables"].items()},
        errata=[],
    )


def _entry(item: Mapping[str, object]) -> Entry:
    names = (
        "version",
        "as_of",
        "schema_version",
        "previous",
        "signed",
        "manifest_sha256",
        "sums_sha256",
        "rows",
        "errata",
    )
    given = {name: item[name] for name in names}
    optional = {name: item[name] for name in ("state", "reason", "yanked_on") if name in item}
    entry = Entry(**given, **optional)  # type: ignore[arg-type]  # checked right below
    hashes = (entry.manifest_sha256, entry.sums_sha256)
    texts = (entry.version, entry.as_of, entry.schema_version, *hashes)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a version, date or hash is no text")
    if not is_version(entry.version):
        raise ValueError(f"{entry.version!r} is no version")
    if not all(_HASH.fullmatch(text) for text in hashes):
        raise ValueError(f"{entry.version}: a hash is not 64 hexadecimal digits")
    date.fromisoformat(entry.as_of)
    if not isinstance(entry.signed, bool) or entry.state not in ("published", "yanked"):
        raise ValueError(f"{entry.version}: its state is neither published nor yanked, or signed is not true or false")
    if not isinstance(entry.rows, dict) or not isinstance(entry.errata, list):
        raise ValueError(f"{entry.version}: rows or errata are not what they must be")
    return entry


def read_index(content: bytes | None, place: str) -> list[Entry]:
    """Read the entries of an index; no entries if there is none.

    Raises IndexFormatError, naming `place`, if it is not an index whose entries each follow
    the one before.
    """
    if content is None:
        return []
    try:
        entries = [_entry(item) for item in json.loads(content)["releases"]]
        previous = None
        for entry in entries:
            if entry.previous != previous:
                raise ValueError(f"{entry.version} follows {entry.previous}, but stands after {previous}")
            if previous is not None and version_key(entry.version) <= version_key(previous):
                raise ValueError(f"{entry.version} stands after {previous}")
            previous = entry.version
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else error
        raise IndexFormatError(f"{INDEX} in {place} is no index of releases: {what}") from error
    return entries


def index_body(entries: Iterable[Entry], files: Mapping[str, str] | None = None) -> dict[str, object]:
    """The index as it is published; `files` are the SHA-256 of the files beside it that are made from it."""
    listed = list(entries)
    standing = [entry.version for entry in listed if entry.state == "published"]
    return {
        "name": NAME,
        "latest": standing[-1] if standing else None,
        "files": dict(files or {}),
        "releases": [entry.to_dict() for entry in listed],
    }


def index_bytes(body: Mapping[str, object]) -> bytes:
    """An index as bytes."""
    return to_json(body).encode("utf-8")


def with_errata(entries: Iterable[Entry], errata: Iterable[Mapping[str, str | None]]) -> list[Entry]:
    """Entries with the known faults that the newest release lists, each at the release that has it."""
    known: dict[str | None, list[dict[str, str | None]]] = {}
    for erratum in errata:
        rest = {name: value for name, value in erratum.items() if name != "version"}
        known.setdefault(erratum["version"], []).append(rest)
    return [replace(entry, errata=known.get(entry.version, [])) for entry in entries]


def find(entries: Iterable[Entry], version: str, place: str) -> Entry:
    """The entry of a version. Raises UserError if there is none."""
    listed = {entry.version: entry for entry in entries}
    if version not in listed:
        there = ", ".join(listed) or "none"
        raise UserError(f"there is no {version} in {place}; published are: {there}")
    return listed[version]
