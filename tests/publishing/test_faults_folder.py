"""Publishers to a folder that are killed, that come at once, or whose lock is stolen: readers see whole releases."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.stores.folder import FolderStore
from flows.verification.verify import SEALS, verify_folder
from support.faults import (
    REASON,
    Driver,
    Order,
    Outcome,
    content,
    kill_points,
    make_roots,
    one_line,
    overtaken,
    staging_driver,
    whole_versions,
)

pytestmark = pytest.mark.xdist_group("faults-folder")

FIRST, SECOND, THIRD = "2022.6.0", "2022.6.1", "2022.6.2"


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return make_roots(tmp_path_factory.mktemp("roots"), 3)


@pytest.fixture(scope="module")
def publishers() -> Iterator[Driver]:
    with staging_driver() as running:
        yield running


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, roots: list[str], publishers: Driver) -> Path:
    """A store with one release."""
    store = tmp_path_factory.mktemp("started") / "store"
    assert publishers.one(Order(str(store), roots[0])).version == FIRST
    return store


@pytest.fixture(scope="module")
def writes(tmp_path_factory: pytest.TempPathFactory, started: Path, roots: list[str], publishers: Driver) -> list[str]:
    """Kinds of the writes that the second release takes."""
    store = shutil.copytree(started, tmp_path_factory.mktemp("writes") / "store")
    return publishers.one(Order(str(store), roots[1], real=True)).writes


@pytest.fixture
def store(tmp_path: Path, started: Path) -> Path:
    """A store of one's own with one release."""
    return shutil.copytree(started, tmp_path / "store")


def verified(store: Path, version: str) -> bool:
    """Whether the checks of bytes pass for a release."""
    results = verify_folder(store, version, checks=SEALS)
    return all(result.status == "passed" or result.name == "signature" for result in results)


def latest(store: Path) -> str | None:
    named: str | None = json.loads((store / "releases.json").read_bytes())["latest"]
    return named


def _is_whole(store: Path, first: dict[str, str]) -> list[str]:
    """Versions of a store whose first release has these files; each is whole."""
    versions = whole_versions(store)
    assert versions in ([FIRST], [FIRST, SECOND])
    assert content(store / FIRST) == first
    return versions


def _left(store: Path) -> tuple[set[str], set[str]]:
    """Paths of what readers see, and kinds of what a killed publisher was at: in it nobody looks at anything."""
    paths = {path.relative_to(store).as_posix() for path in store.rglob("*")}
    staged = {path for path in paths if path.startswith(".staging")}
    return paths - staged, {Path(path).suffix if path.endswith(".part") else ".staging" for path in staged}


def test_a_publisher_killed_at_any_kind_of_write_leaves_whole_releases_and_the_next_completes(
    tmp_path: Path, started: Path, writes: list[str], roots: list[str], publishers: Driver
) -> None:
    first = content(started / FIRST)
    ended: dict[tuple[bool, bool], int] = {}
    followed = []
    for order in kill_points(Order(str(tmp_path / "store"), roots[1]), writes):
        store = shutil.copytree(started, tmp_path / "store")
        assert publishers.one(order).killed
        seen = _is_whole(store, first)
        orphan = (store / SECOND).exists()
        ended[orphan, SECOND in seen] = ended.get((orphan, SECOND in seen), 0) + 1
        if _left(store) in followed and not orphan:  # the next one finds what another found
            shutil.rmtree(store)
            continue
        followed.append(_left(store))
        again = publishers.one(Order(str(store), roots[1]))
        assert again.code == 0, again
        assert (again.version == SECOND) == (not orphan)
        assert orphan == again.words.startswith(f"nothing changed since {SECOND}")
        assert _is_whole(store, first) == [FIRST, SECOND]
        assert verified(store, SECOND)
        assert not list(store.glob(".staging-*"))
        shutil.rmtree(store)
    assert ended[False, False] > 12  # while it was made
    assert ended[True, False] > 2  # between the rename and the index
    assert ended[True, True] > 5  # while the files beside the index were made


def test_a_yank_killed_at_any_kind_of_write_is_completed_by_the_next(
    tmp_path: Path, started: Path, roots: list[str], publishers: Driver
) -> None:
    store = shutil.copytree(started, tmp_path / "two")
    assert publishers.one(Order(str(store), roots[1])).version == SECOND
    releases = {version: content(store / version) for version in (FIRST, SECOND)}
    undisturbed = shutil.copytree(store, tmp_path / "undisturbed")
    done = publishers.one(Order(str(undisturbed), roots[1], "yank", SECOND))
    assert done.words == f"{SECOND} is now yanked"
    order = Order(str(tmp_path / "copy"), roots[1], "yank", SECOND)
    points, standing = kill_points(order, done.writes), 0
    for killed in points:
        copy = shutil.copytree(store, tmp_path / "copy")
        assert publishers.one(killed).killed
        assert whole_versions(copy) == [FIRST, SECOND]
        standing += latest(copy) == SECOND
        again = publishers.one(order)
        assert again.words in (f"{SECOND} is now yanked", f"{SECOND} is already yanked")
        assert latest(copy) == FIRST
        entry = json.loads((copy / "releases.json").read_bytes())["releases"][1]
        assert (entry["state"], entry["reason"], entry["yanked_on"]) == ("yanked", REASON, "2022-07-01")
        assert verified(copy, SECOND)
        assert {version: content(copy / version) for version in releases} == releases
        shutil.rmtree(copy)
    assert 5 < standing < len(points) - 5  # it was killed before and after the index moved


#: the write before which a publisher is held: kind, and which of those it is
HELD = {
    "at the lock": ("open /.lock", 1),
    "while the release is made": ("after write_duckdb", 1),
    "before its rename": ("os.rename /.staging", 1),
    "after its rename": ("shutil.rmtree /.staging", 1),
    "before the index": ("open /.part", 2),
    "at the index": ("os.rename /.part", 1),
    "at what is beside it": ("os.rename /.part", 2),
}


@pytest.mark.parametrize("held", HELD)
def test_with_a_stolen_lock_nothing_is_overwritten_and_nothing_reported_is_lost(
    held: str, store: Path, roots: list[str], publishers: Driver
) -> None:
    first = content(store / FIRST)

    def steal_and_publish() -> Outcome:
        (store / ".lock").unlink()  # as somebody does who thinks that a publisher is dead
        return publishers.one(Order(str(store), roots[2], wait=0.5))

    kind, nth = HELD[held]
    order = Order(str(store), roots[1], at=kind, nth=nth, real="write_" in kind)
    outcomes = overtaken(publishers, order, steal_and_publish, store.parent)
    versions = whole_versions(store)
    reported = [outcome.version for outcome in outcomes if outcome.version]
    assert len(set(reported)) == len(reported)
    assert set(reported) <= set(versions)
    for outcome in outcomes:
        if outcome.version is None:
            one_line(outcome)
    assert content(store / FIRST) == first
    before = {version: content(store / version) for version in versions}
    last = publishers.one(Order(str(store), roots[1]))
    assert last.code == 0, last
    after = whole_versions(store)
    assert after[: len(versions)] == versions
    assert {version: content(store / version) for version in versions} == before
    assert verified(store, after[-1])
    assert not list(store.glob(".staging-*"))


def test_two_publishers_at_once_publish_one_after_the_other(store: Path, roots: list[str], publishers: Driver) -> None:
    outcomes = publishers.run(Order(str(store), roots[1]), Order(str(store), roots[2]))
    assert {outcome.version for outcome in outcomes} == {SECOND, THIRD}
    assert whole_versions(store) == [FIRST, SECOND, THIRD]


def test_of_two_publishers_of_the_same_records_one_publishes(store: Path, roots: list[str], publishers: Driver) -> None:
    outcomes = publishers.run(*[Order(str(store), roots[1])] * 2)
    said = sorted(outcome.words for outcome in outcomes)
    assert said[0] == f"nothing changed since {SECOND}; no release was made in {store}"
    assert said[1].startswith(f"published {SECOND} in {store}")
    assert whole_versions(store) == [FIRST, SECOND]


def test_a_publisher_that_waits_too_long_is_told(store: Path, roots: list[str], publishers: Driver) -> None:
    before = content(store)
    with FolderStore(store).guard():
        line = one_line(publishers.one(Order(str(store), roots[1], wait=0.3)))
    assert line == (
        f"{store}: another publisher has held it for 0.3 seconds; wait until it is done, then run this again"
    )
    assert content(store) == before
