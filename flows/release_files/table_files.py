"""Writing tables: Parquet, canonical CSV, a DuckDB file; and reading them back.

The same tables give the same Parquet and CSV bytes with the pinned libraries. The CSV,
ordered by key, also has the same bytes with other versions of DuckDB: its SHA-256 is the
content hash of a table. A DuckDB file never repeats to the byte.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.fields import COLUMNS
from schemas.products import FILES, Product
from schemas.tables import arrow_type


def describe(column: str) -> str:
    """Meaning of a column in English, with its unit."""
    field = COLUMNS[column]
    return f"{field.en} [{field.unit}]" if field.unit else field.en


def arrow_schema(product: Product) -> pa.Schema:
    """Arrow schema of a published table, with a description of every column."""
    fields = []
    for name in product.columns:
        field = COLUMNS[name]
        metadata = {"description": describe(name), "description:ja": field.ja}
        nullable = name not in (*product.key, *product.required)
        fields.append(pa.field(name, arrow_type(field.type), nullable=nullable, metadata=metadata))
    return pa.schema(fields)


def arrow_table(product: Product, table: pl.DataFrame, keys: Mapping[str, str]) -> pa.Table:
    """Arrow table as it is written, in one chunk, with key-value metadata for readers of SQL."""
    columns = {name: {"en": describe(name), "ja": COLUMNS[name].ja} for name in product.columns}
    metadata = {
        **keys,
        "kiban.table": product.name,
        "kiban.key": ",".join(product.key),
        "description": product.en,
        "description:ja": product.ja,
        "columns": json.dumps(columns, ensure_ascii=False),
    }
    schema = arrow_schema(product)
    return table.to_arrow().cast(schema).combine_chunks().replace_schema_metadata(metadata)


def write_parquet(path: Path, table: pa.Table, product: Product) -> None:
    """Write one table as Parquet: zstd, page checksums, sorted by key."""
    order = [pq.SortingColumn(product.columns.index(column)) for column in product.key]
    pq.write_table(table, path, compression="zstd", version="2.6", write_page_checksum=True, sorting_columns=order)


def read_parquet(path: Path) -> pl.DataFrame:
    """Read a published Parquet file, checking the checksum of every page."""
    frame = pl.from_arrow(pq.read_table(path, page_checksum_verification=True))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"{path} holds no table")
    return frame


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _csv_query(product: Product, source: str) -> str:
    cells = [
        f'array_to_string("{name}", \';\') as "{name}"' if COLUMNS[name].sql_type == "VARCHAR[]" else f'"{name}"'
        for name in product.columns
    ]
    order = ", ".join(f'"{column}"' for column in product.key)
    return f"select {', '.join(cells)} from {source} order by {order}"


def write_csvs(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write tables as canonical CSV: RFC 4180, LF, lists joined by `;`, missing values empty."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for name, table in tables.items():
            connection.register("source", table)
            query = _csv_query(FILES[name], "source")
            connection.execute(f"copy ({query}) to {_quote(str(folder / f'{name}.csv'))} (format csv, header true)")
