"""A rule is asked of its own field only, and one that itself fails hides no finding of another."""

from typing import Any

import polars as pl
import pytest

from flows.check import WAIVABLE, check
from flows.checks import cross_findings
from flows.checks.context import Context
from flows.records import table_rules
from schemas import tables
from schemas.tables import RowRule
from support.project import ONE, REPOSITORY, TODAY, TWO, Project


def test_printed_is_asked_for_the_largest_share_beside_an_item_that_looks_like_one(project: Project) -> None:
    project.edit(
        ONE,
        "retrieval         =",
        'hardware = { value = ["nvidia-a100=1024"], printed = "1,024 A100" }\nretrieval         =',
    )
    project.edit(ONE, '"92.6%"', '"93.6%"')
    assert project.rules() == ["table.printed-differs"]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule about empty lists fails at any list with German in it."""
    number = pl.col("value_list").list.eval(pl.element().str.extract("^(de)$").cast(pl.Float64)).list.len() > 0

    def row_rules(*arguments: Any) -> dict[str, list[RowRule]]:
        made = tables.row_rules(*arguments)
        made["statements"].append(RowRule("table.empty-list", number))
        return made

    monkeypatch.setattr(table_rules, "row_rules", row_rules)


@pytest.mark.usefixtures("failing")
def test_a_rule_that_fails_is_a_finding_at_the_row_that_it_fails_at(project: Project) -> None:
    project.edit(TWO, "training_tokens =", 'languages = { value = ["de"] }\ntraining_tokens =')
    (found,) = project.check()
    assert (found.path, found.line, found.field, found.rule) == (TWO, 16, "sources[0].states.languages", "rule.failed")
    assert found.message == "table.empty-list failed at this row of statements"
    assert found.value.startswith("InvalidOperationError")


@pytest.mark.usefixtures("failing")
def test_a_rule_that_fails_at_one_row_is_still_asked_of_the_others(project: Project) -> None:
    project.edit(TWO, "training_tokens =", 'languages = { value = ["de"] }\ntraining_tokens =')
    project.edit(ONE, '["en", "ja"]', "[]")
    project.edit(ONE, '"175.0B"', '"176.0B"')
    project.edit(TWO, '"acme/one" }', '"acme/none" }')
    assert project.rules().count("rule.failed") == 1
    assert {"table.empty-list", "table.printed-differs", "cross.dangling-model"} <= set(project.rules())


def test_a_table_that_is_not_as_ingest_yields_it_hides_no_other(project: Project) -> None:
    project.edit(TWO, "https://two.test/card", "ftp://two.test/card")
    checked = check(project.root, TODAY)
    broken = checked.tables | {"models": checked.tables["models"].drop_columns("family")}
    found = table_rules.table_findings(broken, checked.files, TODAY)
    assert [(f.path, f.field, f.rule) for f in found] == [
        ("schemas/tables.py", "models", "rule.failed"),
        (TWO, "sources[0].url", "table.url"),
    ]


def test_a_check_that_fails_is_named_with_its_line_and_hides_no_other(project: Project) -> None:
    project.edit(TWO, '"acme/one" }', '"acme/none" }')
    checked = check(project.root, TODAY)
    without = {name: table for name, table in checked.tables.items() if name != "errata"}
    failed, found = sorted(cross_findings(Context(checked.folder, without)))
    text = (REPOSITORY / failed.path).read_text(encoding="utf-8").splitlines()[failed.line - 1]
    assert (failed.path, failed.field, failed.value) == ("flows/checks/erratum.py", "erratum", "KeyError: 'errata'")
    assert 'context.rows("errata")' in text
    assert found.rule == "cross.dangling-model"


def test_a_waiver_silences_no_rule_that_fails() -> None:
    assert not table_rules.FAILED.id.startswith(WAIVABLE)
