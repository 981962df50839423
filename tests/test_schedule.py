"""A real Prefect server, a served schedule and a process worker: runs fire, complete, wait for each other, and tell."""

import json
import shlex
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import signature
from pathlib import Path

import pytest
import yaml

from flows.hub_refresh import refresh_hub
from flows.refresh import refresh
from flows.schedule import hub_deployment, refresh_deployment
from support.here import Here
from support.hub_lists import hub_list, listed
from support.prefect_servers import BIN, Server, process, quick_server
from support.project import ONE, REPOSITORY, Project, make_project

# Prefect's own client warns; what it warns of is not ours to mend. This waits for minutes to pass; others run meanwhile.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("schedule")]

EVERY_MINUTE = "* * * * *"
GUIDE = (REPOSITORY / "OPERATING.md").read_text()


def told(beginning: str) -> list[str]:
    """The one command of the operator's page that begins so, as a shell would take it apart."""
    (line,) = [line for line in GUIDE.splitlines() if line.startswith(beginning)]
    return [EVERY_MINUTE if word == "0 6 * * 1" else word for word in shlex.split(line)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Server]:
    with quick_server(tmp_path_factory.mktemp("server"), pytestconfig) as running:
        yield running


@dataclass(frozen=True)
class Deployed:
    """A project deployed by `prefect.yaml`, and its worker."""

    project: Project
    worker: subprocess.Popen[bytes]

    def first(self, server: Server) -> dict[str, object]:
        """The first run; after it and that of the hub the worker ends, for others every minute would show nothing more."""
        (first, *_) = server.finished("weekly", 1, 180)
        server.finished("hub-weekly", 1, 180)
        self.worker.send_signal(signal.SIGTERM)
        return first


def project_with_code(folder: Path) -> Project:
    """A small project with the code and `prefect.yaml`, as a clone of the repository has it."""
    project = make_project(folder)
    for name in ("flows", "schemas"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    # one figure stands for all: here it matters that a worker draws
    project.append("flows/figures/draw.py", "\nFIGURES = FIGURES[:1]\n")
    text = (REPOSITORY / "prefect.yaml").read_text()
    assert text.count('"0 6 * * 1"') == 2
    project.write(
        "prefect.yaml", text.replace('"0 6 * * 1"', f'"{EVERY_MINUTE}"').replace("audit_limit: 50", "audit_limit: 0")
    )
    return project


class _Hook(BaseHTTPRequestHandler):
    got: list[dict[str, object]]

    def do_POST(self) -> None:
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A webhook on loopback, and what was posted to it."""
    got: list[dict[str, object]] = []
    hook = ThreadingHTTPServer(("127.0.0.1", 0), type("Hook", (_Hook,), {"got": got}))
    thread = threading.Thread(target=hook.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{hook.server_port}/hook", got
    finally:
        hook.shutdown()
        thread.join()
        hook.server_close()


def run(server: Server, cwd: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**server.environment, "PWD": str(cwd)}  # as a shell has it
    program = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def spans(runs: list[dict[str, object]]) -> list[tuple[str, str]]:
    return sorted((str(r["start_time"]), str(r["end_time"])) for r in runs)


def artifacts(server: Server, run_ids: set[object]) -> set[object]:
    found = server.post("/artifacts/filter", {})
    assert isinstance(found, list)
    return {artifact["key"] for artifact in found if artifact["flow_run_id"] in run_ids}


@pytest.fixture(scope="module", autouse=True)
def deployed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A project deployed by `prefect.yaml` and its worker, at work from the start: the tests wait for the same minute."""
    project = project_with_code(tmp_path_factory.mktemp("deployed") / "project")
    run(server, project.root, *told("prefect --no-prompt work-pool create"))
    run(server, project.root, *told("prefect --no-prompt deploy"))
    command = told("prefect worker start")
    command[0] = str(BIN / command[0])
    with hub_list(listed("a/b")) as hub:
        environment = {**server.environment, "HF_ENDPOINT": hub.server.url}
        server.start_run("hub-weekly")
        with process(command, project.root, environment, server.folder / "worker.log") as worker:
            yield Deployed(project, worker)


def test_a_served_schedule_fires_completes_and_runs_one_at_a_time(
    server: Server, deployed: Deployed, tmp_path: Path, here: Here
) -> None:
    project = make_project(tmp_path / "project")

    def kiban(*words: str) -> str:
        done = here.kiban(server, project.root, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with webhook() as (url, got):
        command = told("kiban schedule ")
        command = [str(BIN / command[0]), *command[1:], "--audit-limit", "0"]
        environment = {**server.environment, "PYTHONPATH": str(deployed.project.root)}
        with process(command, project.root, environment, server.folder / "serve.log") as serving:
            kiban("notify", url, "--allow-private")
            assert "a webhook of 127.0.0.1" in kiban("notify")
            kiban("notify", "--test")
            first = server.finished("scheduled", 1, 150)[0]
            assert first["state_type"] == "COMPLETED", first
            assert "published" in str(first["state"])
            assert first["auto_scheduled"] is True
            deployed.first(server)
            project.edit(ONE, 'organisations = ["acme"]', 'organisations = ["acne"]')
            for _ in range(2):
                server.start_run("scheduled")
            runs = server.finished("scheduled", 3, 120)
            assert all(before[1] <= after[0] for before, after in zip(spans(runs), spans(runs)[1:], strict=False))
            for _ in range(120):
                if any(posted["event"] == "kiban.refresh.failed" for posted in got):
                    break
                time.sleep(1)
            serving.send_signal(signal.SIGTERM)
            assert serving.wait(timeout=60) is not None
        assert {"refresh", "release-summary", "release-findings"} <= artifacts(server, {r["id"] for r in runs})
        events = {str(posted["event"]): posted for posted in got}
        assert "kiban.notify.test" in events
        assert "called no more" in kiban("notify", "--off")
        assert "no webhook was called" in kiban("notify", "--off")
        assert "2026." in str(events["kiban.release.published"]["version"])
        assert "raw/models/acme/one.toml" in str(events["kiban.refresh.failed"]["message"])
    status = json.loads((project.root / "build" / "status.json").read_text())
    assert status["state"] == "failed"
    assert "acne" in status["last_failure"]["message"]
    assert "published" in status["last_success"]["message"] or "nothing changed" in status["last_success"]["message"]
    assert status["next_due"].endswith("+09:00")
    assert len(list((project.root / "build" / "releases").glob("2026.*"))) == 1


def test_the_deployment_of_prefect_yaml_runs_on_a_process_worker(server: Server, deployed: Deployed) -> None:
    """That runs of it wait for each other is the server's, and seen at the served schedule: it is deployed the same."""
    first = deployed.first(server)
    assert first["state_type"] == "COMPLETED", first
    assert first["auto_scheduled"] is True
    assert "kiban" in list(first["tags"])
    assert {"refresh", "release-summary"} <= artifacts(server, {first["id"]})
    (deployment,) = server.post("/deployments/filter", {"deployments": {"name": {"any_": ["weekly"]}}})
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["schedules"][0]["schedule"]["cron"] == EVERY_MINUTE
    assert deployment["description"]
    assert (deployed.project.root / "build" / "releases" / "releases.json").is_file()


def test_the_hub_is_crawled_and_published_by_a_deployment_of_its_own(server: Server, deployed: Deployed) -> None:
    """It was started by hand: that a schedule fires is seen at the other one."""
    run = server.finished("hub-weekly", 1, 120)[0]
    assert run["state_type"] == "COMPLETED", run
    assert {"hub-refresh"} <= artifacts(server, {run["id"]})
    assert list((deployed.project.root / "build" / "releases" / "hub").glob("*/hub_models-000.parquet"))
    assert json.loads((deployed.project.root / "build" / "hub-status.json").read_text())["state"] == "ok"


def test_the_two_ways_to_a_schedule_deploy_the_same() -> None:
    deployments = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())["deployments"]
    ways = (
        ("weekly", refresh_deployment, "flows/refresh.py:refresh", refresh),
        ("hub-weekly", hub_deployment, "flows/hub_refresh.py:refresh_hub", refresh_hub),
    )
    for (name, serve, entrypoint, flow), deployed in zip(ways, deployments, strict=True):
        (schedule,) = deployed["schedules"]
        served = serve(schedule["cron"], schedule["timezone"], deployed["parameters"])
        assert served.concurrency_options is not None
        assert (deployed["name"], deployed["entrypoint"]) == (name, entrypoint)
        assert deployed["tags"] == served.tags
        assert deployed["parameters"]["cron"] == schedule["cron"]
        assert deployed["concurrency_limit"] == {
            "limit": served.concurrency_limit,
            "collision_strategy": served.concurrency_options.collision_strategy.value,
        }
        assert list(deployed["parameters"]) == list(signature(flow.fn).parameters)
