"""The Prefect flow: its steps, its artifacts, and that nothing gets out when something is wrong."""

import asyncio
import shutil
from datetime import date
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import Artifact, State

from flows.release import release
from schemas.products import SCHEMA_VERSION
from support.disk import leave, small_disk
from support.editions import published_versions
from support.forked import Commands
from support.prefect_servers import Server
from support.project import ONE, READING, Project
from support.staged import staged_folder as staged_folder
from support.staged import staged_once as staged_once

AS_OF = date(2026, 11, 23)

# Prefect's own server and its libraries warn; what they warn of is not ours to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.xdist_group("prefect"),
    pytest.mark.usefixtures("prefect_server"),
]


@pytest.fixture
def root(project: Project, staged_once: None) -> Path:
    """A small project whose releases hold what publishers look at; those of the real records are whole."""
    return project.root


def _of(state: State) -> FlowRunFilter:
    """What belongs to a flow run; the server has those of other tests, too."""
    assert state.state_details.flow_run_id is not None
    return FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))


async def _artifact(key: str, state: State) -> Artifact:
    async with get_client() as client:
        found = await client.read_artifacts(flow_run_filter=_of(state))
    (artifact,) = [a for a in found if a.key == key]
    return artifact


def artifact(key: str, state: State) -> Artifact:
    """The artifact that a flow run left under a key."""
    return asyncio.run(_artifact(key, state))


async def _task_runs(state: State) -> list[str]:
    async with get_client() as client:
        runs = await client.read_task_runs(flow_run_filter=_of(state))
    return [run.name.rsplit("-", 1)[0] for run in runs]


async def _states(state: State) -> dict[str, str]:
    async with get_client() as client:
        (own,) = await client.read_flow_runs(flow_run_filter=_of(state))
        runs = await client.read_task_runs(flow_run_filter=_of(state))
    return {"": own.name, **{run.name.rsplit("-", 1)[0]: str(run.state_name) for run in runs}}


def run(root: Path, version: str | None = None) -> State:
    return release(root, AS_OF, AS_OF, version, return_state=True)


def test_the_flow_publishes_a_release_and_leaves_a_summary(root: Path) -> None:
    state = run(root)
    assert state.is_completed(), state.message
    folder = root / "build" / "releases" / "2026.11.0"
    assert state.message == f"published 2026.11.0 in {folder.parent}, unsigned"
    summary = artifact("release-summary", state)
    assert "Kiban 2026.11.0" in str(summary.data)
    assert "| models |" in str(summary.data)
    assert "## 2026.11.0\n\nAs of 2026-11-" in str(summary.data)
    assert f"({(folder / 'CHANGELOG.md').as_uri()})" in str(summary.data)
    assert sorted(asyncio.run(_task_runs(state))) == sorted(
        ["check records", "derive tables", "hold claims", "publish release", "report", "report findings"]
    )
    assert not list((root / "build").glob(".work*"))
    assert SCHEMA_VERSION in (folder / "release.json").read_text()


def test_a_record_with_an_error_stops_the_flow_and_is_an_artifact(project: Project, root: Path) -> None:
    project.edit(ONE, 'organisations = ["acme"]', 'organisations = ["acne"]')
    state = run(root)
    assert state.is_failed()
    assert "cross.unknown-organisation" in str(state.message)
    assert "acne" in str(artifact("release-findings", state).data)
    assert published_versions(root / "build" / "releases") == []
    assert not list((root / "build").glob(".work*"))


def test_a_claim_that_changed_its_verdict_stops_the_flow(project: Project, root: Path) -> None:
    project.edit(READING, 'verdict     = "holds"', 'verdict     = "differs"')
    state = run(root)
    assert state.is_failed()
    assert "claim.verdict-changed" in str(state.message)
    assert published_versions(root / "build" / "releases") == []


def test_a_claim_whose_query_need_not_repeat_stops_every_run_over_it(project: Project, root: Path) -> None:
    project.edit(READING, "'dense' as found", "now()::varchar as found")
    for _ in range(2):
        state = run(root)
        assert state.is_failed()
        assert "the query calls now(), which does not repeat" in str(state.message)
    assert published_versions(root / "build" / "releases") == []


def test_a_claim_whose_query_fails_stops_the_flow_and_is_asked_again(project: Project, root: Path) -> None:
    project.edit(READING, "'dense' as found", "error('no')::varchar as found from models limit 1")
    project.edit(READING, 'verdict     = "holds"', 'verdict     = "undecided"')
    for _ in range(2):
        state = run(root)
        assert state.is_failed()
        assert "claim.query-fails" in str(state.message)
        assert list((root / "build" / ".derived").iterdir()) == []
    assert published_versions(root / "build" / "releases") == []


def test_nothing_changed_completes_without_a_release(root: Path) -> None:
    assert run(root).is_completed()
    before = (root / "build" / "releases" / "releases.json").read_bytes()
    state = run(root)
    assert state.is_completed()
    assert state.message == f"nothing changed since 2026.11.0; no release was made in {root / 'build' / 'releases'}"
    assert "nothing changed" in str(artifact("release-summary", state).data)
    assert (root / "build" / "releases" / "releases.json").read_bytes() == before


async def _derived(state: State) -> str:
    async with get_client() as client:
        runs = await client.read_task_runs(flow_run_filter=_of(state))
    (name,) = [task.state_name for task in runs if task.name.startswith("derive tables")]
    return str(name)


def test_tables_of_the_same_records_rules_and_day_are_derived_once(project: Project, root: Path) -> None:
    project.edit(ONE, '"uno"', '"ein"')  # the server knows the records of the other tests
    assert asyncio.run(_derived(run(root))) == "Completed"
    assert asyncio.run(_derived(run(root))) == "Cached"
    project.edit(ONE, "aliases ", "aliases  ")  # another file, the same record
    assert asyncio.run(_derived(run(root))) == "Cached"
    project.edit(ONE, 'name          = "One"', 'name          = "One 1"')
    assert asyncio.run(_derived(run(root))) == "Completed"


def test_derived_tables_that_somebody_deleted_are_made_anew(root: Path) -> None:
    assert run(root).is_completed()
    shutil.rmtree(root / "build" / ".derived")
    state = run(root)
    assert state.is_completed(), state.message
    assert "nothing changed" in str(state.message)


def test_what_a_store_refuses_ends_the_flow_with_one_line(root: Path) -> None:
    (root / "build").mkdir()
    (root / "build" / "releases").write_text("a file where the folder should be")
    state = run(root)
    assert state.is_failed()
    assert str(state.message).startswith("not published: ")
    assert "\n" not in str(state.message)
    assert "Traceback" not in str(state.message)


def test_a_published_version_is_refused_by_the_flow_too(root: Path) -> None:
    assert run(root, "2026.11.0").is_completed()
    before = (root / "build" / "releases" / "2026.11.0" / "SHA256SUMS").read_bytes()
    state = run(root, "2026.11.0")
    assert state.is_failed()
    assert (root / "build" / "releases" / "2026.11.0" / "SHA256SUMS").read_bytes() == before


def test_a_run_is_named_by_what_it_did_and_red_where_it_failed(project: Project, root: Path) -> None:
    assert asyncio.run(_states(run(root)))[""] == "2026-11-23 published 2026.11.0"
    assert asyncio.run(_states(run(root)))[""] == "2026-11-23 nothing changed"
    project.edit(ONE, 'organisations = ["acme"]', 'organisations = ["acne"]')
    assert asyncio.run(_states(run(root))) == {"": "2026-11-23 failed: check records", "check records": "Failed"}


def test_links_lead_to_where_readers_find_the_release(root: Path) -> None:
    state = release(root, AS_OF, AS_OF, public="https://example.org/kiban/", return_state=True)
    assert "(https://example.org/kiban/2026.11.0/CHANGELOG.md)" in str(artifact("release-summary", state).data)


def test_a_full_disk_ends_the_command_with_one_line(
    project: Project, tmp_path: Path, forked: Commands, prefect_process: Server
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        store = disk / "store"
        leave(disk, 2 * 2**20)
        words = ["release", "--root", str(project.root), "--to", str(store), "--as-of", "2022-06-30"]
        quiet = {**prefect_process.environment, "PREFECT_LOGGING_LEVEL": "CRITICAL"}
        done = forked.run(words, tmp_path, quiet)
        assert done.returncode == 1, done.stderr
        said = [line for line in done.stderr.splitlines() if line.strip()]
        assert said[-1].endswith(
            f"{store}: the release cannot be made: No space left on device; free space and run it again"
        )
        assert "Traceback" not in done.stderr + done.stdout
        assert [path.name for path in store.iterdir() if path.name != ".lock"] == []
