"""The canonical CSV is one text for one table, whatever it is written to."""

import hashlib
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.release_files.table_files import csv_bytes, csv_hash, write_csv

ROWS = pa.table(
    {
        "id": ["b", "a"],
        "many words": pa.array([["x", "y"], None], pa.list_(pa.string())),
        'a "word"': ['say "no", please', None],
        "figure": [0.1, 2e30],
    }
)
CSV = b'id,many words,"a ""word""",figure\na,,,2e+30\nb,x;y,"say ""no"", please",0.1\n'


def test_the_canonical_csv_is_ordered_by_key_with_lists_joined_and_missing_values_empty(tmp_path: Path) -> None:
    write_csv(tmp_path / "it's.csv", ROWS, ["id"])
    assert csv_bytes(ROWS, ["id"]) == (tmp_path / "it's.csv").read_bytes() == CSV
    assert csv_hash(ROWS, ["id"]) == hashlib.sha256(CSV).hexdigest()


def test_a_table_larger_than_a_pipe_is_hashed_whole() -> None:
    numbers = pa.table({"n": range(100_000)})
    text = "n\n" + "".join(f"{n}\n" for n in range(100_000))
    assert csv_hash(numbers, ["n"]) == hashlib.sha256(text.encode()).hexdigest()


def test_a_table_without_its_key_ends_in_an_error_and_does_not_wait() -> None:
    with pytest.raises(duckdb.Error, match="nothing"):
        csv_hash(ROWS, ["nothing"])
