"""The landscape of foundation models as data: one release of Kiban, in the package.

Nothing is fetched, and no library is needed until a table is asked for in its form:

    import kiban_data

    kiban_data.__version__                      # "2026.11.0", the version of the release
    kiban_data.table("models")                  # pandas; or "polars", "arrow"
    kiban_data.connect().sql("from landscape(date '2022-05-31')")
    kiban_data.path("models")                   # the Parquet file
"""

from __future__ import annotations

import difflib
import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars
    import pyarrow

__all__ = ["AS_OF", "FOLDER", "LICENCE", "SCHEMA_VERSION", "TABLES", "__version__", "connect", "path", "table"]

#: where the files of the release lie
FOLDER: Path = Path(__file__).resolve().parent / "release"
_RELEASE = json.loads((FOLDER / "release.json").read_text(encoding="utf-8"))

#: version of the release, and of the package
__version__: str = _RELEASE["version"]
#: day that the labels are of
AS_OF: str = _RELEASE["as_of"]
#: SemVer of tables and columns
SCHEMA_VERSION: str = _RELEASE["schema_version"]
#: licence of the data (SPDX)
LICENCE: str = _RELEASE["licence"]
#: names of the tables
TABLES: tuple[str, ...] = (*sorted(_RELEASE["tables"]), "changes")


def path(name: str) -> Path:
    """The Parquet file of a table. Raises KeyError, with the names that come near, if there is no such table."""
    if name not in TABLES:
        near = difflib.get_close_matches(name, TABLES, n=3)
        raise KeyError(f"there is no table {name!r}; {' or '.join(near) or 'TABLES'} may be meant")
    return FOLDER / "changes.parquet" if name == "changes" else FOLDER / "data" / f"{name}.parquet"


def _needed(library: str, extra: str) -> ModuleType:
    try:
        return importlib.import_module(library)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != library.split(".")[0]:
            raise
        raise ImportError(f"this needs {error.name}; install it with: pip install 'kiban-data[{extra}]'") from error


@overload
def table(name: str, form: Literal["pandas"] = "pandas") -> pandas.DataFrame: ...
@overload
def table(name: str, form: Literal["polars"]) -> polars.DataFrame: ...
@overload
def table(name: str, form: Literal["arrow"]) -> pyarrow.Table: ...
def table(
    name: str, form: Literal["pandas", "polars", "arrow"] = "pandas"
) -> pandas.DataFrame | polars.DataFrame | pyarrow.Table:
    """A table of the release as a data frame of pandas or polars, or as a table of Arrow.

    In pandas, columns are of the types of Arrow: whole numbers stay whole where some are missing, and lists are lists.
    Raises KeyError if there is no such table, ValueError if there is no such form, and ImportError, which says what to
    install, if its library is not there.
    """
    file = path(name)
    if form == "pandas":
        _needed("pyarrow", form)
        framed: pandas.DataFrame = _needed("pandas", form).read_parquet(file, dtype_backend="pyarrow")
        return framed
    if form == "polars":
        read: polars.DataFrame = _needed("polars", form).read_parquet(file)
        return read
    if form == "arrow":
        arrow: pyarrow.Table = _needed("pyarrow.parquet", form).read_table(file)
        return arrow
    raise ValueError(f"there is no form {form!r}: give pandas, polars or arrow")


def connect() -> duckdb.DuckDBPyConnection:
    """A DuckDB connection of its own, in memory, with the tables as views, `landscape(day)` and `current_labels`.

    Raises ImportError, which says what to install, if DuckDB is not there.
    """
    connection: duckdb.DuckDBPyConnection = _needed("duckdb", "duckdb").connect()
    place = f"{FOLDER.as_posix()}/".replace("'", "''")
    connection.execute(f"set variable kiban = '{place}'")
    connection.execute((FOLDER / "kiban.sql").read_text(encoding="utf-8"))
    # a variable is of one session; other cursors of the connection find the files by this
    connection.execute(f"create or replace macro kiban_file(path) as '{place}' || path")
    return connection
