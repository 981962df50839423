"""Bounds: what a function may take is enforced from outside of it, said with the place, and the next call goes on."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.bounded import Bounds, OverBoundsError, Worker, at, here

SMALL = Bounds(seconds=1, memory=300_000_000)


def length(text: str) -> int:
    return len(text)


def process() -> int:
    return os.getpid()


def grow() -> int:
    at("a/b.csv")
    return len(b"x" * 2_000_000_000)


def hang() -> None:
    at("a/b.csv")
    while True:
        pass


def sleeper() -> None:
    """Starts a process that outlives it, and waits."""
    at(str(subprocess.Popen(["sleep", "60"]).pid))
    time.sleep(60)


def leave_files() -> None:
    """Is killed with temporary files in its hands."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "spilled").write_bytes(b"")
        at(folder)
        while True:
            pass


def loaded(module: str) -> bool:
    return module in sys.modules


def crash() -> None:
    os.abort()


def refuse() -> None:
    raise ValueError("not this one")


def write(path: Path) -> None:
    path.write_bytes(b"x" * 100)


def flood() -> bytes:
    return b"x" * 70_000_000


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(SMALL) as worker:
        yield worker


def test_a_call_gives_what_the_function_gives_and_one_process_serves_many(worker: Worker) -> None:
    assert worker.call(length, "four") == here(length, "four") == 4
    assert worker.call(process) == worker.call(process) != os.getpid()


def test_a_process_begins_with_loading_what_it_is_told_to(worker: Worker) -> None:
    assert not worker.call(loaded, "wave")
    with Worker(SMALL, load=["wave"]) as other:
        assert other.call(loaded, "wave")
    with Worker(SMALL, load=["no.such.module"]) as broken, pytest.raises(OverBoundsError):
        broken.call(process)


def test_what_a_function_raises_is_raised_and_ends_no_process(worker: Worker) -> None:
    before = worker.call(process)
    with pytest.raises(ValueError, match="not this one"):
        worker.call(refuse)
    assert worker.call(process) == before


def test_more_memory_than_allowed_is_an_error_with_the_place(worker: Worker) -> None:
    with pytest.raises(OverBoundsError, match=r"^a/b\.csv: needs more than the 300 MB of memory that it may take$"):
        worker.call(grow)
    assert worker.call(length, "next") == 4


def test_more_time_than_allowed_is_an_error_with_the_place(worker: Worker) -> None:
    with pytest.raises(OverBoundsError, match=r"^a/b\.csv: did not end within 1 s$"):
        worker.call(hang)
    assert worker.call(length, "next") == 4


def running(process: str) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_a_call_started_ends_with_it(worker: Worker) -> None:
    with pytest.raises(OverBoundsError) as caught:
        worker.call(sleeper)
    end = time.monotonic() + 20  # it was told to end; when it has is the kernel's
    while running(caught.value.place):
        assert time.monotonic() < end


def test_what_a_process_left_of_temporary_files_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Worker(replace(SMALL, file=1_000)) as worker, pytest.raises(OverBoundsError) as error:
        worker.call(leave_files)
    assert Path(error.value.place).is_relative_to(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_a_process_that_dies_is_an_error_and_the_next_call_has_another(worker: Worker) -> None:
    with pytest.raises(OverBoundsError, match=r"^broke the process that read it \(SIGABRT\)$"):
        worker.call(crash)
    assert worker.call(length, "next") == 4


def test_an_answer_too_large_to_take_is_an_error(worker: Worker) -> None:
    with pytest.raises(OverBoundsError) as caught:
        worker.call(flood)
    assert caught.value.kind == "broken"


def test_nothing_is_written_beyond_the_limit(worker: Worker, tmp_path: Path) -> None:
    with pytest.raises((OSError, OverBoundsError)):
        worker.call(write, tmp_path / "file")
    assert not (tmp_path / "file").exists() or not (tmp_path / "file").read_bytes()


def test_nothing_is_imported_from_the_folder_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with Worker(SMALL) as worker:
        assert worker.call(length, "four") == 4
