"""Check of the index: what the root of a store says of itself and of the release."""

import hashlib
import re
from collections.abc import Iterator, Mapping

from flows.canonical import to_json
from flows.layout import CATALOGUE, FEED, INDEX, MANIFEST, SUMS, is_version, version_key
from flows.verification.subject import NotRunError, Outcome, Root, Subject
from flows.verification.untrusted import JSON_LIMIT, SHA256, UnfitError, canonical, items, mapping, text

_KEYS = {
    "version",
    "state",
    "as_of",
    "schema_version",
    "previous",
    "signed",
    "manifest",
    "manifest_sha256",
    "sums_sha256",
    "rows",
    "errata",
}
_YANKED = {"reason", "yanked_on"}
_ERRATUM = {"id", "table", "text", "text_ja", "corrected_in", "on"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def _is_rows(value: object) -> bool:
    return isinstance(value, dict) and all(type(count) is int and count >= 0 for count in value.values())


def _is_version_or_none(value: object) -> bool:
    return value is None or (isinstance(value, str) and is_version(value))


_SHAPES = {
    "version": lambda value: value is not None and _is_version_or_none(value),
    "state": lambda value: value in ("published", "yanked"),
    "as_of": _is_day,
    "schema_version": _is_text,
    "previous": _is_version_or_none,
    "signed": lambda value: isinstance(value, bool),
    "manifest_sha256": _is_hash,
    "sums_sha256": _is_hash,
    "rows": _is_rows,
    "reason": _is_text,
    "yanked_on": _is_day,
    "id": _is_text,
    "table": lambda value: value is None or _is_text(value),
    "text": _is_text,
    "text_ja": _is_text,
    "corrected_in": _is_version_or_none,
    "on": _is_day,
}


def _shape(entry: Mapping[str, object], expected: set[str], place: str) -> Iterator[str]:
    for key in sorted(expected ^ set(entry)):
        yield f"{place}: {key}: {'is missing' if key in expected else 'is not known'}"
    for key in sorted(expected & set(entry) & set(_SHAPES)):
        if not _SHAPES[key](entry[key]):
            yield f"{place}: {key}: {str(entry[key])[:80]!r} cannot be"


def entry_problems(entry: Mapping[str, object]) -> Iterator[str]:
    """What keeps an entry of the index from being of the known shape. Raises UnfitError as it stops being readable."""
    version = str(entry.get("version"))
    place = f"releases.json: {version[:40]}"
    yield from _shape(entry, _KEYS | (_YANKED if entry.get("state") == "yanked" else set()), place)
    if entry.get("manifest") != f"{version}/release.json":
        yield f"{place}: manifest: is not {version[:40]}/release.json"
    for erratum in items(entry.get("errata"), f"{place}: errata"):
        yield from _shape(mapping(erratum, f"{place}: errata"), _ERRATUM, f"{place}: errata")


def _index_problems(root: Root, entries: list[Mapping[str, object]]) -> Iterator[str]:
    index = root.index
    yield from canonical(root.index_bytes, index, INDEX)
    for key in sorted({"name", "latest", "files", "releases"} ^ set(index)):
        yield f"releases.json: {key}: is missing or not known"
    if index.get("name") != "kiban":
        yield "releases.json: name: is not kiban"
    for entry in entries:
        yield from entry_problems(entry)
    versions = [text(entry.get("version"), "releases.json: version") for entry in entries]
    if not all(is_version(version) for version in versions):
        return
    if versions != sorted(set(versions), key=version_key):
        yield "releases.json: releases: are not in the order of their versions, each once"
    if [entry.get("previous") for entry in entries] != [None, *versions[:-1]][: len(versions)]:
        yield "releases.json: previous: each release does not follow the one before it"
    standing = [str(entry.get("version")) for entry in entries if entry.get("state") == "published"]
    if index.get("latest") != (standing[-1] if standing else None):
        yield "releases.json: latest: is not the newest version that is not yanked"


def _beside(root: Root, entries: list[Mapping[str, object]]) -> Iterator[str]:
    files = mapping(root.index.get("files"), "releases.json: files")
    for path in (CATALOGUE, FEED):
        if path not in files:
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
    for entry in entries:
        if entry.get("state") == "yanked" and is_version(str(entry.get("version"))):
            path = f"yanked/{entry['version']}.json"
            said = {"version": entry["version"], "reason": entry.get("reason"), "on": entry.get("yanked_on")}
            if root.read(path, JSON_LIMIT) != to_json(said).encode("utf-8"):
                yield f"{path}: is missing, or does not say what releases.json says"


def _release(subject: Subject, entry: Mapping[str, object]) -> Iterator[str]:
    for path, key in ((MANIFEST, "manifest_sha256"), (SUMS, "sums_sha256")):
        try:
            if subject.digest(path) != entry.get(key):
                yield f"{path}: does not have the SHA-256 that the index names"
        except UnfitError as error:
            yield str(error)
    for key in ("version", "as_of", "schema_version", "previous"):
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
        entries = [
            mapping(item, "releases.json: releases")
            for item in items(subject.root.index.get("releases"), "releases.json: releases")
        ]
        seen = f"{len(entries)} releases, latest {subject.root.index.get('latest')}"
        problems += _index_problems(subject.root, entries)
        problems += _beside(subject.root, entries)
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
