"""Observations: what was seen of the world on some day, kept beside the records and never written into them.

They lie in `build/observations/<table>.parquet`. Those of `schemas.products.OBSERVED` go into a release as
they are; `drift` does not. Without them the tables are empty.
"""

from io import BytesIO
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.canonical import write_whole
from flows.errors import UserError
from flows.layout import observations_folder
from schemas.products import DRIFT, OBSERVED, PRODUCTS, arrow_schema
from schemas.tables import Tables, frame

_TABLES = {DRIFT.name: DRIFT, **{name: PRODUCTS[name] for name in OBSERVED}}


def empty(table: str) -> pa.Table:
    """An observed table without rows."""
    return arrow_schema(_TABLES[table]).empty_table()


def read_observed(root: Path, table: str) -> pa.Table:
    """One observed table of a project, sorted by key; no rows if nothing was observed yet.

    Raises UserError if the file is not one of ours.
    """
    path, blank = observations_folder(root) / f"{table}.parquet", empty(table)
    if not path.is_file():
        return blank
    try:
        found = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise UserError(f"{path} cannot be read ({error}); delete it, and it is observed anew") from error
    if found.column_names != blank.column_names:
        raise UserError(f"{path} has other columns than {table}; delete it, and it is observed anew")
    return _ordered(table, found.cast(blank.schema))


def _ordered(table: str, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(column, "ascending") for column in _TABLES[table].key])


def write_observed(root: Path, table: str, rows: pa.Table) -> Path:
    """Keep an observed table, whole or not at all; return its file."""
    content = BytesIO()
    pq.write_table(_ordered(table, rows.select(_TABLES[table].columns)), content)
    return write_whole(observations_folder(root) / f"{table}.parquet", content.getvalue())


def with_observed(root: Path, ingested: Tables) -> Tables:
    """The ingested tables of a project beside its observed ones, of what the records still have.

    An observation of a source that is gone is left out, and so is a statement that is gone.
    """
    sources = frame(ingested["sources"].select(["source_id"])).to_series()
    statements = frame(ingested["statements"].select(["statement_id"])).to_series()
    tables = {name: read_observed(root, name) for name in OBSERVED}
    missing = pl.col("missing_statements").list.set_intersection(pl.lit(statements.implode()))
    audit = frame(tables["source_audit"]).filter(pl.col("source_id").is_in(sources.implode()))
    audit = audit.with_columns(pl.when(missing.list.len() > 0).then(missing.list.sort()).alias("missing_statements"))
    tables["source_audit"] = audit.to_arrow().cast(empty("source_audit").schema)
    return {**ingested, **tables}
