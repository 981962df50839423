"""The index of a store, `releases.json`: every version and its state, oldest first. It alone moves.

Each release follows the one before it in the index, yanked or not, so its changes can be
applied one after another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, field, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from flows.about import NAME
from flows.canonical import digest, to_json
from flows.errors import UserError
from flows.layout import HUB_NAME, INDEX, MANIFEST, is_hub, is_version, version_key
from flows.release_files.reading import ReleaseFormatError, first_fault, read_manifest
from flows.stores.store import StoreError
from schemas.values import Version

#: the largest index that is read, in bytes
MAX_INDEX = 64 * 2**20


class IndexFormatError(StoreError):
    """The index of a store is not what an index must be."""


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _beside(name: str) -> str:
    if name == INDEX:
        raise ValueError("the index is no file beside itself")
    return name


_Day = Annotated[str, AfterValidator(_day)]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Beside = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z]+$"), AfterValidator(_beside)]
_Serial = Annotated[StrictInt, Field(ge=0)]
_FROZEN = ConfigDict(frozen=True)


@dataclass(config=_FROZEN)
class Erratum:
    """A known fault of a release."""

    id: str
    table: str | None
    text: str
    text_ja: str
    corrected_in: Version | None
    on: _Day


@dataclass(config=_FROZEN)
class Entry:
    """One release in the index. `errata` are its known faults, as the newest release lists them."""

    version: Version
    as_of: _Day
    schema_version: str
    previous: Version | None
    signed: StrictBool
    manifest_sha256: _Hash
    sums_sha256: _Hash
    rows: dict[str, StrictInt]
    errata: list[Erratum]
    collected_until: _Day | None = None
    state: Literal["published", "yanked"] = "published"
    reason: str | None = None
    yanked_on: _Day | None = None


@dataclass(config=_FROZEN)
class Index:
    """An index, its entries each following the one before.

    `files` are the SHA-256 of the files made from it; `serial` counts the indexes that were written to the store, this
    one included, and is 0 in those from before there was a count.
    """

    releases: list[Entry]
    files: dict[_Beside, _Hash] = field(default_factory=dict)
    serial: _Serial = 0

    def __post_init__(self) -> None:
        previous = None
        for entry in self.releases:
            if entry.previous != previous:
                raise ValueError(f"{entry.version} follows {entry.previous}, but stands after {previous}")
            if previous is not None and version_key(entry.version) <= version_key(previous):
                raise ValueError(f"{entry.version} stands after {previous}")
            previous = entry.version


def _wrong(error: ValidationError, place: str) -> IndexFormatError:
    return IndexFormatError(f"{place}: {INDEX}: {first_fault(error)}; it is no index of releases")


def read_index(content: bytes | None, place: str) -> Index:
    """Read an index; it has no entries if there is none. Raises IndexFormatError, naming `place`, if it is not one."""
    try:
        return Index([]) if content is None else TypeAdapter(Index).validate_json(content)
    except ValidationError as error:
        raise _wrong(error, place) from error


def read_entry(item: Mapping[str, object], place: str) -> Entry:
    """Read one entry of an index. Raises IndexFormatError, naming `place`, if it is not one."""
    try:
        return TypeAdapter(Entry).validate_python(item)
    except ValidationError as error:
        raise _wrong(error, place) from error


def entry_of(manifest: bytes, sums: bytes, signed: bool, place: str) -> Entry:
    """The entry of a release, from its `release.json` and `SHA256SUMS`.

    Raises UserError, naming `place`, if the former is not of the shape that releases have.
    """
    body = read_manifest(manifest, place)
    for key, label in (("version", body.version), ("previous", body.previous)):
        if label is not None and not is_version(label):
            raise ReleaseFormatError(
                f"{place}: {key}: {label} is no version; move the folder away, or put back its own"
            )
    described = body.model_dump(include={"version", "as_of", "collected_until", "schema_version", "previous"})
    hashes = {"manifest_sha256": digest(manifest), "sums_sha256": digest(sums)}
    rows = {name: table.rows for name, table in body.tables.items()}
    return read_entry({**described, **hashes, "signed": signed, "rows": rows, "errata": []}, place)


def latest(entries: Iterable[Entry]) -> str | None:
    """The newest version that is not yanked; None if there is none."""
    return next((entry.version for entry in reversed(list(entries)) if entry.state == "published"), None)


def _shown(entry: Entry) -> dict[str, object]:
    shown = asdict(entry) | {"manifest": f"{entry.version}/{MANIFEST}"}
    return shown if entry.state == "yanked" else {n: v for n, v in shown.items() if n not in ("reason", "yanked_on")}


def index_bytes(entries: list[Entry], files: Mapping[str, str], serial: int) -> bytes:
    """The index as it is published; `files` are the SHA-256 of the files beside it that are made from it."""
    releases = [_shown(entry) for entry in entries]
    name = HUB_NAME if entries and is_hub(entries[-1].rows) else NAME
    body = {"name": name, "serial": serial, "latest": latest(entries), "files": files, "releases": releases}
    return to_json(body).encode("utf-8")


def with_errata(entries: Iterable[Entry], manifest: bytes, place: str) -> list[Entry]:
    """Entries with the known faults that the newest release's manifest lists, each at the release that has it.

    Raises UserError, naming `place`, if the manifest is not of the shape that releases have.
    """
    known: dict[str, list[Erratum]] = {}
    for listed in read_manifest(manifest, place).errata:
        known.setdefault(listed.version, []).append(Erratum(**listed.model_dump(exclude={"version"})))
    return [replace(entry, errata=known.get(entry.version, [])) for entry in entries]


def find(entries: Iterable[Entry], version: str, place: str) -> Entry:
    """The entry of a version. Raises UserError if there is none."""
    listed = {entry.version: entry for entry in entries}
    if version not in listed:
        there = ", ".join(listed) or "none"
        raise UserError(f"there is no {version} in {place}; published are: {there}")
    return listed[version]
