"""Who can do what to a store, and what then catches it: DESIGN's table, cell by cell.

The reader has the publisher's allowed signers by another way, knows the serial that was last, and keeps a copy.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.canonical import sha256
from flows.publishing.mirror import mirror
from flows.publishing.publish import yank
from flows.stores.folder import FolderStore
from flows.stores.open import open_reader
from flows.stores.store import StoreError
from flows.verification.verify import SEALS
from flows.verification.whole import verify_store
from support.here_worker import no_worker as no_worker
from support.keys import allowed, key
from support.project import REPOSITORY
from support.published import FIRST, SECOND, make_store
from support.servers import web_server
from support.staged import small_releases
from support.tampering import Store, edit_json

pytestmark = [pytest.mark.xdist_group("powers"), pytest.mark.usefixtures("no_worker")]

PLANTED, SERIAL = "2026.11.2", 3

ROW = re.compile(
    r"^\| ((?:changes|replaces|puts|un-yanks|plants|drops)[^|]*) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE
)
WHO = ("writer", "mirror", "wire", "thief")
#: what catches it, as DESIGN says, by what is done and by whom
TABLE = {
    (what, who): cell.strip()
    for what, *cells in ROW.findall((REPOSITORY / "DESIGN.md").read_text(encoding="utf-8"))
    for who, cell in zip(WHO, cells, strict=True)
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the signed store of two releases, the older one yanked; what it was before that; a copy of it."""
    folder = tmp_path_factory.mktemp("powers")
    with pytest.MonkeyPatch.context() as patch:
        small_releases(patch)
        store = make_store(folder, key()).folder
    shutil.copytree(store, folder / "before")
    yank(FolderStore(store), FIRST, "names were wrong", date(2026, 11, 24), key())
    mirror(open_reader(str(store)), folder / "copy")
    (folder / "signers").write_bytes(allowed(key()))
    return folder


def _counted(store: Store) -> None:
    """Whoever has the key lets the index count on."""
    edit_json(store.folder / "releases.json", lambda body: body.update(serial=SERIAL + (store.key is not None)))


def _change(store: Store) -> None:
    store.path("LICENSE").write_bytes(b"!")


def _replace(store: Store) -> None:
    _change(store)
    _counted(store)
    store.seal("manifest")


def _put_back(store: Store) -> None:
    before = store.folder.parent / "before"
    for name in ("releases.json", "feed.atom", "catalog.jsonld"):
        shutil.copyfile(before / name, store.folder / name)
    shutil.copytree(before / "signatures", store.folder / "signatures", dirs_exist_ok=True)  # whoever saw it kept it
    (store.folder / "yanked" / f"{FIRST}.json").unlink()
    if store.key is not None:
        _counted(store)
        store.seal("index")


def _un_yank(store: Store) -> None:
    def change(body: dict[str, list[dict[str, str]]]) -> None:
        entry = body["releases"][0]
        del entry["reason"], entry["yanked_on"]
        entry["state"] = "published"

    (store.folder / "yanked" / f"{FIRST}.json").unlink()
    edit_json(store.folder / "releases.json", change)
    _counted(store)
    store.seal("index")


def _plant(store: Store) -> None:
    """A release that follows the newest; with the key, it enters the index too."""
    planted = replace(store, version=PLANTED)
    shutil.copytree(store.release, planted.release)
    edit_json(planted.path("release.json"), lambda body: body.update(version=PLANTED, previous=SECOND))
    if store.key is None:
        planted._sums()
        return

    def enter(body: dict[str, list[dict[str, object]]]) -> None:
        entry = {**body["releases"][-1], "version": PLANTED, "previous": SECOND, "manifest": f"{PLANTED}/release.json"}
        body["releases"].append(entry)

    edit_json(store.folder / "releases.json", enter)
    edit_json(store.folder / "releases.json", lambda body: body.update(latest=PLANTED))
    _counted(store)
    planted.seal("sums")


def _replace_signers(store: Store) -> None:
    """A key of one's own; who has not the publisher's signs all anew with it."""
    (store.folder / "allowed_signers").write_bytes(allowed(key(), key("mine")))
    if store.key is None:
        for version in (FIRST, SECOND):
            replace(store, version=version, key=key("mine")).seal("signature")


def _drop(store: Store) -> None:
    (store.folder / "allowed_signers").unlink()
    shutil.rmtree(store.folder / "signatures")
    for version in (FIRST, SECOND):
        (store.folder / version / "SHA256SUMS.sig").unlink()

    def change(body: dict[str, list[dict[str, object]]]) -> None:
        for entry in body["releases"]:
            entry["signed"] = False

    edit_json(store.folder / "releases.json", change)
    _counted(store)


POWERS: dict[str, Callable[[Store], None]] = {
    "changes a file of a release": _change,
    "replaces a release wholly, with fresh sums": _replace,
    "puts back an older index": _put_back,
    "un-yanks a release": _un_yank,
    "plants a folder": _plant,
    "replaces `allowed_signers`": _replace_signers,
    "drops signatures": _drop,
}


@contextmanager
def place_of(who: str, store: Store) -> Iterator[str]:
    """Where the reader finds what was done: plain http is what somebody on the wire can answer in place of."""
    if who != "wire":
        yield str(store.folder)
        return
    with web_server(store.folder) as web:
        yield web.url


def caught(place: str, made: Path, copy: Path) -> set[str]:
    """Checks that fail for the reader, and `mirror` if his copy does not follow."""
    found = verify_store(place, made / "signers", SERIAL, SEALS)
    names = {check.name for _, checks in found for check in checks if check.status == "failed"}
    try:
        mirror(open_reader(place), copy)
    except StoreError:
        names.add("mirror")
    return names


def test_the_table_of_design_has_every_power_for_everybody() -> None:
    assert set(TABLE) == {(what, who) for what in POWERS for who in WHO}


def test_nothing_is_caught_where_nothing_was_done(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "copy", tmp_path / "copy")
    assert caught(str(made / "store"), made, tmp_path / "copy") == set()


@pytest.mark.parametrize(("what", "who"), [(what, who) for what in POWERS for who in WHO])
def test_what_catches_it_is_what_design_says(what: str, who: str, made: Path, tmp_path: Path) -> None:
    for name in ("before", "copy"):
        shutil.copytree(made / name, tmp_path / name)
    shutil.copytree(made / ("copy" if who == "mirror" else "store"), tmp_path / "store")
    store = Store(tmp_path / "store", SECOND, key() if who == "thief" else None)
    POWERS[what](store)
    before = {path: sha256(path) for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    with place_of(who, store) as place:
        found = caught(place, made, tmp_path / "copy")
    said = TABLE[what, who]
    if what == "plants a folder" and who != "thief":
        assert not (tmp_path / "copy" / PLANTED).exists()
    if said == "nobody reads it":
        assert found <= {"index"}
        return
    assert found == (set() if said == "nothing" else set(re.findall(r"[a-z]+", said)))
    if "mirror" in found:
        assert {path: sha256(path) for path in before} == before
        assert len(json.loads((tmp_path / "copy" / "releases.json").read_bytes())["releases"]) == 2
