"""Prefect servers and other processes for tests, each ended by the test that started it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from support.servers import free_port

BIN = Path(sys.executable).parent


@contextmanager
def process(
    command: list[str], cwd: Path, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, ended at the end of the `with` block."""
    with log.open("wb") as file:
        running = subprocess.Popen(
            command, cwd=cwd, env=dict(environment), stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield running
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if running.poll() is None:
                os.killpg(running.pid, number)
                try:
                    running.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    continue
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # what it started


@dataclass(frozen=True)
class Server:
    """A Prefect server process and the environment of its clients."""

    api: str
    environment: dict[str, str]
    folder: Path
    pid: int

    def post(self, path: str, body: object) -> object:
        for _ in range(30):  # its database is busy at times, and then it takes long or says 503, as to its own clients
            answer = httpx.post(f"{self.api}{path}", json=body, timeout=120)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(1)
        answer.raise_for_status()
        return answer.json()

    def start_run(self, deployment: str) -> None:
        """Start a run now, as somebody does in the pages of the server, or by `prefect deployment run`."""
        found = self.post("/deployments/filter", {"deployments": {"name": {"any_": [deployment]}}})
        assert isinstance(found, list)
        self.post(f"/deployments/{found[0]['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})

    def runs(self, deployment: str) -> list[dict[str, object]]:
        """Flow runs of a deployment, the first planned one first."""
        body = {"deployments": {"name": {"any_": [deployment]}}, "sort": "EXPECTED_START_TIME_ASC"}
        found = self.post("/flow_runs/filter", body)
        assert isinstance(found, list)
        return found

    def finished(self, deployment: str, count: int, seconds: int) -> list[dict[str, object]]:
        """The runs that ended, once there are `count` of them."""
        ended: list[dict[str, object]] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ended = [r for r in self.runs(deployment) if r["state_type"] in ("COMPLETED", "FAILED", "CRASHED")]
            if len(ended) >= count:
                return ended
            time.sleep(2)
        logs = "\n".join(path.read_text(errors="replace")[-3000:] for path in self.folder.glob("*.log"))
        raise AssertionError(f"{len(ended)} of {count} runs of {deployment} ended:\n{logs}")


class _Failing(BaseHTTPRequestHandler):
    """Well when asked how it is, and unavailable for everything else."""

    def do_GET(self) -> None:
        health = self.path.endswith(("/health", "/admin/version"))
        body = b'"3.8.8"' if self.path.endswith("version") else b"true"
        self.send_response(200 if health else 503)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def events_told() -> None:
    """Have the server told what happened in this process, and nothing kept that is bound to it.

    Prefect keeps one sender of events a process, made with the settings of its first event: with another server, or when
    that one has gone, each event waits until it fails, and runs come late.
    """
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=30, at_exit=False)


@contextmanager
def failing_server() -> Iterator[str]:
    """The address of a server that is there and answers every request of a flow with 503."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Failing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def database_of(server: Server) -> bytes:
    """The database of a server as it is now: a home that has it starts in half the time, for its tables are there."""
    with (
        closing(sqlite3.connect(Path(server.environment["PREFECT_HOME"]) / "prefect.db")) as theirs,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        theirs.backup(copy)
        return copy.serialize()


def make_home(folder: Path, database: bytes | None) -> Path:
    """A home of Prefect, as a first start finds it or, given a database, one after that."""
    folder.mkdir()
    if database:
        (folder / "prefect.db").write_bytes(database)
    return folder


@contextmanager
def prefect_server_process(folder: Path, database: bytes | None = None) -> Iterator[Server]:
    """A Prefect server of its own, its home and logs in `folder`; given a database, it need not make its tables."""
    home = make_home(folder / "home-of-prefect", database)
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "3",
        "PREFECT_WORKER_QUERY_SECONDS": "3",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "10",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "3",  # of each deployment, and not a hundred that never come
        "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "1",  # a run that waits for another asks again
    }
    command = [str(BIN / "prefect"), "server", "start", "--port", str(port)]
    with process(command, folder, environment, folder / "server.log") as running:
        api = environment["PREFECT_API_URL"]
        for _ in range(120):
            try:
                if httpx.get(f"{api}/health", timeout=2).is_success:
                    break
            except httpx.TransportError:
                time.sleep(1)
        else:
            raise AssertionError((folder / "server.log").read_text()[-3000:])
        yield Server(api, environment, folder, running.pid)


@contextmanager
def quick_server(folder: Path, config: pytest.Config) -> Iterator[Server]:
    """As `prefect_server_process`, with the tables that the first one of a checkout made, for this version of Prefect."""
    cache = getattr(config, "cache", None)  # pytest may run without it
    kept = cache.mkdir("prefect") / f"{version('prefect')}.db" if cache else None
    database = kept.read_bytes() if kept and kept.exists() else None
    with prefect_server_process(folder, database) as server:
        if kept and database is None:
            own = kept.with_name(f"{kept.name}-{os.getpid()}")
            own.write_bytes(database_of(server))
            own.rename(kept)
        yield server
