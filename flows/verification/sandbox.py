"""DuckDB for data of others: no files, no network, no extensions, no settings, and no endless query."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import duckdb
import pyarrow as pa

#: seconds after which queries of a release are ended
PATIENCE = 60.0

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
    "memory_limit": "4GB",
}


def _end_after(patience: float, connection: duckdb.DuckDBPyConnection, done: Event) -> None:
    if not done.wait(patience):
        while not done.wait(0.1):  # an interrupt ends one query, and there may be more of its kind
            connection.interrupt()


@contextmanager
def closed_off(
    database: Path | None = None, tables: Mapping[str, pa.Table] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file read-only, or one in memory with `tables`, shut off from all else.

    Queries that take longer than `PATIENCE` together fail with duckdb.InterruptException.
    """
    place = ":memory:" if database is None else str(database)
    with duckdb.connect(place, read_only=database is not None, config=_CONFIG) as connection:
        connection.execute("set python_enable_replacements = false")
        for name, table in (tables or {}).items():
            connection.register(name, table)
        connection.execute("set lock_configuration = true")
        done = Event()
        watch = Thread(target=_end_after, args=(PATIENCE, connection, done), daemon=True)
        watch.start()
        try:
            yield connection
        finally:
            done.set()
            watch.join()
