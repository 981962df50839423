"""Claims: what a text says of the landscape, as queries over the published tables."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pyarrow as pa

from flows.bounded import Bounds, OverBoundsError, Worker
from flows.derive import queries, sandbox
from flows.derive.queries import FAILS, Answer
from flows.derive.sandbox import Limits
from schemas.products import PRODUCTS, arrow_schema


def answers(
    database: Path, asked: Iterable[str], *, run: bool = True, limits: Limits | None = None
) -> Iterator[Answer | None]:
    """Run queries over a database file, one answer each, or only look whether each could run (None, if so).

    They run in the sandbox, in a process within `limits` (by default `sandbox.LIMITS`), which is started again after a
    query that passed them.
    """
    limits = limits or sandbox.LIMITS
    end = monotonic() + limits.all_seconds
    with Worker(Bounds(limits.seconds, limits.memory * 1_000_000)) as worker:
        for sql in asked:
            left = end - monotonic()
            if left <= 0:
                yield Answer(FAILS, f"the queries before it took the {limits.all_seconds:g} s of all queries")
                continue
            worker.bounds = replace(worker.bounds, seconds=min(limits.seconds, left))
            try:
                yield worker.call(queries.answer, database.absolute(), sql, run, limits)
            except OverBoundsError as error:
                yield Answer(FAILS, f"the query {error.reason}")


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
