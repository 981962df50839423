"""Every axis holds its hand-worked cases, and the cases leave nothing of the axes out."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.derive.products import products
from flows.derive.steps import reads, step_sql
from schemas.codebook import Axes
from schemas.fields import TASKS
from schemas.tables import Tables, frame
from support.axis_cases import (
    AS_OF,
    CASES,
    ROOT,
    Case,
    all_cases,
    all_tables,
    case_labels,
    cases,
    codebook,
    ingested,
    labels_of,
    outcomes,
    outcomes_of,
    record,
    source,
    steps_to,
)

CASE_FILES = sorted(path.stem for path in CASES.glob("*.csv"))
THRESHOLDS = [(axis, name) for axis, entry in codebook().axes.items() for name in entry.thresholds]
CLOCKS = re.compile(r"\b(current_\w+|now|today|localtime\w*|transaction_timestamp|get_current_\w+|random|uuid)\b", re.I)

EVIDENCE = {
    ("density", "routing outweighs experts"): "routing",
    ("density", "experts outweigh all parameters being active"): "experts",
    ("density", "as many active parameters as the total is dense"): "active_parameters parameters",
    ("scaling_route", "deep outweighs sparse"): "layers",
    ("scaling_route", "one layer below deep and small"): "parameters",
    ("scaling_route", "large and dense"): "parameters routing",
    ("scaling_route", "large by experts"): "experts parameters",
    ("scale", "the maker's size outweighs the news"): "parameters",
    ("efficiency", "one kind saved and another not"): "relative_to",
    ("compute_balance", "Chinchilla is at the optimum"): "parameters routing training_tokens",
    ("compute_balance", "images are out of the reach of the optimum"): "modalities_in modalities_out",
    ("compute_balance", "active parameters count where not all are active"): "active_parameters training_tokens",
    ("compute_balance", "training that is not counted in tokens"): "training_tokens",
    ("multitask", "implicit with undisclosed retrieval"): "explicit_multitask instruction_tuning",
    ("multitask", "retrieval does not make it implicit"): "retrieval",
    ("language_scope", "English has most of the data however many others are claimed"): "language_shares",
    ("language_scope", "English alone is claimed"): "languages",
    ("language_scope", "a number of languages is enough"): "language_count",
    ("language_scope", "undisclosed languages of images"): "modalities_in modalities_out",
    ("access", "open weights outweigh a paid service"): "licence weights",
    ("access", "a staged release gives the smaller variants first"): "licence weights",
    ("access", "gated weights stay restricted under a free licence"): "weights",
    ("access", "a source that was read whole is silent on weights and service"): "api app weights",
    ("access", "a service that one pays for"): "api weights",
    ("access", "downloaded weights need a licence"): "weights",
    ("access", "a service alone does not say whether there are weights"): "api",
    ("openness", "weights are open whatever the licence"): "weights",
    ("openness", "no weights"): "training_code training_data training_log weights",
    ("openness", "nobody looked for the log"): "training_code training_data weights",
    ("openness", "open data"): "training_data",
    ("openness", "closed code says nothing of weights"): "training_code training_data training_log",
    ("safety", "none stated needs all three ruled out"): "grounding_tools preference_tuning safety_filter",
    ("safety", "silence on one of the three is named"): "grounding_tools preference_tuning safety_filter",
    ("safety", "outside knowledge aims at facts"): "grounding_tools",
    ("media", "one kind in and another out are two kinds"): "modalities_in modalities_out",
    ("reasoning", "images alone come out"): "modalities_out",
    ("reasoning", "a source that was read whole is silent"): "thinking",
    ("post_training", "instructions are demonstrations"): "instruction_tuning",
    ("post_training", "silence on one is named"): (
        "distillation preference_tuning supervised_tuning verifiable_rewards"
    ),
    ("tool_use", "a source that was read whole is silent"): "tools",
    ("context", "GPT-2"): "context_length",
    ("compute_tier", "GPT-3 as stated"): "training_flop",
    ("compute_tier", "a dense model by its tokens"): "parameters routing training_tokens",
    ("compute_tier", "experts count by what is active"): "active_parameters training_tokens",
    ("lifecycle", "a retired model whose weights stay"): "stage",
    ("lifecycle", "an application alone"): "app weights",
    ("multimodal_stage", "one named task"): "modalities_in modalities_out tasks",
    ("multimodal_stage", "one modality"): "modalities_in modalities_out",
}


def expected_labels(case: Case) -> set[str]:
    """Labels that a case expects, on whatever day."""
    return set(re.findall(r"[a-z][a-z0-9-]*", re.sub(r"\d{4}-\d{2}-\d{2} ", "", case.expected.labels)))


def labels_without_a_case(axes: Axes, cases: Iterable[Case]) -> list[str]:
    covered = {(case.axis, label) for case in cases for label in expected_labels(case)}
    return [f"{a}.{label}" for a, axis in axes.axes.items() for label in axis.labels if (a, label) not in covered]


def labels_without_an_entry(axes: Axes, cases: Iterable[Case]) -> list[str]:
    known = {(code, label) for code, axis in axes.axes.items() for label in axis.labels}
    wanted = {(case.axis, label) for case in cases for label in expected_labels(case)}
    return [f"{axis}.{label}" for axis, label in sorted(wanted - known)]


def rules_in(axis: str, sql: str, labels: Iterable[str]) -> Iterator[str]:
    """Rules, or beginnings of rules, that the SQL of an axis writes down."""
    for label in labels:
        for reason in re.findall(rf"'(?:{axis}\.)?{label}\.([a-z_-]*)'", sql):
            yield f"{axis}.{label}.{reason}"


def rules_without_a_case(axis: str, sql: str, cases: Iterable[Case]) -> list[str]:
    expected = [rule for case in cases for rule in case.expected.rules.split(";")]
    whole = ("-", ".", "_")
    return [
        rule
        for rule in rules_in(axis, sql, codebook().axes[axis].labels)
        if not any(found == rule or (rule.endswith(whole) and found.startswith(rule)) for found in expected)
    ]


def clocks_in(sql: str) -> list[str]:
    statements = re.sub(r"--[^\n]*", "", sql)
    return CLOCKS.findall(statements)


def moved(tables: Tables, moves: Iterable[tuple[str, str]], direction: int) -> Tables:
    """The same tables with some thresholds moved, counts by one and the others by one per cent."""
    here = pl.struct("axis", "threshold").is_in([{"axis": axis, "threshold": name} for axis, name in moves])
    step = pl.when(pl.col("unit") == "kind of work").then(1.0).otherwise(pl.col("threshold_value") * 0.01)
    value = pl.when(here).then(pl.col("threshold_value") + direction * step).otherwise(pl.col("threshold_value"))
    thresholds = frame(tables["thresholds"]).with_columns(value.alias("threshold_value"))
    return {**tables, "thresholds": thresholds.to_arrow()}


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.axis}: {case.name}")
def test_labels_follow_from_the_facts(case: Case) -> None:
    assert outcomes(case.axis)[case.model_id] == case.expected


@pytest.mark.parametrize("axis", CASE_FILES)
def test_decided_labels_rest_on_statements_of_their_model(axis: str) -> None:
    labels = case_labels(axis).filter(~pl.col("label").is_in(["unknown"]))
    for model_id, ids in labels.select("model_id", "statement_ids").iter_rows():
        assert ids and all(statement.startswith(f"{model_id}#") for statement in ids)


@pytest.mark.parametrize(("axis", "name"), EVIDENCE, ids=[": ".join(key) for key in EVIDENCE])
def test_a_label_rests_on_the_facts_that_decide_it_and_on_no_others(axis: str, name: str) -> None:
    model_id = next(case.model_id for case in cases(axis) if case.name == name)
    labels = case_labels(axis).filter(pl.col("model_id") == model_id)
    fields = {
        re.split("[/@]", statement.partition("#")[2].replace("/silent", ""))[1]
        for ids in labels["statement_ids"]
        for statement in ids
    }
    assert " ".join(sorted(fields)) == EVIDENCE[axis, name]


@pytest.mark.parametrize("axis", CASE_FILES)
def test_a_label_names_the_missing_fact_if_and_only_if_it_is_unknown(axis: str) -> None:
    labels = case_labels(axis)
    assert labels.filter((pl.col("label") == "unknown") != pl.col("missing_field").is_not_null()).is_empty()


@pytest.mark.parametrize("axis", sorted(a for a, entry in codebook().axes.items() if entry.dated))
def test_neighbouring_rows_of_a_dated_axis_differ_in_their_rule(axis: str) -> None:
    labels = case_labels(axis)
    later = labels.select("model_id", "rule_id", valid_to="valid_from")
    assert labels.join(later, on=["model_id", "rule_id", "valid_to"]).is_empty()


@pytest.mark.parametrize("axis", sorted(a for a, entry in codebook().axes.items() if not entry.multiple))
def test_a_model_has_one_label_of_an_axis_that_is_not_multiple(axis: str) -> None:
    assert not any(";" in part for case in cases(axis) for part in outcomes(axis)[case.model_id].labels.split("|"))


def test_every_axis_has_a_case_file_and_no_file_is_of_no_axis() -> None:
    assert sorted(codebook().axes) == CASE_FILES


def test_every_label_of_the_codebook_has_a_case() -> None:
    assert labels_without_a_case(codebook(), all_cases()) == []


def test_no_case_expects_a_label_that_the_codebook_lacks() -> None:
    assert labels_without_an_entry(codebook(), all_cases()) == []


@pytest.mark.parametrize("axis", CASE_FILES)
def test_every_rule_of_the_sql_has_a_case(axis: str) -> None:
    assert rules_without_a_case(axis, step_sql(axis), cases(axis)) == []


@pytest.mark.parametrize("axis", CASE_FILES)
def test_the_cases_of_an_axis_have_names_of_their_own_and_say_what_they_expect(axis: str) -> None:
    names = [case.name for case in cases(axis)]
    assert len(set(names)) == len(names)
    assert all(case.expected.labels and case.expected.rules for case in cases(axis))


@cache
def moved_together() -> list[set[tuple[str, str]]]:
    """The thresholds, in sets of which no axis has or reads two, by itself or by another that it rests on."""
    read = [
        {of for of in THRESHOLDS if of[0] == axis}.union(*(reads(step_sql(step)).thresholds for step in steps_to(axis)))
        for axis in CASE_FILES
    ]
    sets: list[set[tuple[str, str]]] = []
    for threshold in THRESHOLDS:
        fits = (moves for moves in sets if not any(threshold in own and own & moves for own in read))
        moves = next(fits, None)
        if moves is None:
            sets.append(moves := set())
        moves.add(threshold)
    return sets


@cache
def labels_after_move(number: int, direction: int) -> pl.DataFrame:
    """The labels of all cases, had one set of thresholds moved."""
    return labels_of(moved(all_tables(), moved_together()[number], direction))


@pytest.mark.parametrize("direction", [-1, 1], ids=["lower", "higher"])
@pytest.mark.parametrize(("axis", "threshold"), THRESHOLDS)
def test_a_threshold_that_moves_a_little_changes_a_case(axis: str, threshold: str, direction: int) -> None:
    (number,) = (number for number, moves in enumerate(moved_together()) if (axis, threshold) in moves)
    labels = labels_after_move(number, direction)
    own = pl.col("model_id").is_in([case.model_id for case in cases(axis)])
    assert outcomes_of(axis, labels.filter(own)) != outcomes(axis)


def test_a_label_without_a_case_is_noticed() -> None:
    without = [case for case in all_cases() if "conditional" not in case.expected.labels]
    assert labels_without_a_case(codebook(), without) == ["access.conditional"]


def test_a_label_without_an_entry_is_noticed() -> None:
    axes = {code: axis for code, axis in codebook().axes.items() if code != "scale"}
    missing = labels_without_an_entry(Axes(axes=axes), all_cases())
    assert missing == ["scale.gpt-3-class", "scale.small", "scale.ten-billion", "scale.trillion", "scale.unknown"]


def test_a_rule_without_a_case_is_noticed() -> None:
    sql = "case when a then 'dense.guess' when b then 'sparse.experts' else 'unknown.' || c end"
    assert rules_without_a_case("density", sql, cases("density")) == ["density.dense.guess"]


def test_the_rules_of_the_sql_are_found() -> None:
    assert set(rules_in("scale", step_sql("scale"), codebook().axes["scale"].labels)) == {
        "scale.small.parameters",
        "scale.ten-billion.parameters",
        "scale.gpt-3-class.parameters",
        "scale.trillion.parameters",
        "scale.unknown.parameters",
    }


def test_every_task_is_of_a_kind_of_work_or_of_a_technique() -> None:
    sql = step_sql("multimodal_stage")
    assert [task for task in TASKS if f"'{task}'" not in sql] == []


def test_no_sql_reads_the_clock() -> None:
    found = {path.name: clocks_in(path.read_text(encoding="utf-8")) for path in (ROOT / "flows" / "sql").glob("*.sql")}
    assert len(found) > len(CASE_FILES) and not any(found.values())


@pytest.mark.parametrize("clock", ["current_date", "now()", "today()", "CURRENT_TIMESTAMP", "random()"])
def test_a_clock_in_sql_is_noticed(clock: str) -> None:
    assert clocks_in(f"-- by now it is right\nselect {clock} as day") == [clock.removesuffix("()")]


DAY = date(2023, 5, 15)


@cache
def all_products() -> Tables:
    """The published tables of all cases."""
    return products(all_tables(), DAY, threads=2)


@pytest.mark.slow
def test_tables_are_equal_with_one_and_two_threads_and_in_any_order_of_records() -> None:
    one = products(all_tables(), DAY, threads=1)
    backwards = {case.model_id: case.record() for case in reversed(all_cases())}
    turned = products(ingested(backwards), DAY, threads=2)
    for name, table in one.items():
        assert table.equals(all_products()[name]), name
        assert table.equals(turned[name]), name


@pytest.mark.slow
def test_tables_are_equal_in_one_part_and_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = all_products()
    monkeypatch.setattr("flows.derive.products._BESIDE", 0)
    monkeypatch.setattr("flows.derive.products._FEW_AT_A_TIME", all_tables()["statements"].num_rows // 7)
    parts = products(all_tables(), DAY)
    assert {name: parts[name] for name in whole} == whole


def test_labels_do_not_depend_on_the_day_of_the_release() -> None:
    early = labels_of(all_tables(), date(2022, 1, 1))
    assert_frame_equal(early, labels_of(all_tables()))


def test_where_nobody_looked_every_axis_says_unknown() -> None:
    bare = record(source("paper", states={"announced": {"value": AS_OF}}))
    labels = labels_of(ingested({"maker/bare": bare}))
    assert dict(labels.select("axis", "label").iter_rows()) == dict.fromkeys(codebook().axes, "unknown")
