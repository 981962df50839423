"""A query that need not say the same tomorrow is seen, by what it calls and reads."""

from collections.abc import Iterator

import duckdb
import pytest

from flows.derive.repeats import catalog_of, unrepeating
from flows.derive.sandbox import closed_off


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with closed_off(threads=1) as connection:
        connection.execute("create table models as select 1 as model_id, date '2022-05-31' as announced")
        connection.execute("create macro landscape(day) as table select * from models where announced <= day")
        connection.execute("create macro since() as age(date '2020-01-01')")
        yield connection


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("select now()", "calls now(), which does not repeat"),
        ("select NOW()", "calls now(), which does not repeat"),
        ("select system.main.now()", "calls now(), which does not repeat"),
        ("select current_timestamp", "calls current_timestamp, which does not repeat"),
        ("select CURRENT_DATE", "calls CURRENT_DATE, which does not repeat"),
        ("select today()", "calls today(), which does not repeat"),
        ("select localtime", "calls localtime, which does not repeat"),
        ("select localtimestamp", "calls localtimestamp, which does not repeat"),
        ("select age(announced) from models", "calls age(), which does not repeat"),
        ("select random()", "calls random(), which does not repeat"),
        ("select uuid()", "calls uuid(), which does not repeat"),
        ("select gen_random_uuid()", "calls gen_random_uuid(), which does not repeat"),
        ("select nextval('s')", "calls nextval(), which does not repeat"),
        ("select current_setting('threads')", "calls current_setting(), which does not repeat"),
        ("select getvariable('x')", "calls getvariable(), which does not repeat"),
        ("select version()", "calls version(), which does not repeat"),
        ("select ago(interval 1 day)", "calls ago(), which calls current_timestamp, which does not repeat"),
        (
            "select pg_postmaster_start_time()",
            "calls pg_postmaster_start_time(), which calls current_timestamp, which does not repeat",
        ),
        ("select since()", "calls since(), which calls age(), which does not repeat"),
        ("with x as (select (select uuid()) as u) select * from x", "calls uuid(), which does not repeat"),
        ("select list_transform([1], lambda x: x + random())", "calls random(), which does not repeat"),
        ("from landscape(current_date)", "calls current_date, which does not repeat"),
        ("select * from models order by random() limit 1", "calls random(), which does not repeat"),
        ("select * from models limit (2 * random())::int", "calls random(), which does not repeat"),
        ("select 1 having random() > 0.5", "calls random(), which does not repeat"),
        ("select 1 union all select uuid()::int", "calls uuid(), which does not repeat"),
        ("from models using sample 1", "takes a sample, which is another one each time"),
        ("from models tablesample 10%", "takes a sample, which is another one each time"),
        ("from query('select now()')", "reads query(), which is no table of the release"),
        ("from duckdb_settings()", "reads duckdb_settings(), which is no table of the release"),
        ("from read_csv('x.csv')", "reads read_csv(), which is no table of the release"),
        ("from duckdb_databases", "reads duckdb_databases, which tells of the engine and not of the release"),
        ("from information_schema.tables", "reads tables, which tells of the engine and not of the release"),
        ("from pg_catalog.pg_class", "reads pg_class, which tells of the engine and not of the release"),
        ("from (show tables)", "reads the engine's own tables, which are no part of a release"),
        ("show tables", "reads the engine's own tables, which are no part of a release"),
    ],
)
def test_what_need_not_repeat_is_named(connection: duckdb.DuckDBPyConnection, query: str, wrong: str) -> None:
    assert unrepeating(connection, catalog_of(connection), query) == wrong


@pytest.mark.parametrize(
    "query",
    [
        "from landscape(date '2022-05-31')",
        "select age(announced, date '2020-01-01') from models",
        "select max(announced) from models",
        "with now as (select 1 as random) select random from now",
        "select json_group_object('a', model_id) from models",
        "select list_sum([x for x in range(3)]), split_part('a b', ' ', 1)",
        "select * from generate_series(1, 3), unnest([1, 2])",
        "select 'now()' as current",
    ],
)
def test_what_repeats_is_left_alone(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    assert unrepeating(connection, catalog_of(connection), query) is None
