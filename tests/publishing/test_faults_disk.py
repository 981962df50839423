"""A disk that is full or closed: one clear line, nothing lost, nothing half-visible, and then it goes on."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.canonical import sha256
from support.disk import free, leave, small_disk
from support.faults import Driver, Order, content, driver, make_roots, one_line, whole_versions
from support.faulty_s3 import memory_s3

pytestmark = pytest.mark.xdist_group("faults-disk")

FIRST, SECOND = "2022.6.0", "2022.6.1"


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return make_roots(tmp_path_factory.mktemp("roots"), 2)


@pytest.fixture(scope="module")
def publishers() -> Iterator[Driver]:
    with driver() as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, roots: list[str], publishers: Driver) -> Path:
    """A store with one release."""
    store = tmp_path_factory.mktemp("started") / "store"
    assert publishers.one(Order(str(store), roots[0])).version == FIRST
    return store


@pytest.fixture(scope="module")
def need(tmp_path_factory: pytest.TempPathFactory, started: Path, roots: list[str], publishers: Driver) -> int:
    """Bytes that the second release takes on a small disk."""
    with small_disk(tmp_path_factory.mktemp("need") / "disk") as disk:
        shutil.copytree(started, disk / "store")
        before = free(disk)
        assert publishers.one(Order(str(disk / "store"), roots[1])).version == SECOND
        return before - free(disk)


@pytest.mark.parametrize("missing", ["all", "7/8", "5/8", "3/8", "1/8", "1/32", "24K", "12K", "8K", "4K"])
def test_a_full_disk_is_one_line_and_leaves_the_store_as_it_was(
    missing: str, disk: Path, started: Path, need: int, roots: list[str], publishers: Driver
) -> None:
    store = disk / "store"
    shutil.copytree(started, store)
    before = content(store)
    if missing == "all":
        room = 0
    elif missing.endswith("K"):
        room = need - int(missing[:-1]) * 1024
    else:
        share, whole = map(int, missing.split("/"))
        room = need - need * share // whole
    ballast = leave(disk, room)
    outcome = publishers.one(Order(str(store), roots[1]))
    line = one_line(outcome)
    assert line.startswith(f"{store}: ")
    assert line.endswith("No space left on device; free space and run it again")
    after = content(store)
    assert {path: after[path] for path in before} == before
    assert whole_versions(store) == [FIRST]
    assert not list(store.glob(".staging-*"))
    ballast.unlink()
    if missing != "all" and after == before:
        return  # the next one finds what that of another case finds
    assert publishers.one(Order(str(store), roots[1])).code == 0
    assert whole_versions(store) == [FIRST, SECOND]


@pytest.mark.parametrize("limit", [100_000, 600_000])  # while DuckDB's file is committed, and while it is closed
def test_a_limit_on_the_size_of_files_is_one_line_and_leaves_nothing(
    limit: int, tmp_path: Path, roots: list[str], publishers: Driver
) -> None:
    store = tmp_path / "store"
    line = one_line(publishers.one(Order(str(store), roots[0], file_limit=limit)))
    assert line.startswith(f"{store}: the release cannot be made: File too large; raise the limit on the size of files")
    assert [path.name for path in store.iterdir()] == [".lock"]


def test_a_full_folder_for_temporary_files_is_one_line(disk: Path, roots: list[str], publishers: Driver) -> None:
    leave(disk, 2 * 2**20)
    with memory_s3() as (server, reached):
        order = Order("s3://temporary/kiban", roots[0], environment={**reached.environment, "TMPDIR": str(disk)})
        line = one_line(publishers.one(order))
    assert line.startswith(f"{disk}/kiban-")
    assert line.endswith("No space left on device; free space and run it again")
    assert server.kept == {}
    assert [path.name for path in disk.iterdir()] == ["ballast"]


@pytest.mark.parametrize("new", [True, False])
def test_a_disk_that_is_read_only_is_one_line(
    new: bool, disk: Path, started: Path, roots: list[str], publishers: Driver
) -> None:
    store = disk / "store"
    if not new:
        shutil.copytree(started, store)
    before = content(disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for order in (Order(str(store), roots[1]), Order(str(store), roots[1], "yank", FIRST)):
        line = one_line(publishers.one(order))
        assert line.startswith(f"{store}: ")
        assert line.endswith("Read-only file system; give another folder")
    assert content(disk) == before


@pytest.fixture(scope="module")
def powerless() -> Iterator[Driver]:
    """Publishers for whom the modes of folders count, though they are root's."""
    prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if prefix and (shutil.which("setpriv") is None or subprocess.run([*prefix, "true"], check=False).returncode):
        pytest.skip("setpriv cannot give up the rights of root here")
    with driver(prefix) as running:
        yield running


@pytest.mark.parametrize("new", [True, False])
def test_a_folder_without_the_right_to_write_is_one_line(
    new: bool, tmp_path: Path, started: Path, roots: list[str], powerless: Driver
) -> None:
    parent = tmp_path / "closed"
    parent.mkdir()
    store = parent / "store"
    if not new:
        shutil.copytree(started, store)
        store.chmod(0o555)
    parent.chmod(0o555)
    before = content(parent)
    for order in (Order(str(store), roots[1]), Order(str(store), roots[1], "yank", FIRST)):
        line = one_line(powerless.one(order))
        assert line.startswith(f"{store}: ")
        assert line.endswith("Permission denied; ask its owner for the right to write, or give another folder")
    assert content(parent) == before
    for folder in (parent, store):
        if folder.exists():
            folder.chmod(0o755)


def test_a_store_that_is_a_file_is_one_line(tmp_path: Path, roots: list[str], publishers: Driver) -> None:
    store = tmp_path / "store"
    store.write_text("a file")
    for place in (store, store / "below"):
        line = one_line(publishers.one(Order(str(place), roots[0])))
        assert line.startswith(f"{place}: cannot be made: ")
        assert line.endswith("something in its path is no folder; give another one")
    assert content(tmp_path) == {"store": sha256(store)}


def test_a_missing_licence_is_one_line_before_anything_is_written(
    tmp_path: Path, roots: list[str], publishers: Driver
) -> None:
    root = tmp_path / "project"
    shutil.copytree(roots[0], root)
    (root / "raw" / "LICENSE").unlink()
    line = one_line(publishers.one(Order(str(tmp_path / "store"), str(root))))
    assert line.startswith(f"{root}/raw/LICENSE is missing; put the licence of the data there")
    assert not (tmp_path / "store").exists()
