"""Check of the index: what the root of a store says of itself and of the release."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from annotated_types import Predicate
from pydantic import BaseModel, Field, NonNegativeInt

from flows.canonical import to_json
from flows.errors import counted
from flows.layout import CATALOGUE, FEED, HUB_NAME, INDEX, MANIFEST, SUMS, is_hub, is_version, stone_path, version_key
from flows.verification.subject import NotRunError, Outcome, Root, Subject
from flows.verification.untrusted import JSON_LIMIT, SHA256, UnfitError, canonical, mapping, misfits

_Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
_Hash = Annotated[str, Field(pattern=f"^{SHA256.pattern}$")]
_Version = Annotated[str, Predicate(is_version)]


class _Erratum(BaseModel, strict=True, extra="forbid"):
    id: str
    table: str | None
    text: str
    text_ja: str
    corrected_in: _Version | None
    on: _Day


class _Release(BaseModel, strict=True, extra="forbid"):
    version: _Version
    state: Literal["published", "yanked"]
    as_of: _Day
    collected_until: _Day | None = None  # old releases do not say it
    schema_version: str
    previous: _Version | None
    signed: bool
    manifest: str
    manifest_sha256: _Hash
    sums_sha256: _Hash
    rows: dict[str, NonNegativeInt]
    errata: list[_Erratum]


class _Yanked(_Release):
    reason: str
    yanked_on: _Day


class _Index(BaseModel, strict=True, extra="forbid"):
    name: Literal["kiban", "kiban-hub"]
    serial: NonNegativeInt = 0  # old indexes have none
    latest: str | None
    files: dict[str, str]
    releases: list[dict[str, object]]


def entry_problems(entry: Mapping[str, object]) -> Iterator[str]:
    """What keeps an entry of the index from being of the known shape."""
    version = str(entry.get("version"))[:40]
    place = f"releases.json: {version}"
    yield from misfits(_Yanked if entry.get("state") == "yanked" else _Release, entry, place)
    if entry.get("manifest") != f"{version}/release.json":
        yield f"{place}: manifest: is not {version}/release.json"


def _serial(root: Root) -> int:
    """How many indexes were written to the store, this one included; 0 if it does not say so in a number."""
    serial = root.index.get("serial", 0)
    return serial if type(serial) is int else 0


def _index_problems(root: Root) -> Iterator[str]:
    yield from canonical(root.index_bytes, root.index, INDEX)
    yield from misfits(_Index, root.index, INDEX)
    serial = _serial(root)
    if root.not_before is not None and serial < root.not_before:
        yield f"releases.json: serial: is {serial}, below {root.not_before}: an older index, put back or not yet replaced"
    for entry in root.entries:
        yield from entry_problems(entry)
        rows, name = entry.get("rows"), root.index.get("name")
        if isinstance(rows, dict) and is_hub(rows) != (name == HUB_NAME):
            yield f"releases.json: {str(entry.get('version'))[:40]}: rows: are not those of a release of {str(name)[:40]}"
    versions = [str(entry.get("version")) for entry in root.entries]
    if not all(is_version(version) for version in versions):
        return
    if versions != sorted(set(versions), key=version_key):
        yield "releases.json: releases: are not in the order of their versions, each once"
    if [entry.get("previous") for entry in root.entries] != [None, *versions[:-1]][: len(versions)]:
        yield "releases.json: previous: each release does not follow the one before it"
    standing = [str(entry.get("version")) for entry in root.entries if entry.get("state") == "published"]
    if root.index.get("latest") != (standing[-1] if standing else None):
        yield "releases.json: latest: is not the newest version that is not yanked"


def _beside(root: Root) -> Iterator[str]:
    files = mapping(root.index.get("files"), "releases.json: files")
    for path in (CATALOGUE, FEED):
        if path not in files and root.index.get("name") != HUB_NAME:
            yield f"releases.json: files: {path} is missing"
    for path, digest in files.items():
        if not re.fullmatch(r"[a-z_]+(\.[a-z]+)?", path):
            yield f"releases.json: files: {path[:80]!r} is no name of a file in the root"
            continue
        content = root.read(path, JSON_LIMIT)
        if content is None:
            yield f"{path}: is missing"
        elif hashlib.sha256(content).hexdigest() != digest:
            yield f"{path}: does not have the SHA-256 that releases.json names"
    for entry in root.entries:
        if entry.get("state") == "yanked" and is_version(str(entry.get("version"))):
            path = stone_path(str(entry["version"]))
            said = {"version": entry["version"], "reason": entry.get("reason"), "on": entry.get("yanked_on")}
            if root.read(path, JSON_LIMIT) != to_json(said).encode("utf-8"):
                yield f"{path}: is missing, or does not say what releases.json says"
        elif is_version(str(entry.get("version"))):
            path = stone_path(str(entry["version"]))
            if root.read(path, JSON_LIMIT) is not None:
                yield f"{path}: lies there, though releases.json says that the release is not yanked"


def of_store(root: Root) -> Outcome:
    """The index is well formed, and the files beside it are those it names."""
    seen = f"{counted(len(root.entries), 'release')}, latest {root.index.get('latest')}, serial {_serial(root)}"
    return Outcome(seen, [*_index_problems(root), *_beside(root)])


def _release(subject: Subject, entry: Mapping[str, object]) -> Iterator[str]:
    for path, key in ((MANIFEST, "manifest_sha256"), (SUMS, "sums_sha256")):
        try:
            if subject.digest(path) != entry.get(key):
                yield f"{path}: does not have the SHA-256 that the index names"
        except UnfitError as error:
            yield str(error)
    if subject.root is not None and subject.manifest.get("name") != subject.root.index.get("name"):
        yield "release.json: name: is not that of releases.json"
    for key in ("version", "as_of", "collected_until", "schema_version", "previous"):
        if subject.manifest.get(key) != entry.get(key):
            yield f"releases.json: {key}: is not that of release.json"
    tables = mapping(subject.manifest.get("tables"), "release.json: tables")
    rows = {name: mapping(table, "release.json: tables").get("rows") for name, table in tables.items()}
    if rows != entry.get("rows"):
        yield "releases.json: rows: are not those of release.json"


def index(subject: Subject) -> Outcome:
    """The index is well formed and names this very release; the files beside it are those it names."""
    if subject.root is None and subject.entry is None:
        raise NotRunError("no index here: a folder of one release alone")
    problems: list[str] = []
    seen = "the index's entry"
    if subject.root is not None:
        of_root = of_store(subject.root)
        seen, problems = of_root.detail, [*of_root.problems]
    entry = subject.entry
    if entry is None:
        return Outcome(seen, [*problems, "releases.json: does not name this release"])
    problems += _release(subject, entry)
    if entry.get("state") == "yanked":
        seen += f"; this one is yanked: {entry.get('reason')}"
    errata = entry.get("errata")
    for erratum in errata if isinstance(errata, list) else []:
        if isinstance(erratum, dict):
            seen += f"; erratum {erratum.get('id')}: {erratum.get('text')}"
    return Outcome(seen, problems)
