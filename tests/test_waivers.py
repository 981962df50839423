"""Waivers: one finding each, with a reason; one that silences nothing is an error."""

import pytest

from flows.check import check
from support.project import LICENCES, ONE, ORGANISATIONS, TODAY, TWO, WAIVERS, Project


def waiver(rule: str, path: str, field: str, reason: str = "the source is gone") -> str:
    return f'[[waivers]]\nrule   = "{rule}"\npath   = "{path}"\nfield  = "{field}"\nreason = "{reason}"\n'


WITHOUT_LICENCE = waiver("cross.weights-without-licence", TWO, "sources[0].access[0].weights")


@pytest.fixture
def warned(project: Project) -> Project:
    """The project with one warning: weights without a licence (and the licence in use elsewhere)."""
    project.edit(TWO, 'licence = "apache-2-0"\n', "")
    project.write(LICENCES, "licences = {}\n")
    assert project.rules() == ["cross.weights-without-licence"]
    return project


def test_a_waiver_silences_its_finding(warned: Project) -> None:
    warned.write(WAIVERS, WITHOUT_LICENCE)
    assert warned.check() == []


def test_a_waiver_silences_an_error_too(project: Project) -> None:
    project.edit(TWO, '"7 billion"', '"7.5 billion"')
    project.write(WAIVERS, waiver("table.printed-differs", TWO, "sources[0].states.parameters"))
    assert project.check() == []


@pytest.mark.parametrize(
    ("rule", "path", "field", "key"),
    [
        ("cross.secondary-only", TWO, "sources[0].access[0].weights", "rule"),
        ("cross.weights-without-licence", ONE, "sources[0].access[0].weights", "path"),
        ("cross.weights-without-licence", TWO, "sources[0].access[1].weights", "field"),
    ],
)
def test_a_waiver_for_another_rule_file_or_field_silences_nothing(
    warned: Project, rule: str, path: str, field: str, key: str
) -> None:
    warned.write(WAIVERS, waiver(rule, path, field))
    found = warned.check()
    assert [(f.rule, f.severity) for f in found] == [
        ("cross.weights-without-licence", "warning"),
        ("waiver.unused", "error"),
    ]
    wrong = {"rule": rule, "path": path, "field": field}[key]
    assert (found[1].field, found[1].value) == (f"waivers[0].{key}", wrong)
    assert found[1].line == warned.line(WAIVERS, f"{key} ")


def test_an_unused_waiver_is_found_at_its_line(warned: Project) -> None:
    warned.write(WAIVERS, f"# accepted\n\n{WITHOUT_LICENCE}\n{waiver('cross.placeholder', ONE, 'name')}")
    (found,) = warned.check()
    assert (found.path, found.line, found.field) == (WAIVERS, 10, "waivers[1].rule")


def test_a_waiver_silences_one_finding_of_two_alike(project: Project) -> None:
    project.edit(ONE, "ワン", "ワ\u200bン")
    project.edit(ONE, "One Is Enough", "One Is\u200b Enough")
    project.write(WAIVERS, waiver("text.zero-width", ONE, "file"))
    assert [(f.rule, f.line) for f in project.check()] == [("text.zero-width", 15)]


def test_two_waivers_for_one_finding_leave_one_unused(warned: Project) -> None:
    warned.write(WAIVERS, f"{WITHOUT_LICENCE}\n{WITHOUT_LICENCE}")
    assert [(f.rule, f.field) for f in warned.check()] == [("waiver.unused", "waivers[1]")]


@pytest.mark.parametrize(("reason", "rule"), [("", "text.blank"), (" ", "text.blank")])
def test_a_waiver_has_a_reason(warned: Project, reason: str, rule: str) -> None:
    warned.write(WAIVERS, WITHOUT_LICENCE.replace("the source is gone", reason))
    assert rule in warned.rules()


def test_a_waiver_without_a_reason_silences_nothing(warned: Project) -> None:
    warned.write(WAIVERS, WITHOUT_LICENCE.replace('reason = "the source is gone"\n', ""))
    assert warned.rules() == ["cross.weights-without-licence", "shape.missing"]


@pytest.mark.parametrize(
    ("old", "new", "rule", "field"),
    [
        ('"Two"', "Two", "toml.syntax", "file"),
        ('"Two"', "2", "shape.wrong-type", "name"),
        ('"Two"', '"Two"\ncolour = "red"', "shape.unknown-key", "colour"),
    ],
)
def test_no_waiver_lets_a_record_drop_out_of_a_release(
    project: Project, old: str, new: str, rule: str, field: str
) -> None:
    project.edit(TWO, old, new)
    project.write(WAIVERS, waiver(rule, TWO, field))
    checked = check(project.root, TODAY)
    assert checked.errors or checked.tables["models"].num_rows == 2


def test_no_waiver_silences_that_a_waiver_is_unused(warned: Project) -> None:
    unused = waiver("cross.placeholder", ONE, "name")
    warned.write(WAIVERS, f"{WITHOUT_LICENCE}\n{unused}\n{waiver('waiver.unused', WAIVERS, 'waivers[1]')}")
    assert "waiver.unused" in warned.rules()


@pytest.mark.parametrize("path", ["raw", "raw/waivers.toml", "."])
def test_an_unused_waiver_is_found_by_a_check_of_its_file(project: Project, path: str) -> None:
    project.write(WAIVERS, waiver("cross.placeholder", ONE, "name"))
    checked = check(project.root, TODAY, [project.path(path)])
    assert [f.rule for f in checked.findings] == ["waiver.unused"]


def test_a_check_of_one_record_says_nothing_of_waivers_for_others(warned: Project) -> None:
    warned.write(WAIVERS, WITHOUT_LICENCE)
    assert check(warned.root, TODAY, [warned.path(ONE)]).findings == []
    assert check(warned.root, TODAY, [warned.path(TWO)]).findings == []
    assert check(warned.root, TODAY, [warned.path(ORGANISATIONS)]).findings == []
