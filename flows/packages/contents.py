"""What packages are made from: the files of a release, each held against the manifest."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.canonical import digest
from flows.errors import UserError, told
from flows.layout import CITATION, KIBAN_SQL, LICENCE_FILE, MANIFEST, Identity, is_version, table_path
from flows.release_files.reading import Manifest, read_manifest
from schemas.products import FILES, PRODUCTS, SCHEMA_VERSION
from schemas.tables import Tables

#: files of a release that go into packages beside its tables
TEXTS = (CITATION, KIBAN_SQL, LICENCE_FILE)


@dataclass(frozen=True)
class Contents:
    """A release to be packaged: which it is, and the bytes of its files by their paths."""

    identity: Identity
    files: dict[str, bytes]


def _identity(manifest: Manifest) -> Identity:
    until = manifest.collected_until
    return Identity(
        version=manifest.version,
        as_of=date.fromisoformat(manifest.as_of),
        previous=manifest.previous,
        commit=manifest.source.commit,
        clean=manifest.source.clean,
        collected_until=date.fromisoformat(until) if until else None,
    )


def contents(folder: Path) -> Contents:
    """Read the release in a folder: manifest, tables as Parquet, licence, citation, `kiban.sql`.

    Raises UserError if it is no published release, is of another version of the schema, lacks a file, or if a file is
    not what its manifest says.
    """
    with told(f"{folder}: the release cannot be read"):
        sealed = (folder / MANIFEST).read_bytes()
    manifest = read_manifest(sealed, str(folder / MANIFEST))
    if not is_version(manifest.version):
        raise UserError(
            f"{folder}: it has no version, {manifest.version!r} stands there; packages are of published releases: "
            "run kiban release first"
        )
    if manifest.schema_version != SCHEMA_VERSION:
        raise UserError(
            f"{folder}: its schema is {manifest.schema_version}, and this code packages {SCHEMA_VERSION}; "
            f"check out {manifest.source.commit or 'the code that made it'} and package it there"
        )
    files = {MANIFEST: sealed}
    for name in (*(table_path(table, "parquet") for table in FILES), *TEXTS):
        files[name] = _file(folder, name, manifest)
    return Contents(_identity(manifest), files)


def _file(folder: Path, name: str, manifest: Manifest) -> bytes:
    listed = manifest.files.get(name)
    if listed is None:
        raise UserError(
            f"{folder / MANIFEST}: it lists no {name}; the release is older than packages, take a newer one"
        )
    with told(f"{folder / name}: it cannot be read"):
        found = (folder / name).read_bytes()
    if digest(found) != listed.sha256:
        raise UserError(f"{folder / name}: it is not the file that {MANIFEST} lists; put back what was published")
    return found


def tables_of(release: Contents) -> Tables:
    """The tables of a release, from its Parquet files."""
    return {
        name: pq.read_table(
            pa.BufferReader(release.files[table_path(name, "parquet")]), page_checksum_verification=True
        )
        for name in PRODUCTS
    }
