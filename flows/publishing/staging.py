"""Staging: write the files of a release into a folder that nobody reads yet, and read them back."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from flows.canonical import sha256
from flows.changes.changelog import changelog
from flows.changes.compare import Comparison, no_changes
from flows.derive.products import rules
from flows.errors import UserError
from flows.layout import (
    CHANGELOG,
    CITATION,
    CROISSANT,
    DATA_PACKAGE,
    DATABASE,
    LICENCE_FILE,
    MANIFEST,
    PROVENANCE,
    README,
    SUMS,
    SUMS_SIGNATURE,
    Identity,
    table_path,
)
from flows.publishing.signing import sign
from flows.release_files.citation import citation
from flows.release_files.croissant import croissant
from flows.release_files.data_package import data_package
from flows.release_files.duckdb_file import write_duckdb
from flows.release_files.manifest import manifest
from flows.release_files.provenance import provenance
from flows.release_files.readme import readme
from flows.release_files.table_files import arrow_table, read_parquet, write_csvs, write_parquet
from flows.stores.folder import refusal
from schemas.products import CHANGES, FILES, validate_products
from schemas.tables import Tables


class StagingError(UserError):
    """What was written does not read back as it was; nothing of it was published."""


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses while a release is made in `folder` into one line. Raises StagingError."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:
        named = error.filename if isinstance(error, OSError) else None
        outside = isinstance(named, str) and not Path(named).is_relative_to(folder)
        raise StagingError(
            f"{named if outside else folder.parent}: the release cannot be made: {refusal(error)}"
        ) from error


def licence(root: Path) -> Path:
    """The licence that every release carries. Raises StagingError if the project has none."""
    path = root / "raw" / LICENCE_FILE
    if not path.is_file():
        raise StagingError(f"{path} is missing; put the licence of the data there, it is part of every release")
    return path


@contextmanager
def validated(tables: Mapping[str, pl.DataFrame]) -> Iterator[None]:
    """Validate products beside what the `with` block does. Raises ProductError at its end, or instead of its error."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        validation = beside.submit(validate_products, tables)
        try:
            yield
        except Exception:
            validation.result()  # a table that is not fit is why it could not be written
            raise
        validation.result()


def metadata_keys(identity: Identity) -> dict[str, str]:
    """Key-value metadata of every Parquet file of a release."""
    return {"kiban.version": identity.version, "kiban.as_of": identity.as_of.isoformat()}


def stage_csvs(folder: Path, tables: Tables, identity: Identity) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """Write the canonical CSVs of products into `folder/data`.

    Returns the Arrow tables as they will be written, and the content hash of each by name.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    keys = metadata_keys(identity)
    arrow = {name: arrow_table(FILES[name], table, keys) for name, table in tables.items()}
    write_csvs(data, arrow)
    return arrow, {name: sha256(data / f"{name}.csv") for name in arrow}


def stage_rest(
    root: Path,
    folder: Path,
    tables: Tables,
    arrow: Mapping[str, pa.Table],
    identity: Identity,
    comparison: Comparison | None,
    before: str | None,
    key: Path | None = None,
) -> None:
    """Write every other file of a release into `folder`, whose CSVs are written.

    `comparison` is None and `before`, the previous changelog, too if it follows no release.
    `key` signs SHA256SUMS. Raises OSError if the disk refuses, StagingError if it does not read back.
    """
    changes = no_changes() if comparison is None else comparison.changes
    made = {**tables, "changes": changes}
    written = {**arrow, "changes": arrow_table(CHANGES, changes, metadata_keys(identity))}
    with ThreadPoolExecutor(max_workers=1) as beside:  # DuckDB's file takes as long as all the others
        database = beside.submit(write_duckdb, folder / DATABASE, written, identity.as_of.isoformat())
        for name, table in written.items():
            write_parquet(folder / table_path(name, "parquet"), table, FILES[name])
        write_csvs(folder, {"changes": written["changes"]})
        database.result()
    (folder / "rules").mkdir()
    for number, (name, sql) in enumerate(rules().items(), start=1):
        (folder / "rules" / f"{number:02}-{name}.sql").write_text(sql, encoding="utf-8")
    shutil.copyfile(licence(root), folder / LICENCE_FILE)
    texts: dict[str, Callable[[], str]] = {
        README: lambda: readme(made, identity),
        CHANGELOG: lambda: changelog(comparison, tables, identity, before),
        CITATION: lambda: citation(identity),
        DATA_PACKAGE: lambda: data_package(folder, identity),
        CROISSANT: lambda: croissant(folder, identity),
        PROVENANCE: lambda: provenance(folder, identity, root),  # names the files above
        MANIFEST: lambda: manifest(folder, tables, identity),  # names all of them
    }
    for name, text in texts.items():
        (folder / name).write_text(text(), encoding="utf-8")
    _seal(folder, key)
    _read_back(folder, made)


def _seal(folder: Path, key: Path | None) -> None:
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    sums = "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files))
    (folder / SUMS).write_text(sums, encoding="utf-8")
    if key is not None:
        (folder / SUMS_SIGNATURE).write_bytes(sign(sums.encode("utf-8"), key))


def _read_back(folder: Path, tables: Tables) -> None:
    """Hold what lies in a folder against the validated tables, types and values. Raises StagingError."""
    wrong = []
    for name, table in tables.items():
        back = read_parquet(folder / table_path(name, "parquet"))
        if back.schema != table.schema or not back.equals(table):
            wrong.append(f"{name}.parquet does not give back its table")
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        for name, table in tables.items():
            row = connection.execute(f'select count(*) from "{name}"').fetchone()
            if row is None or row[0] != table.height:
                wrong.append(f"kiban.duckdb has not all rows of {name}")
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        found, _, path = line.partition("  ")
        if sha256(folder / path) != found:
            wrong.append(f"{path} does not have its checksum")
    if wrong:
        raise StagingError("what was written does not read back:\n" + "\n".join(wrong))
