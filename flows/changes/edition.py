"""Editions: what of a release, of the preview, or of tables about to become a release can be compared."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.derive.products import rules
from flows.errors import UserError
from flows.layout import DATA_PACKAGE, MANIFEST, Identity
from flows.release_files.data_package import table_schemas
from schemas.products import SCHEMA_VERSION


@dataclass(frozen=True)
class ColumnShape:
    """What readers rely on in one column."""

    type: str
    is_list: bool
    unit: str | None
    required: bool
    values: tuple[str, ...] | None
    description: str

    @property
    def kind(self) -> str:
        """The type in one phrase."""
        return f"list of {self.type}" if self.is_list else self.type


@dataclass(frozen=True)
class TableShape:
    """What readers rely on in one table: its key and its columns in order."""

    key: tuple[str, ...]
    columns: dict[str, ColumnShape]


@dataclass(frozen=True)
class Edition:
    """One state of the dataset: its tables, their shapes and content hashes, and the SQL that made them."""

    version: str
    as_of: str
    schema_version: str
    shapes: dict[str, TableShape]
    tables: Mapping[str, pa.Table]
    content: dict[str, str]
    rules: dict[str, str]


def shapes_of(schemas: Mapping[str, Mapping[str, object]]) -> dict[str, TableShape]:
    """Shapes of tables from their Data Package schemas, by the name of the table."""
    shapes = {}
    for table, schema in schemas.items():
        columns = {}
        fields = schema["fields"]
        key = schema["primaryKey"]
        if not isinstance(fields, list) or not isinstance(key, list):
            raise UserError(f"{table}: the schema has no list of fields or of keys; it is no Data Package v2")
        for field in fields:
            limits = field.get("constraints", {})
            columns[field["name"]] = ColumnShape(
                type=field["type"],
                is_list=bool(field.get("kiban:list")),
                unit=field.get("unit"),
                required=bool(limits.get("required")),
                values=tuple(limits["enum"]) if "enum" in limits else None,
                description=field.get("description", ""),
            )
        shapes[table] = TableShape(tuple(key), columns)
    return shapes


class _Files(Mapping[str, pa.Table]):
    """Tables of a folder, read at their first use: those with equal content are never needed."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._folder, self._names = folder, names
        self._read: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = pq.read_table(self._folder / "data" / f"{name}.parquet", page_checksum_verification=True)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without reading it

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def edition_of(identity: Identity, tables: Mapping[str, pa.Table], content: dict[str, str]) -> Edition:
    """The edition that tables in memory are about to become.

    `tables` and `content`, the SHA-256 of their canonical CSVs, are by the names of `PRODUCTS`.
    """
    return Edition(
        version=identity.version,
        as_of=identity.as_of.isoformat(),
        schema_version=SCHEMA_VERSION,
        shapes=shapes_of(table_schemas()),
        tables=tables,
        content=content,
        rules=rules(),
    )


def read_edition(folder: Path) -> Edition:
    """Read the edition that lies in a folder of a release or preview.

    Tables are read when they are first asked for. Raises UserError if the folder holds none.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        package = json.loads((folder / DATA_PACKAGE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{folder} holds no release: {error}") from error
    schemas = {
        resource["name"].removesuffix("-csv"): resource["schema"]
        for resource in package["resources"]
        if resource["format"] == "csv"
    }
    files = sorted((folder / "rules").glob("[0-9]*-*.sql"))
    return Edition(
        version=manifest["version"],
        as_of=manifest["as_of"],
        schema_version=manifest["schema_version"],
        shapes=shapes_of(schemas),
        tables=_Files(folder, tuple(manifest["tables"])),
        content={name: table["content_sha256"] for name, table in manifest["tables"].items()},
        rules={path.stem.partition("-")[2]: path.read_text(encoding="utf-8") for path in files},
    )
