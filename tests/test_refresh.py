"""A refresh: publishes only what changed, tells what came of it, and survives whatever stops it."""

import json
import os
import shlex
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State

from flows.operations.status import read_status
from flows.publishing.move_index import entries_in
from flows.refresh import refresh
from flows.stores.folder import FolderStore
from flows.verification.verify import SEALS, verify_folder
from support.figures import KIBAN, without_figures
from support.forked import Commands, Started
from support.git import git
from support.here import Here
from support.prefect_servers import Server, failing_server, make_home, prefect_server_process
from support.project import ONE, REPOSITORY, Project, make_project
from support.staged import staged_folder as staged_folder
from support.staged import staged_once as staged_once

# Prefect's own server and its libraries warn; what they warn of is not ours to mend.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("prefect")]

GUIDE = (REPOSITORY / "OPERATING.md").read_text()


@pytest.fixture
def home(tmp_path: Path, staged_once: None) -> Project:
    """A small project; what is published in this process holds what publishers look at, a process makes it whole."""
    return make_project(tmp_path / "home")


def run(home: Project, **more: object) -> State:
    return refresh(home.root, audit_limit=0, return_state=True, **more)


def versions(home: Project) -> list[str]:
    return [entry.version for entry in entries_in(FolderStore(home.root / "build" / "releases"))[0]]


def test_a_change_is_published_and_no_change_is_not(home: Project, prefect_server: None) -> None:
    state = run(home)
    assert state.is_completed(), state.message
    (first,) = versions(home)
    assert read_status(home.root)["latest"] == first
    state = run(home)
    assert state.is_completed()
    assert str(state.message).startswith(f"nothing changed since {first}")
    assert versions(home) == [first]
    assert read_status(home.root)["latest"] == first
    home.edit(ONE, '"uno"', '"eins"')
    assert run(home).is_completed()
    assert len(versions(home)) == 2
    assert not list((home.root / "build").glob(".work*"))


def test_a_record_with_an_error_is_named_and_the_last_release_stays(home: Project, prefect_server: None) -> None:
    assert run(home).is_completed()
    before = versions(home)
    home.edit(ONE, 'organisations = ["acme"]', 'organisations = ["acne"]')
    state = run(home)
    assert state.is_failed()
    assert "raw/models/acme/one.toml:" in str(state.message)
    status = read_status(home.root)
    assert status["state"] == "failed"
    assert "acne" in str(status["last_failure"])
    assert status["latest"] == before[0]
    assert versions(home) == before


def test_records_of_a_branch_are_published_from_its_commit(home: Project, tmp_path: Path, prefect_server: None) -> None:
    git(home.root, "init", "--initial-branch", "main")
    git(home.root, "add", "raw")
    git(home.root, "commit", "-m", "first")
    place = tmp_path / "operator"
    place.mkdir()
    state = refresh(place, remote=str(home.root), audit_limit=0, return_state=True)
    assert state.is_completed(), state.message
    (release,) = (place / "build" / "releases").glob("2*")
    assert json.loads((release / "release.json").read_text())["source"] == {
        "commit": git(home.root, "rev-parse", "HEAD"),
        "clean": True,
    }


def test_a_remote_that_cannot_be_fetched_is_a_failed_step(
    home: Project, monkeypatch: pytest.MonkeyPatch, prefect_server: None
) -> None:
    from flows import refresh as module

    monkeypatch.setattr(module, "fetch", module.fetch.with_options(retries=0))
    state = run(home, remote="https://127.0.0.1:9/records.git")
    assert state.is_failed()
    assert str(state.message).startswith("fetch records: git fetch from https://127.0.0.1:9/records.git: ")
    state = run(home, remote="https://user:secret@127.0.0.1:9/records.git")
    assert state.is_failed()
    assert "credential helper" in str(state.message)
    assert "secret" not in (home.root / "build" / "status.json").read_text()


def test_a_branch_that_is_not_there_is_asked_for_once(home: Project, prefect_server: None) -> None:
    git(home.root, "init", "--initial-branch", "main")
    start = time.monotonic()
    state = run(home, remote=str(home.root), branch="mian")
    assert state.is_failed()
    assert "couldn't find remote ref" in str(state.message)
    assert time.monotonic() - start < 20  # other faults are tried again after 5 and 30 seconds


def test_a_step_that_breaks_is_named(home: Project, monkeypatch: pytest.MonkeyPatch, prefect_server: None) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by a fault of ours")

    monkeypatch.setattr("flows.operations.derived.products", broken)
    state = run(home)
    assert state.is_failed()
    assert state.message == "derive tables: ZeroDivisionError: by a fault of ours"
    assert read_status(home.root)["last_failure"]["step"] == "derive tables"
    assert versions(home) == []


# --- as a process


@pytest.fixture(scope="module")
def environment(prefect_process: Server) -> dict[str, str]:
    """The environment of processes that share one Prefect server: their own would take most of the time."""
    return prefect_process.environment


@pytest.fixture
def serverless(tmp_path: Path, prefect_database: bytes) -> dict[str, str]:
    """The environment of a process that starts a temporary server of its own, as under cron, not for the first time."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**own, "PREFECT_HOME": str(make_home(tmp_path / "prefect", prefect_database))}


def started(forked: Commands, home: Project, environment: dict[str, str]) -> Started:
    return forked.start(["refresh", "--audit-limit", "0"], home.root, environment)


def is_whole(home: Project) -> bool:
    """Whether what is published is all there, byte for byte; what a release holds is the concern of other tests."""
    releases = home.root / "build" / "releases"
    if not (releases / "releases.json").exists():
        return True
    return not [c for c in verify_folder(releases, checks=SEALS) if c.status == "failed"]


def crontab_command(home: Project, releases: Path) -> str:
    """The line of the operator's page for cron, without its time, for a project and a folder of ours."""
    (line,) = [line for line in GUIDE.splitlines() if line.startswith("0 6 * * 1  ")]
    command = line.removeprefix("0 6 * * 1  ")
    for told, ours in (("/srv/kiban-project", home.root), ("/srv/kiban ", f"{releases} --audit-limit 0 ")):
        assert command.count(told) == 1
        command = command.replace(told, str(ours))
    return command


def test_cron_learns_from_the_exit_code_what_came_of_it(
    home: Project, serverless: dict[str, str], environment: dict[str, str], tmp_path: Path
) -> None:
    home.write(".venv/bin/kiban", f'#!/bin/sh\nexec {shlex.join(KIBAN)} "$@"\n')
    home.path(".venv/bin/kiban").chmod(0o755)
    serverless, environment = without_figures(serverless), without_figures(environment)
    command = crontab_command(home, tmp_path / "releases")
    log = home.root / "build" / "refresh.log"
    log.parent.mkdir()
    done = subprocess.run(["/bin/sh", "-c", command], env=serverless, cwd="/", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), log.read_text()
    (entry,) = entries_in(FolderStore(tmp_path / "releases"))[0]
    assert f"published {entry.version}" in log.read_text()
    home.edit(ONE, 'organisations = ["acme"]', 'organisations = ["acne"]')
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, cwd="/", capture_output=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in log.read_text()


def test_a_refresh_that_is_killed_at_any_step_is_safe_to_repeat(
    home: Project, forked: Commands, environment: dict[str, str], prefect_server: None
) -> None:
    # with a work folder; with derived tables in it; when the release is out, but not told of
    for line in ("records.fetched", "tables.derived", "release.published"):
        process = started(forked, home, environment)
        process.until(line)
        process.send(signal.SIGKILL)
        assert process.wait()[0] == -signal.SIGKILL
        assert is_whole(home), line
    state = run(home)
    assert state.is_completed(), state.message
    assert len(versions(home)) == 1
    assert is_whole(home)
    left = [p.name for p in (home.root / "build").iterdir() if p.name.startswith((".work", ".staging"))]
    assert left == []


def test_sigterm_ends_a_refresh_cleanly(home: Project, forked: Commands, environment: dict[str, str]) -> None:
    process = started(forked, home, environment)
    process.until("records.fetched")
    os.kill(process.pid, signal.SIGTERM)
    code, output = process.wait()
    assert code in (130, 143), output
    assert is_whole(home)
    assert not [p for p in (home.root / "build").iterdir() if p.name.startswith(".work")]


def test_a_server_that_is_down_at_the_start_is_one_message(
    home: Project, forked: Commands, environment: dict[str, str]
) -> None:
    done = forked.run(["refresh"], home.root, {**environment, "PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert done.returncode == 2
    assert "unset PREFECT_API_URL" in done.stderr
    assert "Traceback" not in done.stderr
    status = read_status(home.root)
    assert (status["state"], status["last_failure"]["step"]) == ("failed", "start")
    assert "unset PREFECT_API_URL" in status["last_failure"]["message"]


def test_a_server_that_fails_is_one_message(home: Project, prefect_process: Server, here: Here) -> None:
    with failing_server() as api:
        done = here.kiban(replace(prefect_process, api=api), home.root, "refresh", retries=0)
    assert done.returncode == 2, done.stderr
    assert "the Prefect server answers 503" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_goes_down_in_the_middle_loses_nothing(
    home: Project, forked: Commands, prefect_database: bytes, prefect_server: None, tmp_path: Path
) -> None:
    with prefect_server_process(tmp_path, prefect_database) as server:
        process = started(forked, home, {**server.environment, "PREFECT_CLIENT_MAX_RETRIES": "0"})
        process.until("records.fetched")
        os.killpg(server.pid, signal.SIGKILL)
        code, output = process.wait()
    assert code in (1, 2), output
    assert [line for line in output.splitlines() if line.startswith("the Prefect server cannot be reached")], output
    assert read_status(home.root)["state"] == "failed"
    assert is_whole(home)
    state = run(home)
    assert state.is_completed(), state.message
    assert len(versions(home)) == 1
