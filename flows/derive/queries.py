"""Queries of readings, answered in a process of their own with limits of time and memory.

`flows/derive/claims.py` starts it. It takes a line of JSON, again and again, and answers each with a line of JSON.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import duckdb

from flows.derive.repeats import Catalog, catalog_of, unrepeating
from flows.derive.sandbox import Limits, closed_off

#: the verdict of a query that cannot run: no reading can record it, and no release hold it
FAILS = "fails"
_COLUMNS = ["verdict", "found"]


@dataclass(frozen=True)
class Answer:
    """The verdict of a query and what it found; if it cannot run, `FAILS` and why. `last`: the process can do no more."""

    verdict: str
    found: str | None
    last: bool = False


def _failed(reason: str, limits: Limits) -> Answer:
    return Answer(FAILS, reason if len(reason) <= limits.length else f"{reason[: limits.length]}…")


def _judged(rows: list[tuple[object, ...]], limits: Limits) -> Answer:
    """The answer that the rows of a query give."""
    if len(rows) != 1:
        return _failed(f"the query yields {len(rows) if len(rows) < 2 else 'several'} rows, not one", limits)
    ((verdict, found),) = rows
    if verdict is not None and not isinstance(verdict, bool):
        return _failed("the query's verdict is not true, false or null", limits)
    text = None if found in (None, "") else str(found)
    if text is not None and len(text) > limits.length:
        return _failed(f"the query's found is longer than {limits.length} characters", limits)
    return Answer({True: "holds", False: "differs", None: "undecided"}[verdict], text)


def _answered(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, sql: str, run: bool, limits: Limits
) -> Answer | None:
    statements = connection.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        return _failed("the query is not one SELECT", limits)
    if wrong := unrepeating(connection, catalog, statements[0].query):
        return _failed(f"the query {wrong}", limits)
    described = connection.execute(f"describe {statements[0].query}").fetchall()
    if [name for name, *_ in described] != _COLUMNS:
        return _failed("the query does not yield verdict and found", limits)
    return _judged(connection.execute(sql).fetchmany(2), limits) if run else None


def answer(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, sql: str, run: bool, limits: Limits
) -> Answer | None:
    """Run a query, or only look whether it could run (None, if so); never raises what a query can cause.

    The query is one SELECT that repeats and yields one row with `verdict` (true, false or null) and `found`, a text
    of at most `limits.length` characters.
    """
    try:
        return _answered(connection, catalog, sql, run, limits)
    except (MemoryError, duckdb.OutOfMemoryException):
        return Answer(FAILS, f"the query needs more than {limits.memory} MB of memory", last=True)
    except Exception as error:  # a query may fail in any way; the claim then says how
        return _failed(f"the query fails: {(str(error).splitlines() or [''])[0]}", limits)


def serve(source: Iterable[str], target: TextIO, database: Path, limits: Limits) -> None:
    """Answer one request after another over a database file, until there are no more."""
    with closed_off(database, limits=limits, threads=1) as connection:
        catalog = catalog_of(connection)
        for line in source:
            asked = json.loads(line)
            # the signals end us, also in the midst of a call that looks at no interrupt
            signal.setitimer(signal.ITIMER_PROF, limits.seconds)
            signal.setitimer(signal.ITIMER_REAL, asked["left"])
            given = answer(connection, catalog, asked["sql"], asked["run"], limits)
            signal.setitimer(signal.ITIMER_PROF, 0)
            print(json.dumps(given and asdict(given)), file=target, flush=True)


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def main() -> None:
    """Serve on standard input and output, within limits (setrlimit), and say nothing else there."""
    database, given = sys.argv[1:]
    limits = Limits(**json.loads(given))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.all_seconds)
    _limit(resource.RLIMIT_AS, limits.memory * 1_000_000)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)  # it writes no file
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints does not belong among the answers
    serve(sys.stdin, answers, Path(database), limits)


if __name__ == "__main__":
    main()
