"""Publishers to an object store that are killed, or come four at once: readers see whole releases, none is lost."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from flows.publishing.index import INDEX, MAX_INDEX, read_index
from flows.publishing.mirror import fetch_release, mirror
from flows.stores.open import open_reader
from flows.verification.verify import SEALS, verify_folder
from support.faults import (
    REASON,
    Driver,
    Order,
    kill_points,
    make_roots,
    one_line,
    overtaken,
    staging_driver,
    whole_versions,
)
from support.faulty_s3 import FaultyS3, faulty_s3, memory_s3
from support.servers import S3Server

pytestmark = pytest.mark.xdist_group("faults-s3")

FIRST, SECOND = "2022.6.0", "2022.6.1"
BUCKET = "kiban"


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return make_roots(tmp_path_factory.mktemp("roots"), 5)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FaultyS3, S3Server]]:
    with memory_s3() as running:
        yield running


@pytest.fixture(scope="module")
def s3(served: tuple[FaultyS3, S3Server]) -> S3Server:
    return served[1]


@pytest.fixture(scope="module")
def kept(served: tuple[FaultyS3, S3Server]) -> dict[str, bytes]:
    """All that lies in the store, by path."""
    return served[0].kept


@pytest.fixture(autouse=True)
def credentials(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def publishers(s3: S3Server) -> Iterator[Driver]:
    with staging_driver(s3.environment) as running:
        yield running


def saved(kept: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    """Content of everything below a prefix, by key."""
    start = f"/{BUCKET}/{prefix}/"
    return {path.removeprefix(start): content for path, content in list(kept.items()) if path.startswith(start)}


def put_back(kept: dict[str, bytes], prefix: str, files: Mapping[str, bytes]) -> str:
    """Put files below a prefix; return its address."""
    kept.update({f"/{BUCKET}/{prefix}/{key}": content for key, content in files.items()})
    return f"s3://{BUCKET}/{prefix}"


@pytest.fixture(scope="module")
def started(kept: dict[str, bytes], roots: list[str], publishers: Driver) -> dict[str, bytes]:
    """The files of a store with one release."""
    assert publishers.one(Order(f"s3://{BUCKET}/started", roots[0])).version == FIRST
    return saved(kept, "started")


@pytest.fixture(scope="module")
def writes(kept: dict[str, bytes], started: dict[str, bytes], roots: list[str], publishers: Driver) -> list[str]:
    """Kinds of the writes that the second release takes."""
    done = publishers.one(Order(put_back(kept, "undisturbed", started), roots[1]))
    assert done.version == SECOND
    return done.writes


def seen_by_a_reader(place: str, folder: Path) -> list[str]:
    """Versions that the index of a store names, oldest first, each copied and checked."""
    reader = open_reader(place)
    content = reader.read(INDEX, MAX_INDEX)
    assert content is not None
    for entry in read_index(content, place).releases:
        fetch_release(reader, entry, folder / entry.version)
    (folder / INDEX).write_bytes(content)
    return whole_versions(folder)


def mirrored(place: str, folder: Path) -> list[str]:
    """Versions of a store, oldest first, as a mirror copies them; the checks of bytes pass for the newest."""
    mirror(open_reader(place), folder)
    versions = whole_versions(folder)
    results = verify_folder(folder, versions[-1], checks=SEALS)
    assert all(result.status == "passed" or result.name == "signature" for result in results), results
    return versions


def test_a_publisher_killed_around_any_kind_of_put_leaves_whole_releases_and_the_next_completes(
    kept: dict[str, bytes],
    started: dict[str, bytes],
    writes: list[str],
    roots: list[str],
    publishers: Driver,
    tmp_path: Path,
) -> None:
    before = saved(kept, "started")
    ended: dict[str, list[Order]] = {"nothing": [], "begun": [], "whole": [], "listed": []}
    for at, killed in enumerate(kill_points(Order("", roots[1]), writes)):
        place = put_back(kept, f"killed-{at}", started)
        assert publishers.one(replace(killed, place=place)).killed
        after = saved(kept, f"killed-{at}")
        versions = {key.partition("/")[0] for key in after if key.startswith("2022.")}
        assert versions <= {FIRST, SECOND}
        whole = f"{SECOND}/release.json" in after
        if after[INDEX] == before[INDEX]:
            assert {key: after.get(key) for key in before} == before
            kind = "whole" if whole else "begun" if SECOND in versions else "nothing"
        else:
            assert seen_by_a_reader(place, tmp_path / f"reader-{at}") == [FIRST, SECOND]
            kind = "listed"
        ended[kind].append(killed)
        # who wrote a part leaves no more than another one did
        if kind in ("whole", "listed") or len(ended[kind]) % 4 == 1:
            again = publishers.one(Order(place, roots[1]))
            assert again.code == 0, again
            last = "2022.6.2" if kind == "begun" else SECOND  # a version that was begun is never taken again
            assert whole == again.words.startswith(f"nothing changed since {last}; no release was made in {place}")
            assert whole or again.version == last
            assert mirrored(place, tmp_path / f"mirror-{at}") == [FIRST, last]
        now = saved(kept, f"killed-{at}")
        assert {key: now[key] for key in before if key.startswith(FIRST)} == {
            key: content for key, content in before.items() if key.startswith(FIRST)
        }
    assert len(ended["begun"]) > 4
    assert all(ended.values())
    place = put_back(kept, "begun", started)
    for killed in ended["begun"][:2]:  # one after the other, in one store
        assert publishers.one(replace(killed, place=place)).killed
    assert publishers.one(Order(place, roots[1])).version == "2022.6.3"
    assert mirrored(place, tmp_path / "mirror-begun") == [FIRST, "2022.6.3"]


def test_a_yank_killed_around_any_kind_of_put_is_completed_by_the_next(
    kept: dict[str, bytes], started: dict[str, bytes], roots: list[str], publishers: Driver
) -> None:
    place = put_back(kept, "two", started)
    assert publishers.one(Order(place, roots[1])).version == SECOND
    needed = ("release.json", "SHA256SUMS", INDEX, "feed.atom", "catalog.jsonld")
    files = {key: content for key, content in saved(kept, "two").items() if key.endswith(needed)}
    done = publishers.one(Order(put_back(kept, "yanked", files), roots[1], "yank", SECOND))
    assert done.words == f"{SECOND} is now yanked"
    points, standing = kill_points(Order("", roots[1], "yank", SECOND), done.writes), 0
    for at, killed in enumerate(points):
        place = put_back(kept, f"yanked-{at}", files)
        assert publishers.one(replace(killed, place=place)).killed
        body = json.loads(saved(kept, f"yanked-{at}")[INDEX])
        assert [entry["version"] for entry in body["releases"]] == [FIRST, SECOND]
        standing += body["latest"] == SECOND
        again = publishers.one(Order(place, roots[1], "yank", SECOND))
        assert again.words in (f"{SECOND} is now yanked", f"{SECOND} is already yanked")
        now = saved(kept, f"yanked-{at}")
        body = json.loads(now[INDEX])
        assert body["latest"] == FIRST
        entry = body["releases"][1]
        assert (entry["state"], entry["reason"], entry["yanked_on"]) == ("yanked", REASON, "2022-07-01")
        same = [key for key in files if key.endswith(needed[:2])]
        assert {key: now[key] for key in same} == {key: files[key] for key in same}
    assert 3 < standing < len(points) - 2  # it was killed before and after the index moved


# before it reserves a version, before others see it, before the index
@pytest.mark.parametrize(
    ("at", "version"),
    [
        ("before put SHA256SUMS", "2022.6.2"),
        ("before put release.json", "2022.6.3"),
        ("before put releases.json", "2022.6.1"),
    ],
)
def test_a_publisher_that_is_overtaken_follows_the_one_who_was_faster(
    at: str,
    version: str,
    kept: dict[str, bytes],
    started: dict[str, bytes],
    roots: list[str],
    publishers: Driver,
    tmp_path: Path,
) -> None:
    place = put_back(kept, f"overtaken-{version}", started)
    held = Order(place, roots[1], at=at)
    outcomes = overtaken(publishers, held, lambda: publishers.one(Order(place, roots[2])), tmp_path)
    assert outcomes[0].version == version  # taken up by the other one, if it was whole
    assert {outcome.version for outcome in outcomes} == set(mirrored(place, tmp_path / "mirror")) - {FIRST}


def test_four_publishers_at_once_lose_nothing(
    kept: dict[str, bytes], started: dict[str, bytes], roots: list[str], publishers: Driver, tmp_path: Path
) -> None:
    place = put_back(kept, "four", started)
    outcomes = publishers.run(*[Order(place, root) for root in roots[1:]])
    reported = [outcome.version for outcome in outcomes if outcome.version]
    for outcome in outcomes:
        if outcome.version is None:
            one_line(outcome)
    assert len(set(reported)) == len(reported) >= 1
    versions = mirrored(place, tmp_path / "mirror")  # each follows the one before it
    assert versions[0] == FIRST
    assert set(versions[1:]) == set(reported)
    institutes = {(tmp_path / "mirror" / version / "data" / "organisations.csv").read_bytes() for version in versions}
    assert len(institutes) == len(versions)


def test_a_store_that_lies_is_refused_before_anything_is_written(roots: list[str], publishers: Driver) -> None:
    with faulty_s3(lambda *_: None, lies=True) as (lying, reached):
        place, environment = "s3://liar/kiban", reached.environment
        for order in (Order(place, roots[0]), Order(place, roots[0], "yank", FIRST)):
            line = one_line(publishers.one(replace(order, environment=environment)))
            assert line.startswith(f"{place}: this store ignores the condition ")
            assert line.endswith("it cannot be published to safely: use another one")
            assert lying.kept == {}
