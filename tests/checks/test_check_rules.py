"""Every rule against its samples: the place, words and remedy of what a bad one brings about, and silence at a good one."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from flows import checks
from flows.check import RULES
from flows.records.findings import as_text, declared
from support.project import REPOSITORY, Change, Project
from support.samples import Bad, samples

SAMPLES = samples()
BAD = [sample for file in SAMPLES.values() for sample in file.bad]
GOOD = [(place, change) for place, file in SAMPLES.items() for change in file.good]
IDS = [rule.id for rule in RULES]
MODULES = [found.name for found in pkgutil.iter_modules(checks.__path__) if found.name != "context"]


def rules_of_the_code() -> set[str]:
    """Every rule id that a check can give, read from the code."""
    rules = set()
    for path in [*(REPOSITORY / "flows").rglob("*.py"), *(REPOSITORY / "schemas").glob("*.py")]:
        if path.parent.name == "figures":
            continue  # settings of matplotlib look like ids of rules
        text = path.read_text(encoding="utf-8")
        rules.update(re.findall(r'"((?:file|text|toml|shape|table|cross|waiver|claim|rule|axes)\.[a-z0-9-]+)"', text))
        if path.parent.name == "schemas":
            rules.update(f"shape.{kind}" for kind in re.findall(r'wrong\(\s*"([a-z-]+)"', text))
    return rules


def test_the_valid_project_gives_no_finding(project: Project) -> None:
    assert project.check() == []


@pytest.mark.parametrize("sample", BAD, ids=[sample.rules[0] for sample in BAD])
def test_a_broken_rule_is_found_at_its_place_in_words_that_help(project: Project, sample: Bad) -> None:
    sample.change(project)
    lines = as_text(sample.ask(project))
    expected = sample.expected(project)
    assert len(lines) == len(expected), lines
    for pattern in expected:
        assert len([line for line in lines if re.fullmatch(pattern, line)]) == 1, (pattern, lines)


@pytest.mark.parametrize(("place", "change"), GOOD, ids=[place for place, _ in GOOD])
def test_what_comes_close_to_breaking_a_rule_is_no_finding(project: Project, place: str, change: Change) -> None:
    change(project)
    assert as_text(project.check()) == []


# --- the rules themselves -------------------------------------------------------------------------


def test_every_rule_is_declared_once_with_severity_words_and_remedy() -> None:
    assert len(IDS) == len(set(IDS))
    assert set(IDS) == rules_of_the_code()
    for rule in RULES:
        assert rule.severity in ("error", "warning") and rule.words and rule.remedy, rule.id


def test_the_list_of_rules_is_not_blind() -> None:
    rules = rules_of_the_code()
    assert {"file.bom", "toml.syntax", "text.bidi", "shape.unknown-key", "shape.too-long", "table.url"} <= rules
    assert {"cross.cyclic-base", "waiver.unused"} <= rules


def test_every_rule_has_a_bad_sample() -> None:
    assert {sample.rules[0] for sample in BAD} == set(IDS)


def test_no_sample_names_a_rule_that_does_not_exist() -> None:
    assert {rule for sample in BAD for rule in sample.rules} <= set(IDS)


def test_every_module_of_rules_is_run_once() -> None:
    modules = [importlib.import_module(f"flows.checks.{name}") for name in MODULES]
    assert sorted(module.check.__module__ for module in modules) == sorted(rule.__module__ for rule in checks.CHECKS)


@pytest.mark.parametrize("name", MODULES)
def test_a_rule_across_records_has_its_good_and_bad_samples_in_the_file_of_its_name(name: str) -> None:
    module = importlib.import_module(f"flows.checks.{name}")
    beside = SAMPLES.get(f"checks/{name}.py")
    assert beside, f"flows/checks/{name}.py has no samples; write tests/checks/{name}.py"
    assert beside.rules == {rule.id for rule in declared(vars(module))}
    assert beside.good


def test_samples_lie_beside_no_file_that_is_not_there() -> None:
    assert [place for place in SAMPLES if not Path(REPOSITORY, "flows", place).exists()] == []
