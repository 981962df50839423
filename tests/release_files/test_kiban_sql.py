"""`kiban.sql` gives what the DuckDB file gives: in the folder of a release, over HTTP by ranges, and by `import database`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import duckdb_extension_httpfs
import pytest

from flows.errors import UserError
from flows.release_files.duckdb_file import write_duckdb
from flows.release_files.kiban_sql import kiban_sql, sql_files
from flows.release_files.questions import questions
from schemas.products import FILES
from support.project import TODAY, make_project
from support.published import two_records
from support.release_folder import one_change, write_release
from support.servers import web_server

HTTPFS = (
    Path(duckdb_extension_httpfs.__file__).parent / f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"
).as_posix()
#: what a reader of the DuckDB file can ask for
ASKED = (
    *FILES,
    "landscape(date '2021-06-30')",
    "labels_on(date '2021-06-30')",
    "landscape_by_day where day = date '2021-06-30'",
    "current_labels",
    "deprecated.access",
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of two records, with its DuckDB file."""
    folder = tmp_path_factory.mktemp("views")
    root = make_project(folder / "project").root
    made = two_records()
    write_release(folder / "2026.11.0", made, root)
    everything = {**made, "changes": one_change()}
    write_duckdb(folder / "2026.11.0/kiban.duckdb", {name: everything[name] for name in FILES}, TODAY.isoformat())
    return folder / "2026.11.0"


def rows(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {asked: connection.execute(f"from {asked}").fetchall() for asked in ASKED}


@pytest.fixture(scope="module")
def expected(release: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(release / "kiban.duckdb"), read_only=True) as connection:
        return rows(connection)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute(f"load '{HTTPFS}'")
        yield made


def test_in_the_folder_of_a_release_views_give_what_the_file_gives(
    release: Path, expected: object, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(release)
    connection.execute(kiban_sql("", FILES, TODAY))
    assert rows(connection) == expected
    for question in questions():
        connection.execute(question.sql)


def test_at_an_address_they_are_read_by_ranges(
    release: Path, expected: object, connection: duckdb.DuckDBPyConnection
) -> None:
    with web_server(release.parent) as web:
        connection.execute(kiban_sql(f"{web.url}/2026.11.0", FILES, TODAY))
        assert rows(connection) == expected
        assert rows(connection.cursor()) == expected, "no setting of the session is needed"
    got = {(asked.split("=")[0], status) for method, _, asked, status in web.requests if method == "GET"}
    assert got == {("bytes", 206)}


def test_a_variable_puts_another_address_in_place_of_the_one_that_was_laid_out(
    release: Path, expected: object, connection: duckdb.DuckDBPyConnection
) -> None:
    connection.execute(f"set variable kiban = '{release.as_posix()}/'")
    connection.execute(kiban_sql("https://nowhere.invalid/2026.11.0/", FILES, TODAY))
    assert rows(connection) == expected


def test_import_database_reads_it_over_http_in_one_line(release: Path) -> None:
    with web_server(release.parent) as web:
        for path, text in sql_files(f"{web.url}/2026.11.0", FILES, TODAY).items():
            laid = release.parent / path
            laid.parent.mkdir(parents=True, exist_ok=True)
            laid.write_text(text, encoding="utf-8")
        code = (
            f"import duckdb; c = duckdb.connect(); c.execute(\"load '{HTTPFS}'\"); "
            f"c.execute(\"import database '{web.url}/sql'\"); "
            "print(c.execute('select count(*) from landscape(date $$2021-06-30$$)').fetchone())"
        )
        # DuckDB reads the script while it holds Python back, so the server must be of another process
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("(2,)\n", "")


def test_it_can_be_run_again(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release)
    text = kiban_sql("", FILES, TODAY)
    with duckdb.connect() as connection:
        connection.execute(text)
        connection.execute(text)


def test_a_table_without_a_file_has_no_view() -> None:
    assert "changes.parquet" not in kiban_sql("", [name for name in FILES if name != "changes"], TODAY)


def test_an_address_is_a_text_for_sql() -> None:
    assert "'https://example.org/it''s/'" in kiban_sql("https://example.org/it's", FILES, TODAY)


@pytest.mark.parametrize(
    "address", ["example.org", "s3://bucket/x", "https://", "https://example.org/\n; drop", "/srv/x"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UserError, match="this is no address of a release"):
        kiban_sql(address, FILES, TODAY)
