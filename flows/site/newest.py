"""The newest release of a store that was copied into a site, as rows of its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.errors import UserError
from flows.layout import INDEX, MANIFEST, Identity, table_path
from flows.publishing.index import Index, latest, read_index
from flows.release_files.reading import read_manifest
from flows.release_files.table_files import read_parquet
from schemas.products import FILES, SCHEMA_VERSION
from schemas.tables import Tables
from schemas.values import MODEL_ID, SLUG

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Newest:
    """The newest release: its folder, what it is, the version of its schema, its tables as they are and as rows, the index."""

    folder: Path
    identity: Identity
    schema_version: str
    tables: Tables
    rows: dict[str, list[Row]]
    index: Index

    @property
    def version(self) -> str:
        """The version of the release."""
        return self.identity.version


def _refuse_ids(rows: Mapping[str, list[Row]], place: Path) -> None:
    """Raise UserError for an id that is none: ids become names of folders."""
    wrong = [row["model_id"] for row in rows["models"] if not MODEL_ID.fullmatch(row["model_id"])]
    wrong += [row["organisation_id"] for row in rows["organisations"] if not SLUG.fullmatch(row["organisation_id"])]
    if wrong:
        raise UserError(
            f"{place}: {wrong[0]!r} is no id of a model or maker, small letters and digits joined by -; no page can bear it: "
            "verify the release"
        )


def newest(root: Path, place: str) -> Newest:
    """Read the newest release that is not yanked from a copy of a store; `place` names the store in messages.

    Raises UserError if there is none, or if it is of a schema that the pages do not know.
    """
    index = read_index((root / INDEX).read_bytes(), place)
    version = latest(index.releases)
    if version is None:
        raise UserError(f"{place} has no release that is not yanked; make one with: kiban release")
    folder = root / version
    manifest = read_manifest((folder / MANIFEST).read_bytes(), f"{place}: {version}/{MANIFEST}")
    absent = sorted(set(FILES) - {"changes"} - set(manifest.tables))
    if manifest.schema_version.split(".")[0] != SCHEMA_VERSION.split(".")[0] or absent:
        lacking = f", without {', '.join(absent)}" if absent else ""
        raise UserError(
            f"{place}: {version} is of schema {manifest.schema_version}{lacking}; the pages are made for {SCHEMA_VERSION}: "
            "publish a release with this program, or lay the site out with the one that made it"
        )
    tables = {name: read_parquet(folder / table_path(name, "parquet")) for name in FILES}
    rows: dict[str, list[Row]] = {name: table.to_pylist() for name, table in tables.items()}
    _refuse_ids(rows, folder)
    until = manifest.collected_until
    identity = Identity(
        version,
        date.fromisoformat(manifest.as_of),
        manifest.previous,
        manifest.source.commit,
        manifest.source.clean,
        date.fromisoformat(until) if until else None,
    )
    return Newest(folder, identity, manifest.schema_version, tables, rows, index)
