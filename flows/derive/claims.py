"""Claims: what a text says of the landscape, as queries over the published tables."""

import atexit
from collections.abc import Iterable
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


@cache
def _worker(limits: Limits) -> Worker:
    """The process for queries within some limits: a start takes longer than most queries, so it stays."""
    worker = Worker(Bounds(limits.seconds, limits.memory * 1_000_000))
    atexit.register(worker.end)
    return worker


def answers(
    database: Path, asked: Iterable[str], *, run: bool = True, limits: Limits | None = None
) -> list[Answer | None]:
    """Run queries over a database file, one answer each, or only look whether each could run (None, if so).

    They run in the sandbox, in a process within `limits` (by default `sandbox.LIMITS`), which is started again after a
    query that passed them.
    """
    limits = limits or sandbox.LIMITS
    end = monotonic() + limits.all_seconds
    with _ASKING:
        given = [_answer(_worker(limits), database.absolute(), sql, run, limits, end) for sql in asked]
        if _worker(limits).running:
            _worker(limits).call(queries.forget)
    return given


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
