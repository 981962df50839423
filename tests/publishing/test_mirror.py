"""Mirror: whole releases or none, nothing twice, nothing outside, whatever the remote sends."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.errors import UserError
from flows.publishing import mirror as module
from flows.publishing.index import Entry, IndexFormatError, find, read_index
from flows.publishing.mirror import fetch_release, mirror
from flows.stores.open import open_reader, open_store
from flows.stores.store import StoreError
from flows.stores.web import _LIMITS
from support.faulty_s3 import memory_s3
from support.servers import answer, hostile_server, web_server
from support.small_store import NEW, OLD, dump, files, seal, sha, two_releases, write, write_index, write_release


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store of two releases, the older one yanked."""
    return two_releases(tmp_path / "root")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.stores.web._LIMITS", replace(_LIMITS, backoff=0.01))
    monkeypatch.setattr(module, "_PAUSE", 0.01)


def entry_of(root: Path, version: str) -> Entry:
    content = (root / "releases.json").read_bytes()
    return find(read_index(content, "here").releases, version, "here")


@pytest.fixture(params=["folder", "http", "s3"])
def place(request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The store, in each kind of place."""
    if request.param == "folder":
        yield str(root)
    elif request.param == "http":
        with web_server(root) as web:
            yield web.url
    else:
        with memory_s3() as (_, server):
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            store = open_store("s3://mirrored/here")
            for path, content in files(root).items():
                store.create(path, content)
            yield store.place


def test_a_mirror_has_the_same_files_from_wherever_it_is_copied(place: str, root: Path, tmp_path: Path) -> None:
    done = mirror(open_reader(place), tmp_path / "copy")
    assert files(tmp_path / "copy") == files(root)
    assert (done.copied, done.there) == ((OLD, NEW), ())
    assert done.fetched == sum(len(content) for content in files(root).values())
    again = mirror(open_reader(place), tmp_path / "copy")
    assert (again.copied, again.there) == ((), (OLD, NEW))
    assert again.fetched < 10_000 < done.fetched


def test_a_later_run_reads_only_what_is_new(root: Path, tmp_path: Path) -> None:
    with web_server(root) as web:
        mirror(open_reader(web.url), tmp_path / "copy")
        web.requests.clear()
        entries = json.loads((root / "releases.json").read_bytes())["releases"]
        write_index(root, *entries, write_release(root, "2026.12.0", NEW))
        done = mirror(open_reader(web.url), tmp_path / "copy")
        assert (done.copied, done.there) == (("2026.12.0",), (OLD, NEW))
        assert not [path for path in web.paths if path.startswith((f"/{OLD}", f"/{NEW}"))]
    assert set(files(root)) == set(files(tmp_path / "copy"))
    assert (tmp_path / "copy" / "releases.json").read_bytes() == (root / "releases.json").read_bytes()


@pytest.mark.parametrize("answers", [1, 2, 4, 7, 9, 12, 16, 18])
def test_a_stopped_run_shows_nothing_half_made_and_is_taken_up(answers: int, root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with web_server(root) as web:
        web.fails_after = answers
        with pytest.raises(StoreError, match="answers 503, 4 times; see to the network, or try again later"):
            mirror(open_reader(web.url), copy)
        assert not (copy / "releases.json").exists()
        for version in (OLD, NEW):
            whole = (root / version).rglob("*") if (copy / version).exists() else ()
            assert all((copy / path.relative_to(root)).exists() for path in whole)
        before, web.fails_after = set(web.paths), None
        web.requests.clear()
        mirror(open_reader(web.url), copy)
        again = before & set(web.paths)
        assert not {path for path in again if "/data/" in path or path.endswith(("release.json", "SHA256SUMS"))}
    assert files(copy) == files(root)


def test_half_a_file_that_a_stopped_run_left_is_read_again(root: Path, tmp_path: Path) -> None:
    staging = tmp_path / "copy" / f".mirror-{NEW}"
    write(staging / "data" / "models.csv", b"half")
    write(staging / "left over", b"x")
    fetch_release(open_reader(str(root)), entry_of(root, NEW), tmp_path / "copy" / NEW)
    assert files(tmp_path / "copy" / NEW) == files(root / NEW)
    assert [path.name for path in (tmp_path / "copy").iterdir()] == [NEW]


def test_a_release_that_is_there_is_checked_and_never_overwritten(root: Path, tmp_path: Path) -> None:
    entry, target = entry_of(root, NEW), tmp_path / "copy" / NEW
    reader = open_reader(str(root))
    assert fetch_release(reader, entry, target) > 0
    assert fetch_release(reader, entry, target) == 0
    (target / "data" / "models.csv").write_bytes(b"mine")
    with pytest.raises(StoreError, match=r"is not what was published: data/models\.csv; nothing was overwritten"):
        fetch_release(reader, entry, target)
    assert (target / "data" / "models.csv").read_bytes() == b"mine"
    (target / "SHA256SUMS").write_bytes(b"")
    with pytest.raises(StoreError, match="is not what was published: SHA256SUMS"):
        fetch_release(reader, entry, target)


@pytest.mark.parametrize("path", ["data/models.csv", "release.json", "SHA256SUMS", "kiban.duckdb", "LICENSE"])
def test_a_file_without_its_checksum_is_not_taken(path: str, root: Path, tmp_path: Path) -> None:
    content = (root / NEW / path).read_bytes()
    (root / NEW / path).write_bytes(content[:-1] + b"!" if content else b"!")
    with pytest.raises(StoreError, match=r"does not have its checksum|larger than the 0 bytes"):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert not (tmp_path / "copy" / NEW).exists()
    assert not (tmp_path / "copy" / "releases.json").exists()


def test_a_signature_that_was_promised_must_be_there(root: Path, tmp_path: Path) -> None:
    (root / NEW / "SHA256SUMS.sig").unlink()
    with pytest.raises(StoreError, match=r"SHA256SUMS\.sig is missing"):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert not (tmp_path / "copy" / NEW).exists()


HASH = "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        f"{HASH}  ../outside\n",
        f"{HASH}  /tmp/outside\n",
        f"{HASH}  data/../../outside\n",
        f"{HASH}  data//models.csv\n",
        f"{HASH}  C:\\outside\n",
        f"{HASH}  data/models.csv\n",
        f"{HASH}  data\n",
        f"{HASH}  data/models.csv/below\n",
        f"{HASH}  SHA256SUMS\n",
        f"{HASH}  SHA256SUMS.sig\n",
        f"{HASH}  a\0b\n",
        f"\\{HASH}  a\\nb\n",
        f"{HASH} *a\n",
        f"{HASH.replace('0', 'G')}  a\n",
        f"{HASH}  a",
        "\n",
        "\xff",
    ],
)
def test_a_list_with_a_path_that_is_not_plain_is_refused(line: str, root: Path, tmp_path: Path) -> None:
    sums = (root / NEW / "SHA256SUMS").read_bytes() + line.encode("latin-1")
    entry = replace(entry_of(root, NEW), sums_sha256=sha(sums))
    (root / NEW / "SHA256SUMS").write_bytes(sums)
    (tmp_path / "in").mkdir()
    with pytest.raises(StoreError):
        fetch_release(open_reader(str(root)), entry, tmp_path / "in" / "copy" / NEW)
    assert {path.relative_to(tmp_path / "in").as_posix() for path in (tmp_path / "in").rglob("*")} == {
        "copy",
        f"copy/.mirror-{NEW}",
        f"copy/.mirror-{NEW}/release.json",
        f"copy/.mirror-{NEW}/SHA256SUMS",
    }


def test_a_list_without_the_manifest_is_refused(root: Path, tmp_path: Path) -> None:
    entry = entry_of(root, NEW)
    sums = f"{HASH}  release.json\n".encode()
    (root / NEW / "SHA256SUMS").write_bytes(sums)
    with pytest.raises(StoreError, match=r"does not list the release\.json that the index names"):
        fetch_release(open_reader(str(root)), replace(entry, sums_sha256=sha(sums)), tmp_path / NEW)


def test_a_link_in_the_way_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / f".mirror-{NEW}").symlink_to(tmp_path / "outside")
    with pytest.raises(StoreError, match="is a link, or holds one"):
        fetch_release(open_reader(str(root)), entry_of(root, NEW), tmp_path / "copy" / NEW)
    (tmp_path / "copy" / NEW).symlink_to(root / NEW)
    with pytest.raises(StoreError, match="is not what was published"):
        fetch_release(open_reader(str(root)), entry_of(root, NEW), tmp_path / "copy" / NEW)
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_file_has_no_more_bytes_than_the_manifest_says(root: Path, tmp_path: Path) -> None:
    sent = files(root)
    sent[f"{NEW}/data/models.csv"] = b"x" * 10_000_000
    with hostile_server(lambda path, _: answer(sent[path[1:]])) as server:
        with pytest.raises(StoreError, match=r"data/models\.csv: larger than 6500 bytes"):
            fetch_release(open_reader(server.url), entry_of(root, NEW), tmp_path / "copy" / NEW)
        sent[f"{NEW}/data/models.csv"] = files(root)[f"{NEW}/data/models.csv"]
        sent[f"{NEW}/kiban.duckdb"] = b"x" * 10_001
        with pytest.raises(StoreError, match=r"kiban\.duckdb: larger than 10000 bytes"):
            fetch_release(open_reader(server.url), entry_of(root, NEW), tmp_path / "copy" / NEW, largest=10_000)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "../2026.11.0"},
        {"version": "2026.11"},
        {"version": 7},
        {"manifest_sha256": "x"},
        {"manifest_sha256": None},
        {"sums_sha256": HASH[1:]},
        {"signed": "yes"},
        {"signed": None},
    ],
)
def test_an_entry_of_the_wrong_shape_is_refused(change: dict[str, object], root: Path, tmp_path: Path) -> None:
    old, new = json.loads((root / "releases.json").read_bytes())["releases"]
    write_index(root, old, {**new, **change})
    (name,) = change
    says = rf"^{re.escape(str(root))}: releases\.json: releases: 1: {name}: .+; it is no index of releases$"
    with pytest.raises(IndexFormatError, match=says):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert files(tmp_path / "copy") == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"releases": [1]}',
        b'{"releases": {"a": 1}}',
        b'{"releases": [{"version": "2026.11.0"}]}',
        b'{"releases": ' + b"9" * 5000 + b"}",
    ],
)
def test_an_index_of_the_wrong_shape_is_one_line(content: bytes, root: Path, tmp_path: Path) -> None:
    (root / "releases.json").write_bytes(content)
    with pytest.raises(UserError):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert files(tmp_path / "copy") == {}


@pytest.mark.parametrize(
    "named",
    [
        {"../outside": HASH},
        {"releases.json": HASH},
        {"feed.atom": "short"},
        {"feed.atom": 1},
        ["feed.atom"],
    ],
)
def test_files_beside_the_index_are_plain(named: object, root: Path, tmp_path: Path) -> None:
    body = json.loads((root / "releases.json").read_bytes())
    seal(root, dump({**body, "files": named}))
    with pytest.raises(StoreError, match=r"releases\.json: files"):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert not (tmp_path / "copy" / "releases.json").exists()
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["index.html", "robots.txt", "feed.xml", "release.json"])
def test_files_that_no_store_has_are_not_taken_though_the_index_names_them(
    name: str, root: Path, tmp_path: Path
) -> None:
    body = json.loads((root / "releases.json").read_bytes())
    write(root / name, b"ours")
    seal(root, dump({**body, "files": {**body["files"], name: sha(b"ours")}}))
    with pytest.raises(StoreError, match=rf"files: {re.escape(name)} is none that a store has \(feed\.atom, catalog"):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert files(tmp_path / "copy") == {}


def test_a_file_beside_the_index_that_is_not_the_one_it_names_is_refused(root: Path, tmp_path: Path) -> None:
    (root / "feed.atom").write_bytes(b"other")
    with pytest.raises(StoreError, match=r"feed\.atom is not the one that releases\.json names"):
        mirror(open_reader(str(root)), tmp_path / "copy")
    assert not (tmp_path / "copy" / "releases.json").exists()


def test_a_store_that_is_published_to_meanwhile_is_read_again(root: Path, tmp_path: Path) -> None:
    sent = files(root)
    feed = lambda n: b"not yet" if n == 1 else sent["feed.atom"]  # noqa: E731
    sends = lambda path, n: answer(feed(n) if path == "/feed.atom" else sent[path[1:]])  # noqa: E731
    with hostile_server(sends) as server:
        mirror(open_reader(server.url), tmp_path / "copy")
        assert server.asked["/feed.atom"] == 2
        assert server.asked[f"/{NEW}/data/models.csv"] == 1
    assert files(tmp_path / "copy") == sent


def test_a_tombstone_says_what_the_index_says(root: Path, tmp_path: Path) -> None:
    (root / "yanked" / f"{OLD}.json").write_bytes(b"{}")
    with pytest.raises(StoreError, match=r"yanked/2026\.10\.0\.json is missing, or does not say"):
        mirror(open_reader(str(root)), tmp_path / "copy")


def _drop(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return entries[:1]


def _change_manifest(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return [entries[0], {**entries[1], "manifest_sha256": HASH}]


def _change_sums(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return [entries[0], {**entries[1], "sums_sha256": HASH}]


def _change_rows(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return [entries[0], {**entries[1], "rows": {"models": 1}}]


def _unsign(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return [entries[0], {**entries[1], "signed": False}]


def _raise_from_the_dead(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    rest = {key: value for key, value in entries[0].items() if key not in ("reason", "yanked_on")}
    return [{**rest, "state": "published"}, entries[1]]


@pytest.mark.parametrize("change", [_drop, _change_manifest, _change_sums, _change_rows, _unsign, _raise_from_the_dead])
def test_a_remote_that_changes_what_was_published_is_not_followed(
    change: Callable[[list[dict[str, object]]], list[dict[str, object]]], root: Path, tmp_path: Path
) -> None:
    reader, copy = open_reader(str(root)), tmp_path / "copy"
    mirror(reader, copy)
    before = files(copy)
    write_index(root, *change(json.loads((root / "releases.json").read_bytes())["releases"]))
    with pytest.raises(StoreError, match="nothing was touched"):
        mirror(reader, copy)
    assert files(copy) == before


def test_a_remote_that_no_longer_names_its_signers_is_not_followed(root: Path, tmp_path: Path) -> None:
    mirror(open_reader(str(root)), tmp_path / "copy")
    (root / "allowed_signers").unlink()
    with pytest.raises(StoreError, match="has no allowed_signers, or no longer"):
        mirror(open_reader(str(root)), tmp_path / "copy")


def test_an_unsigned_store_is_copied_too(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write_index(root, {**write_release(root, NEW, None), "signed": False})
    for path in (root / "allowed_signers", root / NEW / "SHA256SUMS.sig"):
        path.unlink()
    shutil.rmtree(root / "signatures")
    mirror(open_reader(str(root)), tmp_path / "copy")
    assert files(tmp_path / "copy") == files(root)


def test_a_place_without_an_index_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match=r"has no releases\.json; give the address of the root of a store"):
        mirror(open_reader(str(tmp_path / "empty")), tmp_path / "copy")
