"""The hub layer on a real Dask cluster: a scheduler and two workers, of which one is killed in the middle."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from flows.hub_layer import derive
from flows.hub_release import with_runner
from support.hub_snapshots import write_snapshot
from support.prefect_servers import BIN, Server, process
from support.project import TODAY, Project

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("prefect")]

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Cluster:
    """A scheduler at an address, and its workers."""

    address: str
    workers: list["subprocess.Popen[bytes]"]


@pytest.fixture
def cluster(tmp_path: Path, prefect_process: Server) -> Iterator[Cluster]:
    """A scheduler and two workers without nannies: who is killed stays dead."""
    environment = {**os.environ, **prefect_process.environment, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    dask = [str(BIN / "dask")]
    with ExitStack() as stack:

        def start(name: str, *words: str) -> "subprocess.Popen[bytes]":
            return stack.enter_context(process([*dask, *words], tmp_path, environment, tmp_path / f"{name}.log"))

        file = tmp_path / "scheduler.json"
        start(
            "scheduler",
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(file),
        )
        workers = [
            start(
                f"worker-{number}",
                "worker",
                "--scheduler-file",
                str(file),
                "--no-nanny",
                "--nthreads",
                "1",
                "--no-dashboard",
            )
            for number in range(2)
        ]
        end = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < end, (tmp_path / "scheduler.log").read_text()
            time.sleep(0.1)
        yield Cluster(json.loads(file.read_text())["address"], workers)


def _published(project: Project, snapshot: Path, server: Server, address: str | None) -> str:
    """Publish a snapshot into the project's store; the sums of the release."""
    own = {PREFECT_API_URL: server.api, PREFECT_HOME: server.folder / "home-of-tests"}
    with temporary_settings(own):
        state = with_runner(address)(project.root, snapshot, DAY, TODAY, return_state=True)
    assert state.is_completed(), state.message
    return (project.root / "build" / "releases" / "hub" / "2026.11.20" / "SHA256SUMS").read_text()


def test_a_worker_that_is_killed_costs_only_its_part_and_the_bytes_are_those_of_one_machine(
    cluster: Cluster, prefect_process: Server, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": f"owner-{n % 50}/{n}", "tags": ["ja"][: n % 2]} for n in range(200)]
    snapshot = write_snapshot(tmp_path / "snapshot.parquet", rows)
    monkeypatch.setattr(derive, "AT_A_TIME", 10)
    home = project.root / "build" / ".hub"
    seen: list[str] = []

    def strike() -> None:
        while not (derived := list(home.glob("?" * 32))):
            time.sleep(0.01)
        cluster.workers[0].send_signal(signal.SIGKILL)
        seen.extend(path.name for path in derived)

    striker = Thread(target=strike)
    striker.start()
    on_cluster = _published(project, snapshot, prefect_process, cluster.address)
    striker.join()
    assert seen
    assert cluster.workers[0].wait() == -signal.SIGKILL
    assert cluster.workers[1].poll() is None
    (project.root / "build" / "releases" / "hub").rename(tmp_path / "made-by-the-cluster")
    assert on_cluster == _published(project, snapshot, prefect_process, None)
