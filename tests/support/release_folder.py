"""A release folder made with the functions that describe one, without publishing it."""

import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa

from flows.canonical import sha256
from flows.layout import Identity, table_path
from flows.release_files.checking import how_to_check
from flows.release_files.citation import citation
from flows.release_files.croissant import croissant
from flows.release_files.data_package import data_package
from flows.release_files.manifest import manifest
from flows.release_files.provenance import provenance
from flows.release_files.readme import readme
from flows.release_files.table_files import with_metadata, write_csv, write_parquet
from schemas.products import CHANGES, FILES, arrow_schema
from schemas.tables import Tables

IDENTITY = Identity("2026.11.0", date(2026, 11, 23), "2026.10.0", "0123456789abcdef0123456789abcdef01234567", True)


def one_change() -> pa.Table:
    """The table `changes` with one row."""
    row: dict[str, object] = dict.fromkeys(CHANGES.columns)
    row |= {"change_number": 1, "table_name": "models", "change": "cell", "row_key": ["openai/gpt-3"]}
    row |= {"column_name": "layers", "old_value": "95", "new_value": "96", "causes": ["correction"]}
    return pa.Table.from_pylist([row], schema=arrow_schema(CHANGES))


def write_release(folder: Path, tables: Tables, root: Path) -> None:
    """Write data and descriptions of a release with one change; no DuckDB file, rules or changelog."""
    (folder / "data").mkdir(parents=True)
    everything = {**tables, "changes": one_change()}
    arrow = {name: with_metadata(product, everything[name], {}) for name, product in FILES.items()}
    for name, product in FILES.items():
        write_parquet(folder / table_path(name, "parquet"), arrow[name], product)
        write_csv(folder / table_path(name, "csv"), arrow[name], product.key)
    shutil.copyfile(root / "raw" / "LICENSE", folder / "LICENSE")
    texts = {
        "README.md": readme(everything, IDENTITY),
        "CHECK.md": how_to_check(),
        "CITATION.cff": citation(IDENTITY),
        "datapackage.json": data_package(folder, IDENTITY),
        "croissant.json": croissant(folder, IDENTITY),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "provenance.json").write_text(provenance(folder, IDENTITY, root), encoding="utf-8")
    (folder / "release.json").write_text(manifest(folder, everything, IDENTITY), encoding="utf-8")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
