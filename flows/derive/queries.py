"""Queries of readings, answered within limits: what runs in the process that `flows/derive/claims.py` asks."""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from flows.bounded import is_memory
from flows.derive.repeats import Catalog, catalog_of, unrepeating
from flows.derive.sandbox import Limits, closed_off

#: the verdict of a query that cannot run: no reading can record it, and no release hold it
FAILS = "fails"
_COLUMNS = ["verdict", "found"]
#: characters of a reason
_REASON = 500


@dataclass(frozen=True)
class Answer:
    """The verdict of a query and what it found; if it cannot run, `FAILS` and why."""

    verdict: str
    found: str | None


def _failed(reason: str) -> Answer:
    return Answer(FAILS, reason if len(reason) <= _REASON else f"{reason[:_REASON]}…")


def _judged(rows: list[tuple[object, ...]], limits: Limits) -> Answer:
    """The answer that the rows of a query give."""
    if len(rows) != 1:
        return _failed(f"the query yields {len(rows) if len(rows) < 2 else 'several'} rows, not one")
    ((verdict, found),) = rows
    if verdict is not None and not isinstance(verdict, bool):
        return _failed("the query's verdict is not true, false or null")
    text = None if found in (None, "") else str(found)
    if text is not None and len(text) > limits.length:
        return _failed(f"the query's found is longer than {limits.length} characters")
    return Answer({True: "holds", False: "differs", None: "undecided"}[verdict], text)


def _answered(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, sql: str, run: bool, limits: Limits
) -> Answer | None:
    statements = connection.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        return _failed("the query is not one SELECT")
    if wrong := unrepeating(connection, catalog, statements[0].query):
        return _failed(f"the query {wrong}")
    begun = connection.execute(sql if run else f"describe {statements[0].query}")
    columns = begun.description or [] if run else begun.fetchall()
    if [name for name, *_ in columns] != _COLUMNS:
        return _failed("the query does not yield verdict and found")
    return _judged(begun.fetchmany(2), limits) if run else None


_OPEN = ExitStack()


@cache
def _opened(database: Path, limits: Limits) -> tuple[duckdb.DuckDBPyConnection, Catalog]:
    """The sandbox over a database file; it stays open as long as the process."""
    connection = _OPEN.enter_context(closed_off(database, limits=limits, threads=1))
    return connection, catalog_of(connection)


def forget() -> None:
    """Close the database that was asked last: the file may go, or become another."""
    _OPEN.pop_all().close()
    _opened.cache_clear()


def answer(database: Path, sql: str, run: bool, limits: Limits) -> Answer | None:
    """Run a query over a database file, or only look whether it could run (None, if so).

    The query is one SELECT that repeats and yields one row with `verdict` (true, false or null) and `found`, a text
    of at most `limits.length` characters. Raises nothing that a query can cause, but that memory ran out.
    """
    try:
        return _answered(*_opened(database, limits), sql, run, limits)
    except Exception as error:  # a query may fail in any way; the claim then says how
        if is_memory(error):
            raise
        return _failed(f"the query fails: {(str(error).splitlines() or [''])[0]}")
