"""A release can be made again from its commit: the same bytes, whatever the clock, place, locale or threads."""

import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import flows.rebuild
from flows.canonical import sha256
from flows.rebuild import RebuildError, Rebuilt, rebuild
from flows.stores.folder import FolderStore
from support.project import ONE, REPOSITORY, Project, make_project

pytestmark = pytest.mark.xdist_group("rebuild")

# both releases in one process, for it takes seconds to import all; between them it waits for the second commit
MAKE = """
import sys
from flows.rebuild import publish_here
publish_here("2022-06-30", "2022.6.0")
print("made", flush=True)
sys.stdin.readline()
publish_here("2022-06-30", "2022.6.1")
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under git with two releases, each from a commit of its own."""
    project = make_project(tmp_path_factory.mktemp("repository") / "kiban")
    for name in ("flows", "schemas"):
        shutil.copytree(REPOSITORY / name, project.root / name, ignore=shutil.ignore_patterns("__pycache__"))
    # two figures stand for all, which are drawn alike, and of which tests of their own say that they repeat
    project.append("flows/figures/draw.py", "\nFIGURES = FIGURES[:2]\n")
    shutil.copyfile(REPOSITORY / "requirements.txt", project.root / "requirements.txt")
    project.write(".gitignore", "/build/\n__pycache__/\n")
    git(project.root, "init")
    commit(project, "first")
    with subprocess.Popen(
        [sys.executable, "-c", MAKE],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(project.root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as made:
        assert made.stdout is not None
        assert made.stdout.readline() == "made\n"
        project.edit(ONE, 'aliases       = ["One 175B", "uno"]', 'aliases       = ["One 175B", "uno", "Eins"]')
        commit(project, "second")
        made.communicate("\n")
    assert made.returncode == 0
    return project.root


def commit(project: Project, message: str) -> None:
    git(project.root, "add", ".")
    git(project.root, "commit", "-m", message)


@pytest.fixture(scope="module")
def again(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Rebuilt, Path]:
    """Result of making the first release again, and the folder that was made; it takes seconds, so it is done once."""
    kept, make = tmp_path_factory.mktemp("again") / "made", flows.rebuild._make

    def keep(*arguments: Path | str) -> Path:
        return shutil.copytree(make(*arguments), kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows.rebuild, "_make", keep)
        return rebuild(repository, FolderStore(repository / "build" / "releases"), "2022.6.0"), kept


@pytest.fixture
def store(
    repository: Path, again: tuple[Rebuilt, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FolderStore:
    """A copy of the releases, to be tampered with; what making the first one again gives is known."""
    shutil.copytree(repository / "build" / "releases", tmp_path / "releases")
    monkeypatch.setattr(flows.rebuild, "_make", lambda *_: again[1])
    return FolderStore(tmp_path / "releases")


def test_publish_here_keeps_the_name_place_and_parameters_by_which_other_commits_call_it() -> None:
    assert str(inspect.signature(flows.rebuild.publish_here)) == "(as_of: str, version: str) -> None"


def test_a_release_is_made_again_to_the_byte(again: tuple[Rebuilt, Path]) -> None:
    made, _ = again
    assert (made.other_bytes, made.other_content, made.libraries) == ([], [], [])
    assert made.same
    assert made.files > 60
    assert len(list((again[1] / "figures").glob("*.svg"))) == 4


def test_time_zone_locale_clock_and_threads_have_no_say_in_a_release_after_another(repository: Path) -> None:
    environment = {
        **os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "1",
        "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "7",
    }  # fmt: skip
    command = ["taskset", "-c", "0", sys.executable, "-m", "flows.cli.main", "rebuild", "2022.6.1"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "has the same bytes" in done.stdout


def test_a_cell_that_is_another_is_found(repository: Path, store: FolderStore) -> None:
    csv = store.root / "2022.6.0" / "data" / "models.csv"
    csv.write_text(csv.read_text().replace("uno", "due"))
    manifest = store.root / "2022.6.0" / "release.json"
    body = json.loads(manifest.read_text())
    body["tables"]["models"]["content_sha256"] = sha256(csv)
    manifest.write_text(json.dumps(body))
    made = rebuild(repository, store, "2022.6.0")
    assert not made.same
    assert made.other_content == ["models"]
    assert made.other_bytes == ["data/models.csv", "release.json"]


def test_other_libraries_may_write_other_bytes_but_not_other_content(repository: Path, store: FolderStore) -> None:
    parquet = store.root / "2022.6.0" / "data" / "models.parquet"
    pq.write_table(pq.read_table(parquet), parquet, compression="gzip")
    assert not rebuild(repository, store, "2022.6.0").same
    manifest = store.root / "2022.6.0" / "release.json"
    body = json.loads(manifest.read_text())
    body["libraries"]["pyarrow"] = "24.0.0"
    manifest.write_text(json.dumps(body))
    made = rebuild(repository, store, "2022.6.0")
    assert made.same
    assert made.other_content == []
    assert "data/models.parquet" in made.other_bytes
    assert [line.split()[0] for line in made.libraries] == ["pyarrow"]


def test_what_was_never_committed_cannot_be_made_again(repository: Path, store: FolderStore) -> None:
    manifest = store.root / "2022.6.0" / "release.json"
    body = json.loads(manifest.read_text())
    for source, says in (
        ({"commit": body["source"]["commit"], "clean": False}, "commit first"),
        ({"commit": None, "clean": False}, "commit first"),
        ({"commit": "0" * 40, "clean": True}, "is not in"),
        ({"commit": "--help", "clean": True}, "is no commit"),
    ):
        manifest.write_text(json.dumps({**body, "source": source}))
        with pytest.raises(RebuildError, match=says):
            rebuild(repository, store, "2022.6.0")
