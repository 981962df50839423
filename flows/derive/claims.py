"""Claims: what a text says of the landscape, as queries over the published tables."""

import atexit
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic

import pyarrow as pa

from flows.bounded import Bounds, OverBoundsError, Worker
from flows.derive import queries, sandbox
from flows.derive.queries import FAILS, Answer
from flows.derive.sandbox import Limits
from schemas.products import PRODUCTS, arrow_schema

_ASKING = Lock()
#: so many queries take longer than the start of another process
_WORTH_A_PROCESS = 100


@cache
def _worker(number: int, limits: Limits) -> Worker:
    """A process for queries within some limits: a start takes longer than most queries, so it stays."""
    worker = Worker(Bounds(limits.seconds, limits.memory * 1_000_000), load=[queries.__name__])
    atexit.register(worker.end)
    return worker


def _shares(count: int) -> int:
    """Over how many processes so many queries are shared out."""
    return max(1, min(os.cpu_count() or 1, count // _WORTH_A_PROCESS))


def prepare(count: int) -> None:
    """Start the processes for so many queries, so that they load while the tables are made that will be asked."""
    with _ASKING:
        for number in range(_shares(count) if count else 0):
            _worker(number, sandbox.LIMITS).start()


def answers(
    database: Path, asked: Sequence[str], *, run: bool = True, limits: Limits | None = None
) -> list[Answer | None]:
    """Run queries over a database file, one answer each, or only look whether each could run (None, if so).

    They run in the sandbox, in a process within `limits` (by default `sandbox.LIMITS`), which is started again after a
    query that passed them; many are shared out to a process a core.
    """
    limits = limits or sandbox.LIMITS
    end = monotonic() + limits.all_seconds
    shares = _shares(len(asked))

    def share(number: int) -> list[Answer | None]:
        worker = _worker(number, limits)
        given = [_answer(worker, database.absolute(), sql, run, limits, end) for sql in asked[number::shares]]
        if worker.running:
            worker.call(queries.forget)
        return given

    with _ASKING, ThreadPoolExecutor(shares) as pool:
        shared = [iter(given) for given in pool.map(share, range(shares))]
        return [next(shared[place % shares]) for place in range(len(asked))]


def _answer(worker: Worker, database: Path, sql: str, run: bool, limits: Limits, end: float) -> Answer | None:
    left = end - monotonic()
    if left <= 0:
        return Answer(FAILS, f"the queries before it took the {limits.all_seconds:g} s of all queries")
    worker.bounds = replace(worker.bounds, seconds=min(limits.seconds, left))
    try:
        return worker.call(queries.answer, database, sql, run, limits)
    except OverBoundsError as error:
        return Answer(FAILS, f"the query {error.reason}")
    finally:
        worker.bounds = replace(worker.bounds, seconds=limits.seconds)


def run_claims(database: Path, readings: pa.Table, limits: Limits | None = None) -> pa.Table:
    """The table `claims`: every reading with the verdict of its query and what was found, by `claim_id`.

    `database` holds the other published tables. A query that cannot run has the verdict `FAILS`, with the reason in
    `found`; such a table is not fit for a release.
    """
    rows = sorted(readings.to_pylist(), key=lambda row: row["claim_id"])
    given = answers(database, [row["sql"] for row in rows], limits=limits)
    claims = [
        row | {"verdict": answer.verdict, "found": answer.found}
        for row, answer in zip(rows, given, strict=True)
        if answer is not None
    ]
    return pa.Table.from_pylist(claims, schema=arrow_schema(PRODUCTS["claims"]))
