"""Checks of bytes: the list of checksums, the manifest and the signatures."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

import pyarrow.parquet as pq

from flows.layout import MANIFEST, SIGNERS, SUMS, SUMS_SIGNATURE, UNLISTED, table_path
from flows.verification.subject import NotRunError, Outcome, Subject, check_size
from flows.verification.untrusted import PLAIN_PATH, SHA256, UnfitError, canonical, inside, mapping, read

#: files that no manifest can hold

_SIGNATURE_LIMIT = 64 * 1024
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
    if paths != sorted(set(paths)):
        problems.append(f"{SUMS}: lines are not in the order of paths, each once")
    problems += [
        f"{path}: is not listed in {SUMS}" for path in subject.files if path not in {*paths, SUMS, SUMS_SIGNATURE}
    ]
    for digest, path in lines:
        try:
            if subject.digest(path) != digest:
                problems.append(f"{path}: does not have its SHA-256")
        except UnfitError as error:
            problems.append(str(error))
    return Outcome(f"{len(lines)} files", problems)


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
        path = table_path(name, "parquet")
        try:
            place = inside(subject.release, path)
            check_size(place, path)
        except UnfitError as error:
            yield str(error)
            continue
        rows = pq.read_metadata(place).num_rows
        if mapping(entry, f"release.json: tables: {name}").get("rows") != rows:
            yield f"{path}: has {rows} rows, not as many as release.json names"


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
    return Outcome(f"{count} files, {len(tables) if isinstance(tables, dict) else 0} tables", problems)


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


def _verified(place: str, content: bytes, signature: bytes, signers: bytes) -> list[str]:
    from flows.publishing.signing import verify_signature

    reason = verify_signature(content, signature, signers)
    return [] if reason is None else [f"{place}: {reason}"]


def _sums_signature(subject: Subject) -> bytes | None:
    if SUMS_SIGNATURE not in subject.files:
        return None
    return read(subject.release, SUMS_SIGNATURE, _SIGNATURE_LIMIT)


def signature(subject: Subject) -> Outcome:
    """Signatures of SHA256SUMS and of the index are good, by the reader's own signers or the store's."""
    root, entry = subject.root, subject.entry or {}
    of_sums = _sums_signature(subject)
    stored = root.read(SIGNERS, _SIGNATURE_LIMIT) if root is not None else None
    of_index, index_place = None, ""
    if root is not None:
        index_place = f"signatures/{hashlib.sha256(root.index_bytes).hexdigest()}.sig"
        of_index = root.read(index_place, _SIGNATURE_LIMIT)
    problems = signer_problems(stored) if stored is not None else []
    signers = subject.signers if subject.signers is not None else stored
    promised = entry.get("signed") is True
    if signers is None:
        if of_sums is None and of_index is None and not promised:
            raise NotRunError("not signed")
        remedy = "get the publisher's allowed_signers by another way and give it with --allowed-signers"
        return Outcome("no allowed signers", [f"allowed_signers: is missing; {remedy}"])
    if of_sums is not None:
        if entry and not promised:
            problems.append(f"{SUMS_SIGNATURE}: the index says that this release is not signed")
        problems += _verified(SUMS_SIGNATURE, read(subject.release, SUMS), of_sums, signers)
    elif promised or root is None:
        problems.append(f"{SUMS_SIGNATURE}: is missing")
    if root is not None and of_index is not None:
        problems += _verified(index_place, root.index_bytes, of_index, signers)
    elif root is not None:
        problems.append(f"{index_place}: is missing: the index is not signed")
    whose = (
        "your allowed signers"
        if subject.signers is not None
        else "the store's own allowed_signers: shows only that nothing changed since it was signed"
    )
    what = SUMS if of_sums is not None else "the release itself is not signed, its hash in the index is"
    return Outcome(f"{what}{' and releases.json' if of_sums and of_index else ''}, by {whose}", problems)
