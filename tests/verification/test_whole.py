"""A whole store is verified, part by part: its root, what it keeps, and every release, whichever is the latest."""

import inspect
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.bounded import Worker
from flows.publishing.publish import yank
from flows.publishing.signing import sign
from flows.stores.folder import FolderStore
from flows.verification.running import checks_of
from flows.verification.subject import Subject
from flows.verification.verify import CHECKS, SEALS, VerifyError
from flows.verification.whole import verify_store
from support.here_worker import no_worker as no_worker
from support.keys import key
from support.published import FIRST, SECOND
from support.published import signed_store as signed_store
from support.servers import web_server
from support.tampering import Store

pytestmark = [pytest.mark.xdist_group("verify"), pytest.mark.usefixtures("no_worker")]

TOOLS = ("datapackage", "croissant")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, signed_store: Store) -> Store:
    """A signed store of two releases, the older one yanked: three indexes were signed."""
    folder = tmp_path_factory.mktemp("whole") / "store"
    shutil.copytree(signed_store.folder, folder)
    store = replace(signed_store, folder=folder)
    yank(FolderStore(store.folder), FIRST, "names were wrong", date(2026, 11, 24), key())
    return store


@pytest.fixture
def store(made: Store, tmp_path: Path) -> Store:
    """The same, to be tampered with."""
    shutil.copytree(made.folder, tmp_path / "store")
    return replace(made, folder=tmp_path / "store")


def test_checks_of_a_store_run_in_a_process(made: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.verification.whole.Worker", Worker)
    assert {check.status for _, checks in verify_store(str(made.folder), None, 3, SEALS) for check in checks} == {
        "passed"
    }


def problems(place: str | Path, checks: Sequence[str] = SEALS, seen: int | None = None) -> dict[str, list[str]]:
    """Problems of each part of a store."""
    found = verify_store(str(place), None, seen, checks)
    return {part: [said for result in results for said in result.problems] for part, results in found}


def test_every_release_is_verified_yanked_ones_as_well_after_the_root(made: Store) -> None:
    assert inspect.signature(verify_store).parameters["checks"].default is None
    assert checks_of(Subject(made.folder / FIRST)) == tuple(CHECKS)
    # what asks tools of readers takes as long as all the rest
    found = dict(verify_store(str(made.folder), None, 3, [name for name in CHECKS if name not in TOOLS]))
    assert list(found) == ["store", FIRST, SECOND]
    assert [problem for results in found.values() for result in results for problem in result.problems] == []
    assert {result.name: result.status for result in found["store"]} == {
        "index": "passed",
        "signatures": "passed",
        "root": "passed",
    }
    (signatures,) = (result for result in found["store"] if result.name == "signatures")
    assert signatures.detail == f"{len(list((made.folder / 'signatures').iterdir()))} kept"
    assert {result.status for result in found[SECOND]} == {"passed"}


def test_a_store_on_the_web_is_copied_release_by_release_and_nothing_twice(made: Store) -> None:
    with web_server(made.folder) as web:
        found = dict(verify_store(web.url, None, 3, (*SEALS, "changes")))
        paths = [path for path in web.paths if path.count("/") > 1]
    assert list(found) == ["store", FIRST, SECOND]
    assert [problem for results in found.values() for result in results for problem in result.problems] == []
    assert {result.name: result.status for result in found[SECOND]}["changes"] == "passed"
    assert len(paths) == len(set(paths))
    assert {path.split("/")[1] for path in paths} == {FIRST, SECOND, "signatures", "yanked"}


def test_a_fault_of_an_older_release_is_found(store: Store) -> None:
    path = store.folder / FIRST / "LICENSE"
    path.write_bytes(path.read_bytes() + b"!")
    found = problems(store.folder)
    assert "LICENSE: does not have its SHA-256" in found[FIRST]
    assert (found["store"], found[SECOND]) == ([], [])
    with web_server(store.folder) as web:
        found = problems(web.url)
    assert "LICENSE" in found[FIRST][0]
    assert (found["store"], found[SECOND]) == ([], [])


def test_a_release_that_is_gone_stops_no_other_from_being_verified(store: Store) -> None:
    shutil.rmtree(store.folder / FIRST)
    found = problems(store.folder)
    assert found[FIRST] == [f"there is no release {FIRST} in {store.folder}; give one that lies there"]
    assert found[SECOND] == []


def test_an_index_that_lags_behind_is_a_problem_of_the_store_alone(made: Store) -> None:
    found = problems(made.folder, seen=4)
    assert found["store"] == ["releases.json: serial: is 3, below 4: an older index, put back or not yet replaced"]
    assert (found[FIRST], found[SECOND]) == ([], [])


def test_an_index_that_cannot_be_read_fails(store: Store) -> None:
    (store.folder / "releases.json").write_text("{")
    found = problems(store.folder)
    assert list(found) == ["store"]
    assert found["store"][0].startswith("releases.json: is no JSON")


def test_a_place_that_is_no_store_is_one_message(made: Store, tmp_path: Path) -> None:
    for place in (made.release, tmp_path):
        with pytest.raises(VerifyError, match=r"holds no releases\.json"):
            problems(place)
    with web_server(made.release) as web, pytest.raises(VerifyError, match=r"has no releases\.json"):
        problems(web.url)


def _old_signature(store: Store) -> Path:
    """The signature of the first index."""
    names = sorted((store.folder / "signatures").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return names[0]


def _for_git(store: Store) -> bytes:
    path = store.folder.parent / "index"
    path.write_bytes(b"x")
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", key(), "-n", "git", path]
    subprocess.run(command, check=True, capture_output=True)
    return path.with_name("index.sig").read_bytes()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda _: sign(b"x", key("stranger")), "its key is not among the allowed signers"),
        (_for_git, "it was not made for kiban.release"),
        (lambda store: _old_signature(store).read_bytes().replace(b"U1NI", b"U1N!"), "its base64 is damaged"),
        (lambda _: b"", "it is no SSH signature file"),
        (lambda _: b"x" * 70_000, "is larger than 65536 bytes"),
    ],
)
def test_signatures_of_older_indexes_are_looked_at(store: Store, content: Callable[[Store], bytes], says: str) -> None:
    path = _old_signature(store)
    path.write_bytes(content(store))
    assert problems(store.folder)["store"] == [f"signatures/{path.name}: {says}"]


def test_what_is_no_signature_among_them_is_named(store: Store) -> None:
    (store.folder / "signatures" / "x.sig").write_bytes(b"")
    (store.folder / "signatures" / "link").symlink_to("x.sig")
    assert problems(store.folder)["store"] == [
        "signatures/link: is neither a file nor a folder",
        "signatures/x.sig: is not named by a SHA-256",
    ]


def test_what_does_not_belong_to_the_store_is_named(store: Store) -> None:
    (store.folder / "page.html").write_bytes(b"")
    (store.folder / "2027.1.0").mkdir()
    (store.folder / ".staging-2027.1.1-1").mkdir()  # what a run is at work on
    assert problems(store.folder)["store"] == [
        "2027.1.0: does not belong to the store",
        "page.html: does not belong to the store",
    ]


def test_signatures_without_signers_are_a_problem(store: Store) -> None:
    (store.folder / "allowed_signers").unlink()
    assert problems(store.folder)["store"] == ["allowed_signers: is missing, although there are signatures"]


def test_a_version_that_is_none_leads_nowhere(store: Store) -> None:
    index = store.folder / "releases.json"
    body = json.loads(index.read_bytes())
    body["releases"][0]["version"] = "../../etc"
    index.write_text(json.dumps(body))
    assert list(problems(store.folder)) == ["store", SECOND]
