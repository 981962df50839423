"""The questions of `queries.sql` and the examples of a release's README run as they stand."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.release_files.duckdb_file import write_duckdb
from flows.release_files.questions import Question, queries, questions
from flows.release_files.readme import readme
from schemas.products import FILES
from schemas.tables import Tables
from support.project import TODAY
from support.published import two_records
from support.release_folder import IDENTITY, one_change, write_release

pytestmark = pytest.mark.xdist_group("real-records")

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def write(tables: Tables, folder: Path, day: date) -> Path:
    """The DuckDB file of a release of these tables."""
    everything = {**tables, "changes": one_change()}
    write_duckdb(folder / "kiban.duckdb", {name: everything[name] for name in FILES}, day.isoformat())
    return folder / "kiban.duckdb"


@pytest.fixture(scope="module")
def database(real_products: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(real_products, tmp_path_factory.mktemp("queries"), TODAY)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DuckDB file of a release of two records."""
    return write(two_records(), tmp_path_factory.mktemp("small"), TODAY)


@pytest.fixture(scope="module")
def folder(real_products: Tables, real_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release, to be read."""
    place = tmp_path_factory.mktemp("releases") / "release"
    write_release(place, real_products, real_root)
    return place


each = pytest.mark.parametrize("question", questions(), ids=[question.en for question in questions()])


def test_there_are_thirty_questions_and_more_none_asked_twice() -> None:
    asked = [question.en for question in questions()]
    assert len(set(asked)) == len(asked) >= 30


@each
def test_a_question_stands_there_in_both_languages(question: Question) -> None:
    assert question.en.endswith(("?", ".")) and not JAPANESE.search(question.en)
    assert JAPANESE.search(question.ja)
    assert "order by" in question.sql


@each
def test_a_query_gives_rows_or_the_question_says_what_none_means(database: Path, question: Question) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        (statement,) = connection.extract_statements(question.sql)
        first = connection.execute(statement).fetchall()
        assert connection.execute(statement).fetchall() == first
    assert first or "No rows: " in question.en


@each
def test_a_query_runs_on_a_release_of_two_records(small: Path, question: Question) -> None:
    with duckdb.connect(str(small), read_only=True) as connection:
        connection.execute(question.sql)


def test_the_whole_file_runs_in_one_go(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(queries())


def test_the_queries_of_the_readme_run_in_the_folder_of_a_release(
    folder: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```sql\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    with duckdb.connect(str(database), read_only=True) as connection:
        for block in blocks:
            assert connection.execute(block).fetchall(), block


def test_the_examples_in_python_run_in_the_folder_of_a_release(folder: Path, real_products: Tables) -> None:
    text = readme({**real_products, "changes": one_change()}, IDENTITY)
    blocks = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "import" in block]
    assert len(blocks) == 2
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
