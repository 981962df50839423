"""Stores: what is there is never overwritten, the index moves for one at a time, nothing leaves the root."""

import io
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb
import duckdb_extension_httpfs
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.stores.bucket import ObjectStore, _reason
from flows.stores.folder import FolderStore
from flows.stores.open import open_reader, open_store
from flows.stores.store import Store, StoreError, VersionTakenError, safe_path
from flows.stores.web import _LIMITS
from flows.web.fetch import Answer, Fetcher
from support.faulty_s3 import memory_s3
from support.servers import S3Server, Web, answer, head, hostile_server, lying_s3_server, s3_server, web_server

pytestmark = pytest.mark.xdist_group("stores")

VERSION = "2026.11.0"
_names = (f"bucket-{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.stores.web._LIMITS", replace(_LIMITS, backoff=0.01))


def use(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Store:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return open_store(f"{server.bucket(next(_names))}/some/where")


@pytest.fixture(scope="module")
def memory() -> Iterator[S3Server]:
    """The store that other tests publish to."""
    with memory_s3() as (_, server):
        yield server


@pytest.fixture(params=["folder", "s3", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "some" / "where"))
    return use(request.getfixturevalue(request.param), monkeypatch)


@pytest.fixture
def bucket(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Store:
    return use(s3, monkeypatch)


def release(folder: Path, **files: str) -> Path:
    """A folder with the files that every release has."""
    named = {"SHA256SUMS": "sums\n", "release.json": "{}\n", "data/models.csv": "id\n", "README.md": "read\n"}
    for name, text in {**named, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def remote(store: Store, path: str) -> bytes | None:
    return store.read(path, 1000)


# what holds for every store


def test_a_file_is_created_once_and_stays_as_it_is(store: Store) -> None:
    assert store.create("signatures/one.sig", b"first")
    assert not store.create("signatures/one.sig", b"second")
    assert remote(store, "signatures/one.sig") == b"first"
    assert remote(store, "signatures/two.sig") is None
    assert remote(store, "signatures/one.sig/below") is None


def test_the_index_moves_only_from_what_was_read(store: Store) -> None:
    assert store.read_tagged("releases.json", 100) == type(store.read_tagged("releases.json", 100))(None, None)
    assert store.swap("releases.json", b"one", None)
    assert not store.swap("releases.json", b"two", None)
    first = store.read_tagged("releases.json", 100)
    assert first.content == b"one"
    assert store.swap("releases.json", b"two", first.tag)
    assert not store.swap("releases.json", b"three", first.tag)
    assert remote(store, "releases.json") == b"two"
    assert not store.swap("gone.json", b"x", first.tag)
    assert remote(store, "gone.json") is None


def test_a_release_is_put_whole_and_once(store: Store, tmp_path: Path) -> None:
    with store.guard(), store.staging(VERSION) as folder:
        assert not folder.exists()
        release(folder)
        store.put_release(folder, VERSION)
    assert not folder.exists()
    assert remote(store, f"{VERSION}/data/models.csv") == b"id\n"
    assert VERSION in store.begun()
    other = release(tmp_path / "other", SHA256SUMS="others\n")
    with pytest.raises(VersionTakenError, match=r"2026\.11\.0 is taken and never changes"):
        store.put_release(other, VERSION)
    assert remote(store, f"{VERSION}/SHA256SUMS") == b"sums\n"
    target = tmp_path / "copy.csv"
    store.download(f"{VERSION}/data/models.csv", target, 100)
    assert target.read_bytes() == b"id\n"


def test_what_is_larger_than_its_limit_is_not_taken(store: Store, tmp_path: Path) -> None:
    store.create("big", b"x" * 100)
    assert store.read("big", 100) == b"x" * 100
    with pytest.raises(StoreError, match="larger than the 99 bytes"):
        store.read("big", 99)
    with pytest.raises(StoreError, match="larger than the 99 bytes"):
        store.download("big", tmp_path / "big", 99)
    with pytest.raises(StoreError, match="missing"):
        store.download("none", tmp_path / "big", 99)
    assert not (tmp_path / "big").exists()


@pytest.mark.parametrize(
    "path",
    ["", "..", "../x", "a/../b", "/x", "a//b", "a/", "./a", "a\\b", "C:/x", "c:x", "a\0b", "a\nb", "x" * 2000],
)
def test_a_path_never_leaves_the_root(path: str, store: Store, tmp_path: Path) -> None:
    for use_it in (
        lambda: safe_path(path),
        lambda: store.read(path, 10),
        lambda: store.create(path, b"x"),
        lambda: store.swap(path, b"x", None),
        lambda: store.download(path, tmp_path / "target", 10),
    ):
        with pytest.raises(StoreError, match="no plain path"):
            use_it()
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("path", ["a", "2026.11.0/data/models.csv", "..a/b..", "日本/x"])
def test_a_plain_path_is_a_path(path: str) -> None:
    assert safe_path(path) == path


def test_six_publishers_at_once_lose_no_move_of_the_index(store: Store) -> None:
    def publish(number: int) -> None:
        while True:
            before = store.read_tagged("releases.json", 1000)
            lines = (before.content or b"") + f"{number}\n".encode()
            if store.swap("releases.json", lines, before.tag):
                return

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(publish, range(18)))
    assert sorted(int(line) for line in (remote(store, "releases.json") or b"").split()) == list(range(18))


def test_six_publishers_at_once_put_one_release(store: Store, tmp_path: Path) -> None:
    folders = [
        release(tmp_path / str(number), SHA256SUMS=f"{number}\n", **{"README.md": f"{number}\n"}) for number in range(6)
    ]

    def put(folder: Path) -> bool:
        try:
            store.put_release(folder, VERSION)
        except VersionTakenError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(put, folders)) == [False] * 5 + [True]
    assert remote(store, f"{VERSION}/README.md") == remote(store, f"{VERSION}/SHA256SUMS")


def test_a_good_store_passes_its_probe_and_keeps_nothing_of_it(store: Store) -> None:
    store.create("kept", b"x")
    store.probe()
    assert store.begun() == {"kept"}


# a folder


def test_a_second_publisher_to_a_folder_waits_and_then_is_told(tmp_path: Path) -> None:
    with FolderStore(tmp_path).guard():
        start = time.monotonic()
        with (
            pytest.raises(StoreError, match=r"another publisher has held it for 0\.3 seconds"),
            FolderStore(tmp_path, wait=0.3).guard(),
        ):
            pass
        assert 0.2 < time.monotonic() - start < 10
    with FolderStore(tmp_path, wait=0.3).guard():
        pass


def test_the_guard_of_a_killed_publisher_falls(tmp_path: Path) -> None:
    code = "import sys, time\nfrom pathlib import Path\nfrom flows.stores.folder import FolderStore\n"
    code += "with FolderStore(Path(sys.argv[1])).guard():\n    print('held', flush=True)\n    time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="another publisher"), FolderStore(tmp_path, wait=0.1).guard():
            pass
        holder.kill()
    with FolderStore(tmp_path, wait=5).guard():
        pass


def test_staging_removes_what_killed_runs_left(tmp_path: Path) -> None:
    (tmp_path / ".staging-2026.10.0-77" / "data").mkdir(parents=True)
    (tmp_path / ".staging-abc.part").write_text("half")
    (tmp_path / "2026.10.0").mkdir()
    with FolderStore(tmp_path).staging(VERSION) as folder:
        assert [path.name for path in tmp_path.iterdir()] == ["2026.10.0"]
        assert folder.name == f".staging-{VERSION}-{os.getpid()}"
        folder.mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["2026.10.0"]


def test_a_stolen_lock_does_not_let_a_release_be_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path / "store")
    store.put_release(release(tmp_path / "one"), VERSION)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # the other one came between the look and the rename
    with pytest.raises(VersionTakenError):
        store.put_release(release(tmp_path / "two", **{"README.md": "two\n"}), VERSION)
    monkeypatch.undo()
    assert remote(store, f"{VERSION}/README.md") == b"read\n"
    assert {path.name for path in store.root.iterdir()} == {VERSION}


def test_a_link_in_a_folder_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    store = FolderStore(tmp_path / "store")
    store.create("here", b"x")
    (store.root / "out").symlink_to(tmp_path)
    (store.root / "file").symlink_to(tmp_path / "secret")
    for path in ("out/secret", "file"):
        with pytest.raises(StoreError, match="is a link, or lies behind one"):
            store.read(path, 100)
    with pytest.raises(StoreError, match="is a link, or lies behind one"):
        store.create("out/new", b"x")
    assert not (tmp_path / "new").exists()


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="pipe is no file"):
        FolderStore(tmp_path).read("pipe", 10)


def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = open_store(str(tmp_path / "file" / "store"))
    for use_it in (store.probe, lambda: store.create("a", b""), lambda: store.guard().__enter__()):
        with pytest.raises(StoreError, match=r"cannot be made: Not a directory; something in its path is no folder"):
            use_it()


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    store = FolderStore(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device; free space and run it again"):
        store.create("releases.json", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_files_of_a_store_can_be_read_by_whoever_the_mask_lets(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        FolderStore(tmp_path).create("releases.json", b"{}")
    finally:
        os.umask(old)
    assert (tmp_path / "releases.json").stat().st_mode & 0o777 == 0o644


# an object store


def test_an_object_store_reserves_a_version_first_and_shows_it_last(
    bucket: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, create = [], ObjectStore.create

    def noted(self: ObjectStore, path: str, content: bytes) -> bool:
        order.append(path)
        return create(self, path, content)

    monkeypatch.setattr(ObjectStore, "create", noted)
    bucket.put_release(release(tmp_path / "one"), VERSION)
    assert (order[0], order[-1]) == (f"{VERSION}/SHA256SUMS", f"{VERSION}/release.json")
    assert sorted(order[1:-1]) == [f"{VERSION}/README.md", f"{VERSION}/data/models.csv"]


def test_a_second_try_of_the_same_release_completes_it(bucket: Store, tmp_path: Path) -> None:
    bucket.create(f"{VERSION}/SHA256SUMS", b"sums\n")
    bucket.create(f"{VERSION}/README.md", b"read\n")
    bucket.put_release(release(tmp_path / "one"), VERSION)
    bucket.put_release(release(tmp_path / "one"), VERSION)
    assert remote(bucket, f"{VERSION}/release.json") == b"{}\n"


def test_a_file_with_other_content_under_the_same_sums_is_not_overwritten(bucket: Store, tmp_path: Path) -> None:
    bucket.create(f"{VERSION}/README.md", b"other, and longer\n")
    with pytest.raises(StoreError, match=r"2026\.11\.0/README\.md lies there with other content"):
        bucket.put_release(release(tmp_path / "one"), VERSION)
    assert remote(bucket, f"{VERSION}/README.md") == b"other, and longer\n"
    assert remote(bucket, f"{VERSION}/release.json") is None


@pytest.mark.parametrize(
    ("ignored", "named"),
    [((), "If-None-Match"), (("If-None-Match",), "If-None-Match"), (("If-Match",), "If-Match")],
)
def test_a_store_that_ignores_conditions_is_refused_and_left_as_it_was(
    ignored: tuple[str, ...], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lying_s3_server(*ignored) as server:
        store = use(server, monkeypatch)
        with pytest.raises(StoreError, match=rf"ignores the condition {named}.*cannot be published to safely"):
            store.probe()
        assert isinstance(store, ObjectStore)
        assert server.keys(store.bucket) == set()


def test_six_processes_at_once_lose_no_move_of_the_index(bucket: Store) -> None:
    code = """
import sys
from flows.stores.open import open_store
store = open_store(sys.argv[1])
for number in range(3):
    while True:
        before = store.read_tagged("releases.json", 1000)
        if store.swap("releases.json", (before.content or b"") + f"{sys.argv[2]}-{number} ".encode(), before.tag):
            break
"""
    runs = [subprocess.Popen([sys.executable, "-c", code, bucket.place, str(number)]) for number in range(6)]
    assert [run.wait() for run in runs] == [0] * 6
    expected = {f"{run}-{number}" for run in range(6) for number in range(3)}
    assert sorted((remote(bucket, "releases.json") or b"").decode().split()) == sorted(expected)


def test_a_lost_answer_does_not_make_a_move_of_the_index_seem_lost(
    bucket: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.swap("releases.json", b"one", None)
    tag, put = bucket.read_tagged("releases.json", 100).tag, ObjectStore._put

    def twice(self: ObjectStore, path: str, content: bytes, mode: object) -> bool:
        put(self, path, content, mode)
        return put(self, path, content, mode)

    monkeypatch.setattr(ObjectStore, "_put", twice)
    assert bucket.swap("releases.json", b"two", tag)
    assert not bucket.swap("releases.json", b"three", tag)


def test_no_bucket_is_one_line(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    use(s3, monkeypatch)
    store = open_store("s3://nobody-made-this/x")
    for use_it in (store.probe, store.begun, lambda: store.read("x", 1), lambda: store.swap("x", b"", '"0"')):
        with pytest.raises(StoreError, match=r"^s3://nobody-made-this/x: there is no bucket nobody-made-this; make it"):
            use_it()


def test_an_object_store_that_is_not_there_is_one_line_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in S3Server("http://somebody:hidden@127.0.0.1:1").environment.items():
        monkeypatch.setenv(name, value)
    start = time.monotonic()
    with pytest.raises(StoreError) as caught:
        open_store("s3://bucket/x").probe()
    assert str(caught.value) == (
        "s3://bucket/x: http://127.0.0.1:1 cannot be reached, or breaks off; see to AWS_ENDPOINT_URL and the network"
    )
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("code", ["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"])
def test_wrong_credentials_are_one_line_without_them(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f"<Error><Code>{code}</Code><Message>test-key test-secret</Message></Error>".encode()
    with hostile_server(lambda *_: answer(body, 403)) as server:
        for name, value in S3Server(server.url).environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(StoreError) as caught:
            open_store("s3://bucket/x").probe()
    assert str(caught.value) == (
        f"s3://bucket/x: the credentials are refused ({code}); see to AWS_ACCESS_KEY_ID and the rights of that key"
    )
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("status", "code", "message", "says"),
    [
        (405, "", "", r"is no object store that speaks S3 \(405\); see to AWS_ENDPOINT_URL"),
        (404, "", "", r"is no object store that speaks S3 \(404\); see to AWS_ENDPOINT_URL"),
        (403, "AccessDenied", "made to Console port, should be sent to API port", "see to AWS_ENDPOINT_URL"),
        (501, "NotImplemented", "a header", "cannot be published to safely, use another"),
        (400, "InvalidArgument", "a header", "cannot be published to safely, use another"),
    ],
)
def test_what_lasts_is_not_said_to_pass(
    status: int, code: str, message: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>" if code else "<html></html>"
    with hostile_server(lambda *_: answer(body.encode(), status)) as server:
        for name, value in S3Server(server.url).environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(StoreError, match=says) as caught:
            open_store("s3://bucket/x").probe()
    assert "try again later" not in str(caught.value)


def test_missing_credentials_are_one_line() -> None:
    asked = OSError("Error performing PUT http://169.254.169.254/latest/api/token in 1ms: status code: 403 Forbidden")
    said = _reason(asked, "bucket")
    assert said == "there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


# which place is what


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("ftp://host/x", r"ftp: is no place .*s3://bucket/prefix"),
        ("file:///etc", "file: is no place"),
        ("gs://bucket", "gs: is no place"),
        ("s3://", "is no place in an object store"),
        ("s3://key:secret@bucket/x", "credentials and ports do not belong"),
        ("s3://bucket/../x", "no plain path"),
        ("s3://bucket/x?y", "is no place in an object store"),
        ("", "nothing: is no place"),
    ],
)
def test_a_place_that_is_none_is_refused(place: str, says: str) -> None:
    for open_it in (open_reader, open_store):
        with pytest.raises(StoreError, match=says) as caught:
            open_it(place)
        assert "secret" not in str(caught.value)


def test_a_web_server_can_only_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="https:// can only be read"):
        open_store("https://example.org/x")
    with pytest.raises(StoreError, match="there is no folder"):
        open_reader(str(tmp_path / "none"))
    assert open_reader("https://somebody:hidden@example.org/x").place == "https://example.org/x"
    with pytest.raises(StoreError, match=r"https://example\.org/x\?y is no address") as caught:
        open_reader("https://somebody:hidden@example.org/x?y")
    assert "hidden" not in str(caught.value)


# a web server


def read(script: object, path: str = "x", limit: int = 1000) -> bytes | None:
    with hostile_server(script) as server:
        return open_reader(server.url).read(path, limit)


def test_files_are_read_over_http_as_they_lie_there(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a b+ü%20.csv").write_bytes(b"id\n" * 100)
    with web_server(tmp_path) as web:
        reader = open_reader(f"{web.url}/data/")
        assert reader.read("a b+ü%20.csv", 300) == b"id\n" * 100
        assert reader.read("none", 300) is None
        with pytest.raises(StoreError, match="larger than 299 bytes"):
            reader.read("a b+ü%20.csv", 299)
        reader.download("a b+ü%20.csv", tmp_path / "copy", 300)
        with pytest.raises(StoreError, match="none is missing"):
            reader.download("none", tmp_path / "copy", 300)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(status: int) -> None:
    moved = lambda path, _: answer(b"here") if path == "/there" else answer(b"", status, Location="/there")  # noqa: E731
    assert read(moved) == b"here"


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("file:///etc/passwd", "redirected: file: is not asked, only http and https are"),
        ("ftp://127.0.0.1/x", "redirected: ftp: is not asked, only http and https are"),
        ("javascript:x", "redirected: javascript: is not asked"),
        ("http://[", "redirected: "),
        ("/again", "redirected in a circle"),
        ("", "redirected: nowhere"),
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(location: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        read(lambda *_: answer(b"", 302, Location=location))


def test_a_redirect_from_https_to_http_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def moved(self: Fetcher, url: httpx.URL, *_: object) -> Answer:
        assert url.scheme == "https"
        return Answer(str(url), 302, {"location": "http://example.org/x"}, b"")

    monkeypatch.setattr(Fetcher, "_once", moved)
    with pytest.raises(StoreError, match=r"redirected from https to http at example\.org"):
        open_reader("https://example.org").read("x", 10)


def test_credentials_go_to_no_other_server_and_into_no_message() -> None:
    with hostile_server(lambda *_: answer(b"", 403)) as other:
        with hostile_server(lambda *_: answer(b"", 302, Location=f"{other.url}/y")) as first:
            place = first.url.replace("http://", "http://somebody:hidden@")
            with pytest.raises(StoreError, match=rf"^{other.url}/y answers 403") as caught:
                open_reader(place).read("x", 10)
            assert "Authorization: Basic" in first.requests[0]
        assert "authorization" not in other.requests[0].lower()
    assert "hidden" not in str(caught.value)


def endless(*_: object) -> Iterable[bytes]:
    yield head(200)
    while True:
        yield b"x" * 65536


def test_an_endless_body_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    with hostile_server(endless) as server:
        with pytest.raises(StoreError, match="larger than 1000000 bytes"):
            open_reader(server.url).download("x", tmp_path / "x", 1_000_000)
        time.sleep(0.1)
        assert server.sent < 50_000_000
        assert server.asked == {"/x": 1}
    assert not (tmp_path / "x").exists()


def test_a_length_that_is_too_large_is_not_even_begun() -> None:
    with pytest.raises(StoreError, match="larger than 1000 bytes"):
        read(lambda *_: [head(200, Content_Length=10**15), b"x"])


def test_what_is_packed_is_not_unpacked() -> None:
    with pytest.raises(StoreError, match="sent packed as 'gzip'"):
        read(lambda *_: answer(b"\x1f\x8b", Content_Encoding="gzip"))
    with hostile_server(lambda *_: answer(b"as it is")) as server:
        assert open_reader(server.url).read("x", 10) == b"as it is"
        assert "accept-encoding: identity" in server.requests[0].lower()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(status: int) -> None:
    assert read(lambda _, n: answer(b"", status) if n < 3 else answer(b"at last")) == b"at last"
    with hostile_server(lambda *_: answer(b"", status)) as server:
        with pytest.raises(
            StoreError, match=rf"x: it answers {status}, 4 times; see to the network, or try again later"
        ):
            open_reader(server.url).read("x", 10)
        assert server.asked == {"/x": 4}


def test_a_cut_connection_is_tried_again_and_never_taken_for_the_end() -> None:
    cut = [head(200, Content_Length=10), b"half"]
    assert read(lambda _, n: cut if n < 3 else answer(b"all of it!")) == b"all of it!"
    with pytest.raises(StoreError, match="broken off"):
        read(lambda *_: cut)
    with pytest.raises(StoreError, match="broken off"):
        read(lambda *_: [])


def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(StoreError, match=r"^http://127\.0\.0\.1:1: x: no connection: "):
        open_reader("http://127.0.0.1:1").read("x", 10)


def drip(start: bytes, piece: bytes) -> Iterator[bytes]:
    yield start
    for _ in range(200):
        yield piece
        time.sleep(0.02)


def slow(sent: list[bytes]) -> Iterator[bytes]:
    time.sleep(0.2)
    yield from sent


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda *_: drip(head(200), b"x"), id="body"),
        pytest.param(lambda *_: drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), id="headers"),
        pytest.param(lambda *_: drip(b"HTTP", b"/"), id="status"),
        pytest.param(lambda *_: slow(answer(b"", 503)), id="attempts"),
        pytest.param(lambda path, _: slow(answer(b"", 302, Location=f"{path}y")), id="redirects"),
    ],
)
def test_one_deadline_holds_for_all_that_one_address_takes(
    script: Callable[[str, int], Iterator[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.stores.web._LIMITS", replace(_LIMITS, total=0.5, backoff=0.01))
    with pytest.raises(StoreError, match=r"x: not whole after 0\.5 seconds; see to the network"):
        read(script)


def test_a_body_that_comes_fast_enough_is_left_in_the_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.stores.web._LIMITS", replace(_LIMITS, total=0.1, slowest=1, longest=0.5))
    with pytest.raises(StoreError, match=r"not whole after 0\.5 seconds"):
        read(lambda *_: drip(head(200), b"x"))


@pytest.mark.parametrize("sent", [b"HTTP/9.9 what\r\n\r\n", b"\0\xff\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 200_000])
def test_what_is_no_http_is_one_line(sent: bytes) -> None:
    with pytest.raises(StoreError):
        read(lambda *_: [sent])


# readers that know nothing of us


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Web]:
    table = pa.table({"id": range(300_000), "squared": [n * n for n in range(300_000)], "text": ["word"] * 300_000})
    pq.write_table(table, tmp_path / "models.parquet", row_group_size=20_000, compression="none")
    with duckdb.connect(str(tmp_path / "kiban.duckdb")) as connection:
        connection.execute("create table models as select range as id from range(300000)")
    with web_server(tmp_path) as web:
        yield web


def ranged(web: Web) -> set[int]:
    return {status for _, _, asked, status in web.requests if asked}


def test_a_part_of_a_file_can_be_read_over_http(published: Web, tmp_path: Path) -> None:
    part = httpx.get(f"{published.url}/models.parquet", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, (tmp_path / "models.parquet").read_bytes()[4:8])


class Ranged(io.RawIOBase):
    """A file on a web server, each read of which asks for its range and nothing more."""

    def __init__(self, url: str) -> None:
        self.url, self.position = url, 0
        self.size = int(httpx.head(url).headers["Content-Length"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = offset + (0, self.position, self.size)[whence]
        return self.position

    def read(self, size: int = -1) -> bytes:
        end = self.size if size < 0 else min(self.position + size, self.size)
        if end <= self.position:
            return b""
        asked = {"Range": f"bytes={self.position}-{end - 1}"}
        content = httpx.get(self.url, headers=asked).raise_for_status().content
        self.position = end
        return content


def test_pyarrow_reads_one_column_over_http_by_ranges(published: Web, tmp_path: Path) -> None:
    with Ranged(f"{published.url}/models.parquet") as file:
        column = pq.ParquetFile(file).read_row_group(0, columns=["id"])
    assert column.num_rows == 20_000
    assert ranged(published) == {206}
    asked = [part.removeprefix("bytes=").split("-") for _, _, part, _ in published.requests if part]
    read = sum(int(last) - int(first) + 1 for first, last in asked)
    assert read < (tmp_path / "models.parquet").stat().st_size / 5


@pytest.fixture
def web_duckdb() -> Iterator[duckdb.DuckDBPyConnection]:
    package = Path(duckdb_extension_httpfs.__file__).parent
    with duckdb.connect() as connection:
        connection.execute(f"load '{package}/extensions/v{duckdb.__version__}/httpfs.duckdb_extension'")
        yield connection


def test_duckdb_aggregates_a_parquet_file_over_http_by_ranges(
    published: Web, web_duckdb: duckdb.DuckDBPyConnection
) -> None:
    found = web_duckdb.execute(f"select count(*), max(id) from '{published.url}/models.parquet'").fetchall()
    assert found == [(300_000, 299_999)]
    assert ranged(published) == {206}


def test_duckdb_attaches_a_database_over_http(published: Web, web_duckdb: duckdb.DuckDBPyConnection) -> None:
    web_duckdb.execute(f"attach '{published.url}/kiban.duckdb' as kiban (read_only)")
    assert web_duckdb.execute("select sum(id) from kiban.models").fetchall() == [(299_999 * 150_000,)]
    web_duckdb.execute("detach kiban")
    assert ranged(published) == {206}
