"""The command `kiban release` with Prefect beneath it: pipes that close, an interrupt, a server that is not there."""

import os
import shlex
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from support.figures import KIBAN, without_figures
from support.here import Here
from support.prefect_servers import BIN, Server, make_home
from support.project import Project

pytestmark = pytest.mark.xdist_group("prefect")

RELEASE = shlex.join([*KIBAN, "release"])


def test_a_closed_pipe_ends_no_run_and_leaves_no_server(
    tmp_path: Path, project: Project, prefect_database: bytes
) -> None:
    command = f"{RELEASE} 2>{tmp_path}/log | head -1; exit ${{PIPESTATUS[0]}}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=project.root,
        env=without_figures({**own, "PREFECT_HOME": str(make_home(tmp_path / "prefect", prefect_database))}),
        capture_output=True,
        text=True,
        check=False,
    )
    log = (tmp_path / "log").read_text()
    assert (done.returncode, done.stdout) == (0, "tables\n"), log
    assert "Stopping temporary server" in log


def test_a_closed_pipe_of_all_output_ends_no_run(project: Project, prefect_process: Server) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{RELEASE} 2>&1 | head -1; exit ${{PIPESTATUS[0]}}"],
        cwd=project.root,
        env=without_figures(prefect_process.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert (project.root / "build" / "releases" / "releases.json").is_file()


def test_an_interrupt_ends_a_release_within_seconds(tmp_path: Path, project: Project) -> None:
    process = subprocess.Popen(
        [BIN / "kiban", "release"],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "PREFECT_HOME": str(tmp_path / "prefect")},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Starting temporary server" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not (project.root / "build" / "releases" / "releases.json").exists()


@pytest.mark.filterwarnings("ignore")  # Prefect's own client warns
def test_a_server_that_cannot_be_reached_is_one_message(project: Project, prefect_process: Server, here: Here) -> None:
    done = here.kiban(replace(prefect_process, api="http://127.0.0.1:9/api"), project.root, "release", retries=0)
    assert done.returncode == 2
    assert "unset PREFECT_API_URL" in done.stderr
