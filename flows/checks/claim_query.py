"""The query of a claim can run over a release: what it needs is there, and it says the same every time.

Only its beginning is asked here, over a release without rows. What a query does with rows, and its verdict, are seen when
the release is made (`flows/records/verdicts.py`).
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from flows.checks.context import Context
from flows.records.findings import Finding
from flows.records.verdicts import QUERY

if TYPE_CHECKING:
    from flows.derive.queries import Answer


@cache  # texts and code alone decide, and a process that checks again and again asks of the same texts
def _begun(queries: tuple[str, ...]) -> "list[Answer | None]":
    # not above: the engine takes long to load, and a check of one record asks nothing of it
    from flows.derive.claims import answers
    from flows.derive.products import write_empty

    with TemporaryDirectory(prefix="kiban-") as folder:
        database = Path(folder, "release.duckdb")
        write_empty(database)
        return answers(database, queries, run=False)


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each claim whose query cannot run."""
    readings = context.rows("readings")
    if not readings:
        return
    for row, answer in zip(readings, _begun(tuple(row["sql"] for row in readings)), strict=True):
        if answer is not None:
            yield context.finding(QUERY, row, "", answer.found or "", at=("readings", "sql"))
