"""Queries of readings: a verdict, or why there is none, within limits."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows.derive.claims import _worker, answers, prepare
from flows.derive.queries import FAILS, Answer
from flows.derive.sandbox import LIMITS, Limits

#: small, so that a bomb ends at once; memory as little as the engine needs to begin
SMALL = Limits(seconds=0.3, all_seconds=60, memory=600, length=60)
#: for what is not ended by time: a busy machine takes a second for what a quiet one does in a tenth
PATIENT = replace(SMALL, seconds=20)
FOREVER = (
    "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) > 0 as verdict, '' as found from t"
)
HOLDS = "select count(*) = 3 as verdict, 'three' as found from models"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "release.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table models as select range as model_id, 'text' as name from range(3)")
    return path


def ask(database: Path, *queries: str, limits: Limits = SMALL) -> list[Answer | None]:
    return list(answers(database, queries, limits=limits))


@pytest.mark.parametrize(
    ("sql", "verdict", "found"),
    [
        ("select true as verdict, 'yes' as found", "holds", "yes"),
        ("select false as verdict, null as found", "differs", None),
        ("select null::boolean as verdict, 3 as found", "undecided", "3"),
        ("select true as verdict, '' as found -- and a comment", "holds", None),
        ("from (values (true, 'yes')) as given (verdict, found)", "holds", "yes"),
        ("select true as verdict", FAILS, "the query does not yield verdict and found"),
        ("select true as verdict, '' as found where false", FAILS, "the query yields 0 rows, not one"),
        ("select true as verdict, '' as found from models", FAILS, "the query yields several rows, not one"),
        ("select * from nowhere", FAILS, "the query fails: Catalog Error: Table with name nowhere does not exist!"),
        (
            "select true as verdict, name::int as found from models",
            FAILS,
            "the query fails: Conversion Error: Could not convert string 'text' to INT32 when casting from source column name",
        ),
        ("select 'yes' as verdict, 'text' as found", FAILS, "the query's verdict is not true, false or null"),
        ("select [true] as verdict, 'text' as found", FAILS, "the query's verdict is not true, false or null"),
        ("delete from models; select true as verdict, 'x' as found", FAILS, "the query is not one SELECT"),
        ("create table x as select 1", FAILS, "the query is not one SELECT"),
        ("set enable_external_access = true", FAILS, "the query is not one SELECT"),
        ("select true as", FAILS, "the query fails: Parser Error: syntax error at end of input"),
    ],
)
def test_a_query_gives_a_verdict_or_says_why_not(database: Path, sql: str, verdict: str, found: str | None) -> None:
    assert ask(database, sql, limits=LIMITS) == [Answer(verdict, found)]


@pytest.mark.parametrize(
    "sql",
    [
        FOREVER,
        "select count(*) > 0 as verdict, '' as found from generate_series(1, 1000000) a, generate_series(1, 1000000) b",
        # calls that the engine's own interrupt does not end
        "select levenshtein(repeat('a', 100000), repeat('b', 100000)) > 0 as verdict, '' as found",
        "select bool_or(regexp_matches(repeat('a', 3000) || range, '((a?){30}){30}c|d')) as verdict, '' as found "
        "from range(10000)",
    ],
    ids=["recursion", "cross-join", "one-long-call", "pattern"],
)
def test_a_query_that_does_not_end_is_ended(database: Path, sql: str) -> None:
    assert ask(database, sql) == [Answer(FAILS, "the query did not end within 0.3 s")]


@pytest.mark.parametrize(
    "call",
    ["len(list(range(4000000000)))", "len(range(400000000))", "len(repeat('x', 1500000000))"],
)
def test_a_query_that_needs_too_much_memory_is_ended(database: Path, call: str) -> None:
    (answer,) = ask(database, f"select {call} > 0 as verdict, '' as found", limits=PATIENT)
    assert answer is not None
    assert (answer.verdict, answer.found) == (FAILS, "the query needs more than the 600 MB of memory that it may take")


def test_what_is_found_is_bounded_in_length(database: Path) -> None:
    queries = [f"select true as verdict, repeat('x', {length}) as found" for length in (60, 61, 1_000_000)]
    longer = Answer(FAILS, "the query's found is longer than 60 characters")
    assert ask(database, *queries, limits=PATIENT) == [Answer("holds", "x" * 60), longer, longer]


def test_the_reason_of_a_failure_is_bounded_in_length(database: Path) -> None:
    (answer,) = ask(database, f"select true as verdict, {'x' * 1000} as found", limits=PATIENT)
    assert answer is not None and answer.verdict == FAILS
    assert answer.found is not None and len(answer.found) == 500 + len("…")


@pytest.mark.slow
def test_queries_after_one_that_was_ended_run(database: Path) -> None:
    big = "select len(range(400000000)) > 0 as verdict, '' as found"
    given = ask(database, HOLDS, FOREVER, HOLDS, big, HOLDS, limits=replace(SMALL, seconds=3))
    assert [answer and answer.verdict for answer in given] == ["holds", FAILS, "holds", FAILS, "holds"]


def test_all_queries_together_have_a_deadline(database: Path) -> None:
    limits = replace(SMALL, seconds=60, all_seconds=1)
    first, second = ask(database, FOREVER, HOLDS, limits=limits)
    assert first is not None and "did not end within" in str(first.found)
    assert second == Answer(FAILS, "the queries before it took the 1 s of all queries")


def test_what_is_asked_later_is_asked_of_the_file_that_lies_there_then(tmp_path: Path) -> None:
    path = tmp_path / "release.duckdb"
    for count in (3, 4):
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create table models as select range as model_id from range({count})")
        assert ask(path, HOLDS, limits=LIMITS) == [Answer("holds" if count == 3 else "differs", "three")]


def test_a_query_is_only_looked_at_on_request(database: Path) -> None:
    fails = "select true as verdict, name::int as found from models"
    assert list(answers(database, [HOLDS, FOREVER, fails], run=False)) == [None, None, None]
    (wrong,) = answers(database, ["select true as verdict, x as found from models"], run=False)
    assert wrong is not None and "Referenced column" in str(wrong.found)


def test_processes_that_were_prepared_answer(database: Path) -> None:
    _worker(0, LIMITS).end()
    prepare(0)
    assert not _worker(0, LIMITS).running
    prepare(1)
    assert _worker(0, LIMITS).running
    ours = _worker(0, LIMITS)._process
    assert ask(database, HOLDS, limits=LIMITS) == [Answer("holds", "three")]
    assert _worker(0, LIMITS)._process is ours


def test_many_queries_are_shared_out_and_answered_in_their_order(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.derive.claims._WORTH_A_PROCESS", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    asked = [f"select true as verdict, '{number}' as found" for number in range(5)]
    asked[3] = FOREVER
    found = ask(database, *asked, limits=replace(SMALL, seconds=3))
    assert [answer and answer.found for place, answer in enumerate(found) if place != 3] == ["0", "1", "2", "4"]
    assert found[3] is not None and found[3].verdict == FAILS


def test_the_process_takes_its_code_from_where_ours_is(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    _worker.cache_clear()  # so that a process is started here
    assert ask(database, HOLDS, limits=LIMITS) == [Answer("holds", "three")]


def test_a_database_that_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "release.duckdb"
    path.write_bytes(b"no database")
    (answer,) = ask(path, HOLDS, limits=LIMITS)
    assert answer is not None and answer.verdict == FAILS
