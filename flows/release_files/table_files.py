"""Writing tables: Parquet, canonical CSV, a DuckDB file; and reading them back.

The same tables give the same Parquet and CSV bytes with the pinned libraries. The CSV,
ordered by key, also has the same bytes with other versions of DuckDB: its SHA-256 is the
content hash of a table. A DuckDB file never repeats to the byte.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.derive.quoting import literal, quoted
from schemas.fields import Field
from schemas.products import Product, column_of, describe

_T = TypeVar("_T")


def metadata(product: Product, column: Callable[[Product, str], Field] = column_of) -> dict[str, str]:
    """The key-value metadata of a table that readers of SQL see; `column` gives the meaning of its columns."""
    columns = {
        name: {"en": describe(field), "ja": field.ja} for name in product.columns for field in (column(product, name),)
    }
    return {
        "kiban.table": product.name,
        "kiban.key": ",".join(product.key),
        "description": product.en,
        "description:ja": product.ja,
        "columns": json.dumps(columns, ensure_ascii=False),
    }


def with_metadata(product: Product, table: pa.Table, keys: Mapping[str, str]) -> pa.Table:
    """A table of a release with its key-value metadata, `keys` among it."""
    return table.replace_schema_metadata({**keys, **metadata(product)})


def write_parquet(path: Path, table: pa.Table, product: Product) -> None:
    """Write one table as Parquet: zstd, page checksums, sorted by key."""
    order = [pq.SortingColumn(product.columns.index(column)) for column in product.key]
    pq.write_table(table, path, compression="zstd", version="2.6", write_page_checksum=True, sorting_columns=order)


def read_parquet(path: Path) -> pa.Table:
    """Read a published Parquet file, checking the checksum of every page."""
    return pq.read_table(path, page_checksum_verification=True)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


def _copy_csv(table: pa.Table, key: Sequence[str], target: str) -> None:
    cells = [
        f"array_to_string({quoted(field.name)}, ';') as {quoted(field.name)}"
        if pa.types.is_list(field.type)
        else quoted(field.name)
        for field in table.schema
    ]
    query = f"select {', '.join(cells)} from source order by {', '.join(map(quoted, key))}"
    with _database().cursor() as connection:
        connection.register("source", table)
        connection.execute(f"copy ({query}) to {literal(target)} (format csv, header true, use_tmp_file false)")


def write_csv(path: Path, table: pa.Table, key: Sequence[str]) -> None:
    """Write a table as canonical CSV: by its key, RFC 4180, LF, lists joined by `;`, missing values empty.

    It goes by the table's own types, so it serves every version of the schema.
    """
    _copy_csv(table, key, str(path))


def _piped(table: pa.Table, key: Sequence[str], read: Callable[[BufferedReader], _T]) -> _T:
    """What `read` makes of the canonical CSV of a table, which is written nowhere."""
    source, sink = os.pipe()
    with ThreadPoolExecutor(max_workers=1) as beside, os.fdopen(source, "rb") as content:
        made = beside.submit(read, content)
        try:
            _copy_csv(table, key, f"/dev/fd/{sink}")
        finally:
            os.close(sink)  # the end of what is read, whatever happened
        return made.result()


def csv_bytes(table: pa.Table, key: Sequence[str]) -> bytes:
    """The canonical CSV of a table."""
    return _piped(table, key, lambda content: content.read())


def csv_hash(table: pa.Table, key: Sequence[str]) -> str:
    """The content hash of a table: the SHA-256 of its canonical CSV."""
    return _piped(table, key, lambda content: hashlib.file_digest(content, "sha256").hexdigest())
