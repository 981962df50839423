"""Derivations in parts on a real Dask cluster: a scheduler and two workers, of which one is killed in the middle."""

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

from flows import derivation
from flows.derive.parts import split
from flows.derive.products import products, read_derived
from flows.hub_layer import derive
from flows.hub_release import with_runner
from support.axis_cases import ingested, record, source
from support.hub_snapshots import write_snapshot
from support.prefect_servers import BIN, Server, process
from support.project import TODAY, Project

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.xdist_group("prefect"),
    pytest.mark.usefixtures("prefect_server"),
]

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Cluster:
    """A scheduler at an address, where its log lies, and its workers."""

    address: str
    log: Path
    workers: list["subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, prefect_process: Server) -> Iterator[Cluster]:
    """A scheduler and two workers without nannies: who is killed stays dead, so the test that kills is the last."""
    tmp_path = tmp_path_factory.mktemp("cluster")
    environment = {**os.environ, **prefect_process.environment, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    dask = [str(BIN / "dask")]
    with ExitStack() as stack:

        def start(name: str, *words: str) -> "subprocess.Popen[bytes]":
            return stack.enter_context(process([*dask, *words], tmp_path, environment, tmp_path / f"{name}.log"))

        file, log = tmp_path / "scheduler.json", tmp_path / "scheduler.log"
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
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield Cluster(json.loads(file.read_text())["address"], log, workers)


def test_the_curated_derivation_by_two_workers_is_that_of_one_process(cluster: Cluster, tmp_path: Path) -> None:
    states = {"announced": {"value": date(2022, 3, 1)}, "routing": {"value": "dense"}}
    tables = ingested({f"maker/{name}": record(source("paper", states=states)) for name in "abcd"})
    split(tables, tmp_path / "in", 1)
    to = tmp_path / "release.duckdb"
    state = derivation.with_runner(cluster.address)(tmp_path / "in", DAY, to, return_state=True)
    assert state.is_completed(), f"{state.message}\n{cluster.log.read_text()}"
    assert read_derived(to, tables["readings"]) == products(tables, DAY)


def _published(project: Project, snapshot: Path, address: str | None) -> str:
    """Publish a snapshot into the project's store; the sums of the release."""
    state = with_runner(address)(project.root, snapshot, DAY, TODAY, return_state=True)
    assert state.is_completed(), state.message
    return (project.root / "build" / "releases" / "hub" / "2026.11.20" / "SHA256SUMS").read_text()


def test_a_worker_that_is_killed_costs_only_its_part_and_the_bytes_are_those_of_one_machine(
    cluster: Cluster, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": f"owner-{n % 50}/{n}", "tags": ["ja"][: n % 2]} for n in range(80)]
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
    on_cluster = _published(project, snapshot, cluster.address)
    striker.join()
    assert seen
    assert cluster.workers[0].wait() == -signal.SIGKILL
    assert cluster.workers[1].poll() is None
    (project.root / "build" / "releases" / "hub").rename(tmp_path / "made-by-the-cluster")
    assert on_cluster == _published(project, snapshot, None)
