"""Editions: what of a release, of the preview, or of tables about to become a release can be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.derive.products import rules
from flows.errors import UserError, refusal
from flows.layout import DATA_PACKAGE, MANIFEST, Identity
from flows.release_files.data_package import table_schemas
from flows.release_files.reading import read_manifest, read_schemas
from schemas.products import SCHEMA_VERSION

#: how each type of a data package is stored in Parquet
ARROW_TYPES = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


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


def _read_table(path: Path, shape: TableShape) -> pa.Table:
    """Read a table whose shape is described. Raises UserError if it cannot be read, or is of another shape."""
    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except OSError as error:
        raise UserError(f"{path}: {refusal(error)}") from error
    except pa.ArrowException as error:
        raise UserError(f"{path}: {str(error).splitlines()[0][:200]}; put back what was published") from error
    described = {
        name: pa.list_(pa.string()) if column.is_list else ARROW_TYPES.get(column.type)
        for name, column in shape.columns.items()
    }
    found = {field.name: field.type for field in table.schema}
    # a list is one of texts, whatever Parquet calls its items
    found = {name: pa.list_(kind.value_type) if pa.types.is_list(kind) else kind for name, kind in found.items()}
    if table.column_names != list(described) or found != described:
        raise UserError(f"{path}: its columns are not those of {DATA_PACKAGE}; put back what was published")
    return table


class _Files(Mapping[str, pa.Table]):
    """Tables of a folder, read at their first use: those with equal content are never needed."""

    def __init__(self, folder: Path, shapes: Mapping[str, TableShape]) -> None:
        self._folder, self._names = folder, shapes
        self._read: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = _read_table(self._folder / "data" / f"{name}.parquet", self._names[name])
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

    Tables are read when they are first asked for, which raises UserError too if one is not as it is described. Raises
    UserError if the folder holds no edition.
    """
    try:
        described, packaged = ((folder / name).read_bytes() for name in (MANIFEST, DATA_PACKAGE))
        files = sorted((folder / "rules").glob("[0-9]*-*.sql"))
        rules_read = {path.stem.partition("-")[2]: path.read_text(encoding="utf-8") for path in files}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{folder} holds no release: {error}") from error
    manifest = read_manifest(described, str(folder / MANIFEST))
    schemas = read_schemas(packaged, str(folder / DATA_PACKAGE), list(manifest.tables))
    shapes = shapes_of(schemas)
    return Edition(
        version=manifest.version,
        as_of=manifest.as_of,
        schema_version=manifest.schema_version,
        shapes=shapes,
        tables=_Files(folder, {name: shapes[name] for name in manifest.tables}),
        content={name: table.content_sha256 for name, table in manifest.tables.items()},
        rules=rules_read,
    )
