"""Checks of bytes: the list of checksums, the manifest and the signatures."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.parquet as pq

from flows.canonical import digest
from flows.errors import counted
from flows.layout import MANIFEST, SIGNERS, SUMS, SUMS_SIGNATURE, UNLISTED, signature_path
from flows.publishing.signing import MAX_SIGNATURE, check_signature
from flows.verification.subject import NotRunError, Outcome, Root, Subject, check_size
from flows.verification.untrusted import PLAIN_PATH, SHA256, UnfitError, canonical, inside, mapping, read

_SIGNER = re.compile(rb'kiban namespaces="kiban\.release" ([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})')


def _sum_lines(content: bytes) -> Iterator[tuple[str, str]]:
    """Hash and path of each line. Raises UnfitError at the first line that is none."""
    text = content.decode("utf-8", "replace")
    if not text.endswith("\n"):
        raise UnfitError(f"{SUMS}: does not end with a line's end")
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        digest, separator, path = line[:64], line[64:66], line[66:]
        if not SHA256.fullmatch(digest) or separator != "  " or not PLAIN_PATH.fullmatch(path):
            raise UnfitError(f"{SUMS}: line {number} is not a SHA-256, two spaces and a plain path")
        yield digest, path


def checksums(subject: Subject) -> Outcome:
    """Every file has the hash that SHA256SUMS names; none is missing, unlisted or a link."""
    lines = list(_sum_lines(read(subject.release, SUMS)))
    paths = [path for _, path in lines]
    problems = [f"{path}: is neither a file nor a folder" for path in subject.listing[1]]
    folders = (path for path in sorted(subject.release.rglob("*")) if path.is_dir() and not path.is_symlink())
    problems += [
        f"{path.relative_to(subject.release).as_posix()}: is an empty folder"
        for path in folders
        if not any(path.iterdir())
    ]
    if paths != sorted(set(paths)):
        problems.append(f"{SUMS}: lines are not in the order of paths, each once")
    problems += [
        f"{path}: is not listed in {SUMS}" for path in subject.files if path not in {*paths, SUMS, SUMS_SIGNATURE}
    ]
    for sha256, path in lines:
        try:
            if subject.digest(path) != sha256:
                problems.append(f"{path}: does not have its SHA-256")
        except UnfitError as error:
            problems.append(str(error))
    return Outcome(counted(len(lines), "file"), problems)


def _listed(subject: Subject) -> Iterator[str]:
    files = mapping(subject.manifest.get("files"), "release.json: files")
    for path in sorted(set(subject.files) - set(files) - {*UNLISTED}):
        yield f"{path}: is not listed in release.json"
    for path, entry in sorted(files.items()):
        try:
            found = {"bytes": inside(subject.release, path).stat().st_size, "sha256": subject.digest(path)}
        except UnfitError as error:
            yield str(error)
            continue
        if entry != found:
            yield f"{path}: does not have the bytes and SHA-256 that release.json names"


def _rows(subject: Subject) -> Iterator[str]:
    for name, entry in mapping(subject.manifest.get("tables"), "release.json: tables").items():
        paths = subject.files_of(name)
        try:
            places = [inside(subject.release, path) for path in paths]
            for place, path in zip(places, paths, strict=True):
                check_size(place, path)
        except UnfitError as error:
            yield str(error)
            continue
        rows = sum(pq.read_metadata(place).num_rows for place in places)
        if mapping(entry, f"release.json: tables: {name}").get("rows") != rows:
            what = paths[0] if len(paths) == 1 else f"{paths[0]} and those that follow"
            yield f"{what}: has {counted(rows, 'row')}, not as many as release.json names"


def manifest(subject: Subject) -> Outcome:
    """release.json names every file with its bytes and hash, and each table's rows."""
    body = subject.manifest
    problems = canonical(read(subject.release, MANIFEST), body, MANIFEST)
    if subject.version is not None and body.get("version") != subject.version:
        problems.append(f"release.json: version: is not {subject.version}")
    problems += _listed(subject)
    problems += _rows(subject)
    files, tables = body.get("files"), body.get("tables")
    count = len(files) if isinstance(files, dict) else 0
    return Outcome(
        f"{counted(count, 'file')}, {counted(len(tables) if isinstance(tables, dict) else 0, 'table')}", problems
    )


def signer_problems(content: bytes) -> list[str]:
    """Problems of a store's `allowed_signers`: anything but the one way in which publishers write it."""
    problems = []
    lines = content.split(b"\n")
    if lines.pop() != b"" or not lines:
        problems.append("allowed_signers: does not consist of whole lines")
    for number, line in enumerate(lines, start=1):
        found = _SIGNER.fullmatch(line)
        try:
            key = base64.b64decode(found[2], validate=True) if found else b""
        except binascii.Error:
            key = b""
        length = int.from_bytes(key[:4], "big")
        if not found or base64.b64encode(key) != found[2] or key[4 : 4 + length] != found[1]:
            problems.append(
                f'allowed_signers: line {number} is not: kiban namespaces="kiban.release", kind of key, key'
            )
    return problems


def _sums_signature(subject: Subject) -> bytes | None:
    if SUMS_SIGNATURE not in subject.files:
        return None
    return read(subject.release, SUMS_SIGNATURE, MAX_SIGNATURE)


@dataclass(frozen=True)
class _Signed:
    """Something that may be signed: its content, where its signature lies, that signature, what it means if it lacks."""

    content: bytes
    place: str
    signature: bytes | None
    lacking: str


def _of_release(subject: Subject) -> _Signed:
    return _Signed(read(subject.release, SUMS), SUMS_SIGNATURE, _sums_signature(subject), "nobody signed this release")


def _of_index(root: Root) -> _Signed:
    place = signature_path(digest(root.index_bytes))
    return _Signed(root.index_bytes, place, root.read(place, MAX_SIGNATURE), "the index is not signed")


def _signer(signed: _Signed, signers: bytes) -> tuple[str | None, list[str]]:
    """Who signed it, or what is wrong with that."""

    if signed.signature is None:
        return None, [f"{signed.place}: is missing: {signed.lacking}"]
    checked = check_signature(signed.content, signed.signature, signers)
    return checked.signer, [] if checked.fault is None else [f"{signed.place}: {checked.fault}"]


def signature(subject: Subject) -> Outcome:
    """The release and the index are each signed, by one of the reader's own signers or of the store's.

    That the index names a release is not enough: it says what its publisher found in the store.
    """
    root, entry = subject.root, subject.entry or {}
    release = _of_release(subject)
    index = _of_index(root) if root is not None else None
    stored = root.read(SIGNERS, MAX_SIGNATURE) if root is not None else None
    problems = signer_problems(stored) if stored is not None else []
    signers = subject.signers if subject.signers is not None else stored
    promised = entry.get("signed") is True
    if signers is None:
        if release.signature is None and (index is None or index.signature is None) and not promised:
            raise NotRunError("not signed")
        remedy = "get the publisher's allowed_signers by another way and give it with --allowed-signers"
        return Outcome("no allowed signers", [f"allowed_signers: is missing; {remedy}"])
    if entry and release.signature is not None and not promised:
        problems.append(f"{SUMS_SIGNATURE}: the index says that this release is not signed")
    signer, wrong = _signer(release, signers)
    problems += wrong
    said = f"this release by {signer or 'nobody allowed'}"
    if index is not None:
        signer, wrong = _signer(index, signers)
        problems += wrong
        said += f", releases.json by {signer or 'nobody allowed'}"
    whose = (
        "your allowed signers"
        if subject.signers is not None
        else "the store's own allowed_signers: shows only that nothing changed since it was signed"
    )
    return Outcome(f"{said}, of {whose}", problems)
