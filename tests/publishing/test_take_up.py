"""A stray in a store stops nothing: it is named and passed over, and a key signs only what its holder made."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from flows.canonical import digest, sha256, to_json
from flows.publishing.index import entry_of, index_bytes
from flows.publishing.move_index import PublishError, entries_in
from flows.publishing.publish import Published, publish, yank
from flows.publishing.signing import allowed_signers_line, sign
from flows.publishing.take_up import Stray
from flows.stores.folder import FolderStore
from flows.stores.open import open_store
from flows.verification.verify import SEALS, verify_folder
from schemas.tables import Tables
from support.editions import AS_OF, stage, tables_of
from support.faulty_s3 import memory_s3
from support.project import ORGANISATIONS, make_project
from support.staged import small_releases
from support.staged import staged_folder as staged_folder
from support.staged import staged_once as staged_once
from support.tampering import edit_json

pytestmark = [pytest.mark.xdist_group("take-up"), pytest.mark.usefixtures("staged_once")]

FIRST, SECOND, FAR = "2022.6.0", "2022.6.1", "2027.1.0"


@dataclass(frozen=True)
class Shop:
    """A store with one release, the project and tables of the next one, its folder, and the key that signs, if any."""

    place: str
    root: Path
    tables: Tables
    next: Path
    key: Path | None

    @property
    def folder(self) -> Path:
        return Path(self.place)

    def publish(self) -> Published:
        return publish(self.root, self.tables, AS_OF, open_store(self.place), key=self.key)

    def versions(self) -> list[str]:
        return [entry.version for entry in entries_in(open_store(self.place))[0]]


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Shop]:
    """Shops without a key and with one; each release of them is made once."""
    folder = tmp_path_factory.mktemp("made")
    project = make_project(folder / "project")
    first = tables_of(project)
    project.edit(ORGANISATIONS, '"Institute of Two"', '"Institute"')
    second = tables_of(project)
    shops = {}
    with pytest.MonkeyPatch.context() as patch:
        small_releases(patch)
        for key in (None, make_key(folder / "key")):
            store = FolderStore(folder / ("signed" if key else "unsigned"))
            publish(project.root, first, AS_OF, store, key=key)
            shops[key is not None] = Shop(str(store.root), project.root, second, folder / FAR, key)
        stage(project.root, second, folder / FAR, FAR, folder / "unsigned" / FIRST)
    return shops


@pytest.fixture
def shop(made: dict[bool, Shop], tmp_path: Path) -> Shop:
    """A shop without a key, of one's own."""
    return _copy(made[False], tmp_path)


@pytest.fixture
def signed(made: dict[bool, Shop], tmp_path: Path) -> Shop:
    return _copy(made[True], tmp_path)


def _copy(shop: Shop, folder: Path) -> Shop:
    return Shop(str(shutil.copytree(shop.folder, folder / "store")), shop.root, shop.tables, shop.next, shop.key)


def seal(folder: Path, key: Path | None = None) -> None:
    """Seal a folder as a publisher would have: its manifest, its sums, and a signature."""

    def listed(body: dict[str, object]) -> None:
        assert isinstance(body["files"], dict)
        for name in body["files"]:
            if (folder / name).is_file():
                body["files"][name] = {"bytes": (folder / name).stat().st_size, "sha256": sha256(folder / name)}

    edit_json(folder / "release.json", listed)
    reseal(folder, key)


def reseal(folder: Path, key: Path | None = None) -> None:
    (folder / "SHA256SUMS.sig").unlink(missing_ok=True)
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    text = "".join(f"{sha256(folder / name)}  {name}\n" for name in names if name != "SHA256SUMS")
    (folder / "SHA256SUMS").write_text(text)
    if key:
        (folder / "SHA256SUMS.sig").write_bytes(sign(text.encode(), key))


def plant(shop: Shop, version: str = FAR, key: Path | None = None) -> Path:
    """A folder that follows the first release, whole and sealed: what a killed run leaves, or somebody plants."""
    folder = shutil.copytree(shop.next, shop.folder / version)
    edit_json(folder / "release.json", lambda body: body.update(version=version))
    reseal(folder, key)
    return folder


def _write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def _manifest(**change: object) -> Callable[[Path], object]:
    def spoil(folder: Path) -> None:
        edit_json(folder / "release.json", lambda body: body.update(change))
        reseal(folder)

    return spoil


def _gone(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def _sealed(name: str, text: str) -> Callable[[Path], object]:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(text)
        seal(folder)

    return spoil


def _pipe(folder: Path) -> None:
    (folder / "release.json").unlink()
    os.mkfifo(folder / "release.json")


def _link(folder: Path) -> None:
    folder.rename(folder.parent.parent / "elsewhere")
    folder.symlink_to(folder.parent.parent / "elsewhere")


def _other_content(folder: Path) -> None:
    """Say another content of a table than it has, and seal it: the next release would be compared with that."""
    edit_json(folder / "release.json", lambda body: body["tables"]["models"].update(content_sha256="0" * 64))
    reseal(folder)


def _large(folder: Path) -> None:
    os.truncate(folder / "release.json", 16 * 2**20 + 1)


def _unlisted(folder: Path) -> None:
    (folder / "more.csv").write_text("x")


def _no_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


#: what lies in a stray, and a part of what is said of it; those at a bucket too have no links or pipes
CONTENT: dict[str, tuple[Callable[[Path], object], str]] = {
    "half-json": (_write("release.json", "{"), "release.json: Invalid JSON"),
    "empty-object": (_write("release.json", "{}"), "release.json: version: Field required"),
    "a-list": (_write("release.json", "[]"), "release.json: Input should be an object"),
    "wrong-type": (_manifest(tables=[]), "release.json: tables: Input should be"),
    "other-version": (_manifest(version="2026.1.0"), "its release.json is that of 2026.1.0"),
    "no-version": (_manifest(version="x"), "release.json: version: x is no version"),
    "follows-another": (_manifest(previous="2021.1.0"), "it follows 2021.1.0, but the newest is 2022.6.0"),
    "empty-sums": (_write("SHA256SUMS", ""), "SHA256SUMS"),
    "no-sums": (_gone("SHA256SUMS"), "SHA256SUMS is missing: it is half a release"),
    "no-manifest": (_gone("release.json"), "release.json is missing: it is half a release"),
    "other-bytes": (_write("data/models.csv", "x"), "data/models.csv"),
    "missing-file": (_gone("data/models.csv"), "data/models.csv"),
    "no-package": (_sealed("datapackage.json", "{}"), "datapackage.json: resources: Field required"),
    "no-parquet": (_sealed("data/models.parquet", "PAR1"), "data/models.parquet: "),
    "other-content": (_other_content, "models does not have the content hash of release.json"),
    "no-text": (lambda folder: (folder / "SHA256SUMS").write_bytes(b"\xff"), "SHA256SUMS is no text"),
}
PLACES = {
    "pipe": (_pipe, "release.json is no file"),
    "link": (_link, "is a link, or lies behind one"),
    "unlisted-file": (_unlisted, "'more.csv' is not listed in SHA256SUMS"),
    "no-folder": (_no_folder, "SHA256SUMS is missing"),
    "too-large": (_large, "release.json is larger than"),
}


def plant_all(shop: Shop, cases: dict[str, tuple[Callable[[Path], object], str]]) -> dict[str, str]:
    """Plant a stray of each kind; what is to be said of it, by its version."""
    says = {}
    for number, (spoil, words) in enumerate(cases.values()):
        spoil(plant(shop, version := f"2027.1.{number}"))
        says[version] = words
    return says


def unsaid(says: dict[str, str], strays: tuple[Stray, ...]) -> dict[str, str]:
    """What should have been said of strays, and was not."""
    found = {stray.path: stray.reason for stray in strays}
    assert set(found) == set(says)
    return {version: found[version] for version, words in says.items() if words not in found[version]}


def test_folders_that_do_not_verify_are_named_and_passed_over_by_publish_and_yank(shop: Shop) -> None:
    says = plant_all(shop, {**CONTENT, **PLACES})
    done = shop.publish()
    assert (done.version, unsaid(says, done.strays)) == (SECOND, {})
    assert done.words.endswith("; passed over: 2027.1.0, 2027.1.1, 2027.1.2, 2027.1.3, 2027.1.4, and 16 more")
    assert shop.versions() == [FIRST, SECOND]
    again = yank(FolderStore(shop.folder), FIRST, "wrong", AS_OF)
    assert (again.new, unsaid(dict.fromkeys(says, ""), again.strays)) == (True, {})


def test_the_number_of_a_stray_is_never_used(shop: Shop) -> None:
    (shop.folder / SECOND).mkdir()
    assert shop.publish().version == "2022.6.2"
    assert list((shop.folder / SECOND).iterdir()) == []


def test_what_a_killed_run_left_whole_is_taken_up_though_strays_lie_beside_it(shop: Shop) -> None:
    plant(shop, SECOND)
    _write("release.json", "{}")(plant(shop, FAR))
    done = shop.publish()
    assert (done.version, done.previous) == (None, SECOND)
    assert shop.versions() == [FIRST, SECOND]


def test_strays_in_a_bucket_are_passed_over_as_well(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ("half-json", "empty-object", "no-sums", "empty-sums", "other-bytes", "missing-file", "no-package")
    says = plant_all(shop, {case: CONTENT[case] for case in chosen})
    with memory_s3() as (server, reached):
        for name, value in reached.environment.items():
            monkeypatch.setenv(name, value)
        for path in (p for p in shop.folder.rglob("*") if p.is_file()):
            server.kept[f"/strays/{path.relative_to(shop.folder).as_posix()}"] = path.read_bytes()
        done = Shop("s3://strays", shop.root, shop.tables, shop.next, None).publish()
    assert (done.version, unsaid(says, done.strays)) == (SECOND, {})


def test_a_release_whose_files_are_no_longer_those_of_the_index_is_not_compared_with(shop: Shop) -> None:
    (shop.folder / FIRST / "data" / "models.csv").write_text("other")
    with pytest.raises(Exception, match=r"is not what was published: data/models\.csv"):
        shop.publish()
    assert shop.versions() == [FIRST]


@pytest.mark.parametrize("whose", ["nobody", "a-stranger", "ours-over-other-sums"])
def test_where_releases_are_signed_a_planted_one_is_a_stray(signed: Shop, tmp_path: Path, whose: str) -> None:
    folder = plant(signed, key=None if whose == "nobody" else make_key(tmp_path / "stranger"))
    if whose == "ours-over-other-sums":
        shutil.copyfile(signed.folder / FIRST / "SHA256SUMS.sig", folder / "SHA256SUMS.sig")
    done = signed.publish()
    assert (done.version, done.previous, [stray.path for stray in done.strays]) == (SECOND, FIRST, [FAR])
    assert signed.versions() == [FIRST, SECOND]
    results = verify_folder(signed.folder, SECOND, checks=["signature", "checksums"])
    assert {result.status for result in results} == {"passed"}


def test_a_signed_release_that_a_killed_run_left_is_taken_up(signed: Shop) -> None:
    plant(signed, SECOND, signed.key)
    done = signed.publish()
    assert (done.version, done.previous, done.strays) == (None, SECOND, ())


def test_an_index_that_nobody_allowed_signed_is_not_signed_on(signed: Shop) -> None:
    folder = plant(signed)
    index = signed.folder / "releases.json"
    entries, _ = entries_in(FolderStore(signed.folder))
    manifest, sums = ((folder / name).read_bytes() for name in ("release.json", "SHA256SUMS"))
    forged = index_bytes([*entries, entry_of(manifest, sums, True, "here")], {}, 9)
    index.write_bytes(forged)
    for step in (signed.publish, lambda: yank(FolderStore(signed.folder), FIRST, "wrong", AS_OF, signed.key)):
        with pytest.raises(
            PublishError, match=r"releases\.json is not what an allowed signer published.*from a mirror"
        ):
            step()
    assert index.read_bytes() == forged
    assert not (signed.folder / "signatures" / f"{digest(forged)}.sig").exists()


def test_without_its_signers_a_signed_store_is_not_written_to(signed: Shop) -> None:
    (signed.folder / "allowed_signers").unlink()
    for key in (signed.key, None):
        with pytest.raises(PublishError, match="allowed_signers is missing, though releases there are signed"):
            publish(signed.root, signed.tables, AS_OF, FolderStore(signed.folder), key=key)


def _stone(version: str) -> bytes:
    return to_json({"version": version, "reason": "planted", "on": "2022-07-01"}).encode()


def test_a_planted_tombstone_yanks_nothing_where_releases_are_signed(signed: Shop) -> None:
    stone = signed.folder / "yanked" / f"{FIRST}.json"
    stone.parent.mkdir()
    stone.write_bytes(_stone(FIRST))
    done = signed.publish()
    assert [stray.path for stray in done.strays] == [f"yanked/{FIRST}.json"]
    assert {entry.state for entry in entries_in(FolderStore(signed.folder))[0]} == {"published"}
    with pytest.raises(PublishError, match=rf"{FIRST} is not yanked: .*yanked/{FIRST}\.json: .*; remove it and run"):
        yank(FolderStore(signed.folder), FIRST, "wrong", AS_OF, signed.key)
    stone.unlink()
    assert yank(FolderStore(signed.folder), FIRST, "wrong", AS_OF, signed.key).new
    (result,) = verify_folder(signed.folder, SECOND, checks=["index"])
    assert result.status == "passed", result.problems


@pytest.mark.parametrize(
    "text", ["{", "{}", "[]", _stone(SECOND).decode(), _stone(FIRST).decode().replace("planted", " ")]
)
def test_a_tombstone_that_is_none_stops_nothing(shop: Shop, text: str) -> None:
    (shop.folder / "yanked").mkdir()
    (shop.folder / "yanked" / f"{FIRST}.json").write_text(text)
    done = shop.publish()
    assert (done.version, [stray.path for stray in done.strays]) == (SECOND, [f"yanked/{FIRST}.json"])


def test_a_yank_that_was_killed_before_the_index_moved_is_completed_where_releases_are_signed(signed: Shop) -> None:
    assert signed.key is not None
    stone = _stone(FIRST)
    (signed.folder / "yanked").mkdir()
    (signed.folder / "signatures" / f"{digest(stone)}.sig").write_bytes(sign(stone, signed.key))
    (signed.folder / "yanked" / f"{FIRST}.json").write_bytes(stone)
    assert signed.publish().strays == ()
    assert json.loads((signed.folder / "releases.json").read_text())["releases"][0]["reason"] == "planted"


def test_the_first_key_of_a_store_vouches_for_what_was_there_and_from_then_on_for_each(
    shop: Shop, made: dict[bool, Shop]
) -> None:
    key = made[True].key
    before = (shop.folder / "releases.json").read_bytes()
    assert publish(shop.root, shop.tables, date(2022, 6, 30), FolderStore(shop.folder), key=key).version == SECOND
    assert (shop.folder / "signatures" / f"{digest(before)}.sig").is_file()
    results = verify_folder(shop.folder, SECOND, checks=SEALS)
    assert {result.status for result in results} == {"passed"}
    assert key is not None
    assert allowed_signers_line(key) in (shop.folder / "allowed_signers").read_text()
    (shop.folder / "releases.json").write_bytes(before)  # a run that was killed before its index moved
    done = publish(shop.root, shop.tables, AS_OF, FolderStore(shop.folder), key=key)
    assert (done.version, done.previous, shop.versions()) == (None, SECOND, [FIRST, SECOND])
