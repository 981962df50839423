"""DuckDB for queries and data of others: no files, no network, no extensions, no settings, and no endless query.

The engine alone cannot be held: it looks at an interrupt, and at its memory limit, only between batches of rows, so one
call of `levenshtein` or `repeat` passes both. Queries of readings therefore run in a process as well (`flows/derive/queries.py`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds


@dataclass(frozen=True)
class Limits:
    """What queries may take, in MB of memory, characters of what is found, and seconds.

    One query of a reading has `seconds`, all together have `all_seconds`: far more than they need, so that a busy
    machine does not decide.
    """

    seconds: float = 60.0
    all_seconds: float = 300.0
    memory: int = 3000
    length: int = 100_000


#: the limits of every release, preview, check and verification
LIMITS = Limits()


def _config(limits: Limits, threads: int | None) -> dict[str, str | bool | int | float | list[str]]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": "",
        "memory_limit": f"{limits.memory}MB",
    }
    return config if threads is None else config | {"threads": threads}


def _end_after(patience: float, connection: duckdb.DuckDBPyConnection, done: Event) -> None:
    if not done.wait(patience):
        while not done.wait(0.1):  # an interrupt ends one query, and there may be more of its kind
            connection.interrupt()


@contextmanager
def closed_off(
    database: Path | None = None,
    tables: "Mapping[str, pa.Table | ds.Dataset] | None" = None,
    limits: Limits | None = None,
    threads: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file read-only, or one in memory with `tables`, shut off from all else.

    A dataset is a table too large to be held: Arrow reads its files, so that no query can.

    `limits` are by default `LIMITS`. Queries that take longer than `all_seconds` together fail with
    duckdb.InterruptException, those that need more memory with duckdb.OutOfMemoryException.
    """
    limits = limits or LIMITS
    place = ":memory:" if database is None else str(database)
    with duckdb.connect(place, read_only=database is not None, config=_config(limits, threads)) as connection:
        connection.execute("set python_enable_replacements = false")
        connection.execute("set TimeZone = 'UTC'")  # otherwise a query's times would be those of the machine
        for name, table in (tables or {}).items():
            connection.register(name, table)
        connection.execute("set lock_configuration = true")
        done = Event()
        watch = Thread(target=_end_after, args=(limits.all_seconds, connection, done), daemon=True)
        watch.start()
        try:
            yield connection
        finally:
            done.set()
            watch.join()
