"""The questions of `queries.sql` and the examples of a release's README run as they stand."""

import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from flows.layout import QUERIES
from flows.release_files.duckdb_file import write_duckdb
from flows.release_files.readme import readme
from schemas.products import FILES
from schemas.tables import Tables
from support.release_folder import IDENTITY, one_change, write_release

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def questions() -> list[tuple[str, str, str]]:
    """Question in English and in Japanese, and query, of each block."""
    blocks = files("flows").joinpath("templates", QUERIES).read_text(encoding="utf-8").split("\n\n-- ")[2:]
    parts = [block.split("\n", 2) for block in blocks]
    return [(english, japanese.removeprefix("-- "), sql) for english, japanese, sql in parts]


@pytest.fixture(scope="module")
def database(real_products: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("queries") / "kiban.duckdb"
    everything = {**real_products, "changes": one_change()}
    write_duckdb(path, {name: everything[name] for name in FILES}, IDENTITY.as_of.isoformat())
    return path


def test_there_are_thirty_questions_and_more_none_asked_twice() -> None:
    asked = [english for english, _, _ in questions()]
    assert len(set(asked)) == len(asked) >= 30


@pytest.mark.parametrize(("english", "japanese", "sql"), questions(), ids=[english for english, _, _ in questions()])
def test_a_question_in_both_languages_has_a_query_that_runs_and_repeats(
    database: Path, english: str, japanese: str, sql: str
) -> None:
    assert english.endswith(("?", ".")) and not JAPANESE.search(english)
    assert JAPANESE.search(japanese)
    with duckdb.connect(str(database), read_only=True) as connection:
        (statement,) = connection.extract_statements(sql)
        first = connection.execute(statement).fetchall()
        assert connection.execute(statement).fetchall() == first
    assert "order by" in sql


def test_the_whole_file_runs_in_one_go(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(files("flows").joinpath("templates", QUERIES).read_text(encoding="utf-8"))


def test_the_examples_in_python_run_in_the_folder_of_a_release(
    tmp_path: Path, real_products: Tables, real_root: Path
) -> None:
    write_release(tmp_path / "release", real_products, real_root)
    text = readme({**real_products, "changes": one_change()}, IDENTITY)
    blocks = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "import" in block]
    assert len(blocks) == 2
    for block in blocks:
        done = subprocess.run(
            [sys.executable, "-c", block], cwd=tmp_path / "release", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
