"""The flow `derive in parts`: a task a part, parts that are done are taken up, and no half of a file."""

from datetime import date
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State

from flows.derivation import with_runner
from flows.derive import parts
from flows.derive.parts import split
from flows.derive.products import products, read_derived
from schemas.tables import Tables
from support.axis_cases import ingested, record, source

DAY = date(2023, 5, 15)

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.xdist_group("prefect"),
    pytest.mark.usefixtures("prefect_server"),
]


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Two models, ingested."""
    states = {"announced": {"value": date(2022, 3, 1)}, "routing": {"value": "dense"}}
    return ingested({name: record(source("paper", states=states)) for name in ("maker/a", "maker/b")})


def run(folder: Path, to: Path) -> State:
    return with_runner(None)(folder, DAY, to, return_state=True)


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the parts of which a derivation was begun; one that has the file `broken` fails, and then has it no more."""
    begun: list[str] = []

    def derive_part(part: Path, made: Path, codebooks: Tables, as_of: date, threads: int | None) -> None:
        begun.append(part.name)
        if (part / "broken").exists():
            (part / "broken").unlink()
            raise OSError(5, "Input/output error", str(part))
        whole(part, made, codebooks, as_of, threads)

    whole = parts.derive_part
    monkeypatch.setattr(parts, "derive_part", derive_part)
    return begun


def test_two_parts_by_tasks_on_threads_give_the_tables_of_one_derivation(tables: Tables, tmp_path: Path) -> None:
    split(tables, tmp_path / "in", 1)
    to = tmp_path / "out" / "release.duckdb"
    state = run(tmp_path / "in", to)
    assert state.is_completed(), state.message
    assert read_derived(to, tables["readings"]) == products(tables, DAY)
    assert [path.name for path in to.parent.iterdir()] == [to.name]
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["codebooks", "parts"]


def test_a_part_that_fails_once_is_tried_again(tables: Tables, tmp_path: Path, derived: list[str]) -> None:
    _, second = split(tables, tmp_path / "in", 1)
    (second / "broken").touch()
    assert run(tmp_path / "in", tmp_path / "release.duckdb").is_completed()
    assert sorted(derived) == ["000000", "000001", "000001"]


def test_a_run_that_failed_leaves_no_file_and_its_parts_to_the_next(
    tables: Tables, tmp_path: Path, derived: list[str]
) -> None:
    _, second = split(tables, tmp_path / "in", 1)
    statements = (second / "statements.parquet").read_bytes()
    (second / "statements.parquet").write_bytes(b"torn")
    to = tmp_path / "release.duckdb"
    state = run(tmp_path / "in", to)
    assert state.is_failed()
    assert "derive part: " in str(state.message)
    assert "statements.parquet" in str(state.message)
    assert not to.exists()
    (second / "statements.parquet").write_bytes(statements)
    derived.clear()
    assert run(tmp_path / "in", to).is_completed()
    assert derived == ["000001"]
    assert read_derived(to, tables["readings"]) == products(tables, DAY)


def test_a_file_that_is_there_is_not_written_over(tables: Tables, tmp_path: Path) -> None:
    split(tables, tmp_path / "in", 1)
    to = tmp_path / "release.duckdb"
    to.write_text("mine")
    state = run(tmp_path / "in", to)
    assert state.is_failed()
    assert "is there already" in str(state.message)
    assert to.read_text() == "mine"


def test_a_folder_without_parts_is_said(tmp_path: Path) -> None:
    state = run(tmp_path, tmp_path / "release.duckdb")
    assert state.is_failed()
    assert "there is no part" in str(state.message)
