"""The steps are whole: every table has a file, reads what was made before it, and covers every field and axis."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from flows.derive.database import Database
from flows.derive.products import derive, rules
from flows.derive.steps import MACROS, STEPS, reads, step_sql
from schemas.fields import AXES, STATED
from schemas.products import PRODUCTS
from schemas.tables import INGESTED
from support.axis_cases import AS_OF, ROOT, Mapped, ingested, record, source

MODEL = "maker/model"


@contextmanager
def derived(states: Mapped) -> Iterator[Database]:
    """The derived tables of one model, of which a source says `states`."""
    tables = ingested({MODEL: record(source("paper", states={"announced": {"value": AS_OF}, **states}))})
    with Database(tables, threads=1) as database:
        derive(database, tables, AS_OF)
        yield database


@pytest.fixture(scope="module")
def bare() -> Iterator[Database]:
    """The derived tables of one model of which next to nothing is said, to be asked for plans."""
    with derived({}) as database:
        yield database


def columns(table: str, **states: Mapped) -> dict[str, object]:
    """The one row of a table or macro for a model of which a source says `states`."""
    with derived(dict(states)) as database:
        return dict(database.arrow(f"select * from {table}").to_pylist()[0])


def joins(database: Database, query: str) -> list[str]:
    """The joins in the plan of a query, from the top down."""

    def of(node: dict[str, object]) -> Iterator[str]:
        if re.search("JOIN|PRODUCT", str(node["name"])):
            yield str(node["name"]).strip()
        for child in node["children"]:
            yield from of(child)

    ((_, plan),) = database.connection.execute(f"explain (format json) {query}").fetchall()
    return [join for node in json.loads(plan) for join in of(node)]


def test_every_file_is_a_step() -> None:
    assert sorted(path.stem for path in (ROOT / "flows" / "sql").iterdir()) == sorted(STEPS)


def test_every_derived_and_every_published_table_has_its_rule() -> None:
    assert list(rules())[: len(STEPS)] == list(STEPS)
    assert set(rules()) == {*STEPS, *PRODUCTS}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_reads_what_was_handed_in_or_made_before(step: str) -> None:
    handed_in = {f"in_{table}" for table in (*INGESTED, "fields")}
    assert reads(step_sql(step)).tables <= handed_in | set(STEPS[: STEPS.index(step)])


@pytest.mark.parametrize("step", [step for step in STEPS if step not in MACROS])
def test_the_tables_that_a_step_reads_stand_at_its_head(step: str) -> None:
    head = step_sql(step).partition("\n\n")[0]
    imported = {table for line in head.splitlines() for table in re.findall(r"select .*\bfrom (\w+)", line)}
    assert reads(step_sql(step)).tables <= imported


def test_resolved_has_every_field_and_the_precision_of_every_date() -> None:
    dates = {f"{name}_precision" for name, field in STATED.items() if field.kind == "date"}
    assert set(columns("resolved")) == {"model_id", *STATED, *dates}


def test_rules_take_every_truth_and_list_that_makes_no_sense_as_false_or_empty() -> None:
    wanted = {"BOOLEAN": False, "VARCHAR[]": []}
    fields = {name: wanted[field.sql_type] for name, field in STATED.items() if field.sql_type in wanted}
    senseless: Mapped = {"not_applicable": True}
    found = columns("known", **dict.fromkeys(fields, senseless))
    assert {name: found[name] for name in fields} == fields


def test_labels_of_a_day_have_every_axis_as_a_list_where_several_can_hold() -> None:
    found = columns(f"labels_on(date '{AS_OF}')")
    assert list(found) == ["model_id", *AXES]
    assert {axis for axis, label in found.items() if isinstance(label, list)} == {
        axis for axis, field in AXES.items() if field.kind == "codes"
    }
    assert None not in found.values()


def test_a_query_reads_tables_and_table_macros_but_not_its_own_parts() -> None:
    sql = """
    with facts as (select * from facts), -- from nowhere
    claims as (select * from main.ranked)
    select * from facts join claims on true
    where facts.a in (select b from beginnings) and facts.b in (select c from labels_on(as_of())) and c = 'from known'
    """
    assert reads(sql).tables == {"facts", "ranked", "beginnings", "labels_on"}


def test_a_query_reads_the_thresholds_that_it_names() -> None:
    sql = (
        "select threshold('scale', 'small') as small where a > 2 * threshold('density', 'least') -- threshold('a', 'b')"
    )
    assert reads(sql).thresholds == {("scale", "small"), ("density", "least")}


def test_what_is_no_query_reads_nothing() -> None:
    with pytest.raises(duckdb.ParserException, match="Only SELECT"):
        reads("delete from facts")


#: joins of every row with every row, and why there are no fewer rows to make
ALL_BY_ALL = {
    "facts": ["CROSS_PRODUCT"],  # every field of every model
    "trends": ["CROSS_PRODUCT"],  # every label in every quarter
}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_joins_rows_by_trying_all_pairs(bare: Database, step: str) -> None:
    found = joins(bare, f"select * from {step}(as_of())" if step in MACROS else step_sql(step))
    assert [join for join in found if join != "HASH_JOIN"] == ALL_BY_ALL.get(step, [])


@pytest.mark.parametrize(
    ("clause", "join"),
    [
        ("left join labels as b on a.model_id = b.model_id", "HASH_JOIN"),
        ("left join labels as b on a.model_id <> b.model_id", "NESTED_LOOP_JOIN"),
        ("left join labels as b on a.valid_to is null or a.valid_to > b.valid_from", "BLOCKWISE_NL_JOIN"),
        ("cross join labels as b", "CROSS_PRODUCT"),
    ],
)
def test_a_join_that_tries_all_pairs_is_noticed(bare: Database, clause: str, join: str) -> None:
    assert joins(bare, f"select * from labels as a {clause}") == [join]
