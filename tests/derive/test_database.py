"""The database keeps to its memory, and leaves nothing behind."""

from pathlib import Path

import pytest

from flows.derive import database
from flows.derive.database import Database

TOO_LARGE = "select i, repeat(i::varchar, 8) as long from range(1_000_000) as numbers (i)"


def spilled(folder: Path) -> list[str]:
    """Names of what DuckDB put on disk below a folder."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_what_memory_does_not_hold_goes_to_disk_and_is_gone_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(database, "MEMORY_LIMIT", "50MB")
    with Database({}) as small:
        small.execute(f"create table large as {TOO_LARGE}")
        assert spilled(tmp_path)
        assert small.connection.execute("select count(*), sum(i) from large").fetchall() == [
            (1_000_000, 499_999_500_000)
        ]
    assert list(tmp_path.iterdir()) == []


def test_what_memory_holds_stays_off_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Database({}) as small:
        small.execute(f"create table large as {TOO_LARGE}")
        assert spilled(tmp_path) == []
