"""Claims: what a text says of the landscape, as queries over the published tables."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from time import monotonic

import pyarrow as pa

from flows.derive import sandbox
from flows.derive.queries import FAILS, Answer
from flows.derive.sandbox import Limits
from schemas.products import PRODUCTS, arrow_schema

_Process = subprocess.Popen[str]


def _start(database: Path, limits: Limits) -> _Process:
    # -P: a folder `flows` where the user happens to stand is not our code
    command = [sys.executable, "-P", "-m", "flows.derive.queries", str(database.absolute()), json.dumps(asdict(limits))]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        encoding="utf-8",
    )


def _end(process: _Process) -> int:
    process.kill()
    process.communicate()
    return process.returncode


def _ask(process: _Process, sql: str, run: bool, left: float) -> str:
    """The line that the process answers with; empty if it is gone."""
    assert process.stdin is not None and process.stdout is not None
    try:
        print(json.dumps({"sql": sql, "run": run, "left": left}), file=process.stdin, flush=True)
    except BrokenPipeError:
        return ""
    return process.stdout.readline()


def _gone(process: _Process, limits: Limits) -> Answer:
    """Why a process gave no answer."""
    match process.wait():
        case code if code == -signal.SIGPROF:
            why = f"did not end within {limits.seconds:g} s"
        case code if code == -signal.SIGALRM:
            why = f"did not end within the {limits.all_seconds:g} s of all queries"
        case _:
            why = f"ends the process that runs it, probably by needing more than {limits.memory} MB of memory"
    return Answer(FAILS, f"the query {why}")


def answers(
    database: Path, queries: Iterable[str], *, run: bool = True, limits: Limits | None = None
) -> Iterator[Answer | None]:
    """Run queries over a database file, one answer each, or only look whether each could run (None, if so).

    They run in the sandbox, in a process within `limits` (by default `sandbox.LIMITS`), which is started again after a
    query that passed them.
    """
    limits = limits or sandbox.LIMITS
    end = monotonic() + limits.all_seconds
    process: _Process | None = None
    try:
        for sql in queries:
            left = end - monotonic()
            if left <= 0:
                yield Answer(FAILS, f"the queries before it took the {limits.all_seconds:g} s of all queries")
                continue
            process = process or _start(database, limits)
            line = _ask(process, sql, run, left)
            given = json.loads(line) if line else None
            answer = Answer(**given) if given else None if line else _gone(process, limits)
            if not line or (answer and answer.last):
                _end(process)
                process = None
            yield answer
    finally:
        if process is not None:
            _end(process)


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
