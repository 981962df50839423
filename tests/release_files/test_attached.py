"""The DuckDB file of a release in a database of one's own, under any name."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.derive.products import products
from flows.release_files.duckdb_file import write_duckdb
from schemas.products import CHANGES, arrow_schema
from support.axis_cases import AS_OF, ingested, record, source

OLD, NEW = date(2022, 1, 1), date(2022, 6, 1)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    events = [{"since": OLD, "weights": "none", "api": "paid"}, {"since": NEW, "weights": "download"}]
    later = record(source("paper", states={"announced": {"value": NEW}}))
    first = record(source("paper", states={"announced": {"value": OLD}}, access=events))
    made = products(ingested({"maker/first": first, "maker/later": later}), AS_OF)
    path = tmp_path_factory.mktemp("attached") / "kiban.duckdb"
    write_duckdb(path, {**made, "changes": arrow_schema(CHANGES).empty_table()}, AS_OF.isoformat())
    return path


@pytest.fixture
def own(written: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{written}' as other (read_only)")
        yield connection


@pytest.mark.parametrize("day", [OLD - timedelta(days=1), OLD, NEW - timedelta(days=1), NEW, AS_OF])
def test_the_landscape_of_a_day_is_the_same_where_the_file_is_attached(
    own: duckdb.DuckDBPyConnection, written: Path, day: date
) -> None:
    found = own.execute("select * exclude (day) from other.landscape_by_day where day = ?", [day]).fetchall()
    with duckdb.connect(str(written), read_only=True) as connection:
        assert found == connection.execute("from landscape(?)", [day]).fetchall()
    assert len(found) == (day >= OLD) + (day >= NEW)


def test_tables_views_and_names_of_before_are_there_without_use(own: duckdb.DuckDBPyConnection) -> None:
    for name in ("models", "current_labels", "deprecated.models", "deprecated.access"):
        assert own.execute(f"select count(*) from other.{name}").fetchall() != [(0,)]


def test_a_macro_needs_use_which_is_why_there_is_the_view(own: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.CatalogException, match="models does not exist"):
        own.execute("from other.landscape(date '2022-05-31')")
    own.execute("use other")
    assert len(own.execute("from landscape(date '2022-05-31')").fetchall()) == 1
