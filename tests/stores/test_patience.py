"""An object store whose answers are lost: what is safe to repeat is repeated, and our own write is known for ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.stores.bucket import open_bucket
from flows.stores.store import Store, StoreError
from support.faulty_s3 import EVERY, Fault, Faults, FaultyS3, faulty_s3


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.stores.patience._MOST", 0.001)


@contextmanager
def opened(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, FaultyS3]]:
    with faulty_s3(faults) as (server, reached):
        for name, value in reached.environment.items():
            monkeypatch.setenv(name, value)
        yield open_bucket("s3://bucket/x"), server


def first_two(fault: Fault) -> Faults:
    return lambda _, __, number: fault if number <= 2 else None


@pytest.mark.parametrize("fault", EVERY)
def test_whatever_fails_in_passing_is_asked_again(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(first_two(fault), monkeypatch) as (store, server):
        store.probe()
        assert store.create("a/b", b"ours")
        found = store.read_tagged("a/b", 10)
        assert found.content == b"ours"
        store.download("a/b", tmp_path / "b", 10)
        assert (tmp_path / "b").read_bytes() == b"ours"
        assert store.begun() == {"a"}
        assert store.swap("a/b", b"next", found.tag)
        assert server.kept == {"/bucket/x/a/b": b"next"}


@pytest.mark.parametrize("fault", EVERY)
def test_what_another_wrote_is_not_taken_for_ours(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(first_two(fault), monkeypatch) as (store, server):
        server.kept["/bucket/x/a"] = b"theirs"
        assert not store.create("a", b"ours")
        assert not store.swap("a", b"ours", '"0"')
        assert server.kept == {"/bucket/x/a": b"theirs"}


@pytest.mark.parametrize("fault", EVERY)
def test_a_release_is_put_once_through_faults(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"SHA256SUMS": b"sums", "release.json": b"{}", "README.md": b"read"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with opened(first_two(fault), monkeypatch) as (store, server):
        store.put_release(tmp_path, "2026.11.0")
        assert server.kept == {f"/bucket/x/2026.11.0/{name}": content for name, content in files.items()}


def test_a_store_that_goes_on_failing_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(lambda *_: "busy", monkeypatch) as (store, server):
        with pytest.raises(StoreError, match=r"answers 503 SlowDown; try again later"):
            store.read("a", 10)
        assert server.asked == {("GET", "/bucket/x/a"): 8}


def test_what_a_store_means_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(lambda *_: None, monkeypatch) as (store, server):
        assert store.read("a", 10) is None
        assert store.create("a", b"1")
        assert not store.create("a", b"2")
        assert not store.swap("a", b"2", '"0"')
        assert server.asked == {("GET", "/bucket/x/a"): 2, ("PUT", "/bucket/x/a"): 3}
