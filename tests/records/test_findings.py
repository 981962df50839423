"""What a check prints: one line a finding, sorted, in three formats, with an honest exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.check import check
from flows.cli.main import app
from flows.errors import UserError
from flows.records.findings import Finding, as_github, as_json, as_text, field_name, show
from support.project import LICENCES, ONE, ORGANISATIONS, READING, RETIRED, TODAY, TWO, Change, Project, edited

FINDING = Finding(ONE, 27, "sources[0].states.layers", "the figure is zero", "0", "check it", "table.not-positive")
KEYS = {"path", "line", "field", "message", "value", "remedy", "rule", "severity"}


def kiban(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [Path(sys.executable).with_name("kiban"), *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def run(project: Project, *arguments: str) -> int:
    """Run `kiban check` in this process."""
    code = app(["check", *arguments, "--root", str(project.root)], result_action="return_value")
    assert isinstance(code, int)
    return code


@pytest.fixture
def broken(project: Project) -> Project:
    """Five errors and a warning in three files."""
    project.edit(ONE, '"paid"', '"pade"')
    project.edit(ONE, "3.14e23", "nan")
    project.edit(ONE, 'family        = "one"', 'famliy        = "one"')
    project.edit(TWO, "https://two.test/card", "ftp://two.test/card")
    project.edit(TWO, '"acme/one" }', '"acme/none" }')
    project.append(ORGANISATIONS, '\n[organisations.third]\nname = "Third"\nkind = "company"\n')
    return project


# --- formats --------------------------------------------------------------------------------------


def test_text_names_place_fault_value_remedy_and_rule() -> None:
    line = f"{ONE}:27 sources[0].states.layers: the figure is zero, 0; check it [table.not-positive]"
    assert as_text([FINDING]) == [line]


def test_text_marks_a_warning() -> None:
    warning = Finding(ONE, 1, "name", "odd", "", "look", "cross.odd", "warning")
    assert as_text([warning]) == [f"{ONE}:1 name: warning: odd; look [cross.odd]"]


def test_json_has_every_part_of_a_finding() -> None:
    (row,) = json.loads(as_json([FINDING]))
    assert set(row) == KEYS
    assert (row["path"], row["line"], row["rule"], row["severity"]) == (ONE, 27, "table.not-positive", "error")


def test_github_annotates_file_and_line() -> None:
    text = "sources[0].states.layers: the figure is zero, 0; check it"
    assert as_github([FINDING]) == [f"::error file={ONE},line=27,title=table.not-positive::{text}"]


def test_github_escapes_what_would_end_a_command() -> None:
    (line,) = as_github([Finding("raw/a,b:c.toml", 0, "x", "100%\r\n::error::", "", "y", "z", "warning")])
    assert line == "::warning file=raw/a%2Cb%3Ac.toml,line=1,title=z::x: 100%25%0D%0A::error::; y"


@pytest.mark.parametrize(
    ("pointer", "name"),
    [((), "file"), (("name",), "name"), (("aliases", 1), "aliases[1]"), (("a", 0, "b", "c"), "a[0].b.c")],
)
def test_a_field_is_named_as_a_path(pointer: tuple[str | int, ...], name: str) -> None:
    assert field_name(pointer) == name


@pytest.mark.parametrize("value", ["a\nb", "a\x1b[31m", "a\u202eb", "a\u200bb", "\ud800", "\x00"])
def test_a_shown_value_is_printable_and_on_one_line(value: str) -> None:
    assert show(value).isprintable()


def test_a_shown_value_is_short() -> None:
    assert len(show("x" * 1000)) <= 60
    assert show("x" * 60) == "x" * 60


@pytest.mark.parametrize("key", ['"a\\nb"', '"a\\u001b[31mb"', '"a\\u202eb"', '"\\u0000"'])
def test_a_key_with_control_characters_does_not_break_the_line_of_a_finding(project: Project, key: str) -> None:
    project.append(TWO, f"\n{key} = 1\n")
    lines = as_text(project.check())
    assert len(lines) >= 1
    assert all(line.isprintable() for line in lines)


# --- one run --------------------------------------------------------------------------------------


def test_every_fault_is_found_in_one_run(broken: Project) -> None:
    assert [(f.path, f.rule) for f in broken.check()] == [
        (ONE, "shape.unknown-key"),
        (ONE, "shape.not-finite"),
        (ONE, "shape.unknown-code"),
        (TWO, "table.url"),
        (TWO, "cross.dangling-model"),
        (ORGANISATIONS, "cross.unused-reference"),
    ]


def test_findings_are_sorted_by_file_and_line(broken: Project) -> None:
    places = [(f.path, f.line) for f in broken.check()]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_the_same_files_give_the_same_findings_again(broken: Project) -> None:
    assert broken.check() == broken.check()


def test_a_check_writes_nothing(broken: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(broken.root.rglob("*"))}
    broken.check()
    assert {path: path.stat().st_mtime_ns for path in sorted(broken.root.rglob("*"))} == before


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_errors_exit_with_1_and_are_printed_to_standard_output(broken: Project) -> None:
    done = kiban("check", cwd=broken.root)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines == as_text(broken.check())
    assert "5 errors, 1 warning" in done.stderr


def test_a_valid_project_exits_with_0_and_prints_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert (run(project), capsys.readouterr().out) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_unicode_gets_findings_too(broken: Project, encoding: str) -> None:
    broken.edit(TWO, 'title    = "Two: model card"\n', "")  # its remedy has an ellipsis
    done = kiban("check", cwd=broken.root, PYTHONIOENCODING=encoding)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_a_warning_alone_exits_with_0(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.append(ORGANISATIONS, '\n[organisations.third]\nname = "Third"\nkind = "company"\n')
    assert run(project) == 0
    assert "warning: " in capsys.readouterr().out


def test_json_is_all_that_is_printed(broken: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(broken, "--format", "json") == 1
    out, err = capsys.readouterr()
    rows = json.loads(out)
    assert (len(rows), err) == (6, "")
    assert all(set(row) == KEYS for row in rows)


def test_github_prints_commands_only(broken: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(broken, "--format", "github") == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 5 + ["::warning"]


PATHS = [
    ([ONE], {ONE}),
    ([TWO], {TWO}),
    ([ONE, ORGANISATIONS], {ONE, ORGANISATIONS}),
    (["raw/models"], {ONE, TWO}),
    (["raw/models/"], {ONE, TWO}),
    (["raw/models/acme"], {ONE, TWO}),
    (["raw"], {ONE, TWO, ORGANISATIONS}),
    (["."], {ONE, TWO, ORGANISATIONS}),
    (["./raw/../raw/models/acme/two.toml"], {TWO}),
    (["raw/models/acme/../acme"], {ONE, TWO}),
    (["raw/licences.toml"], set()),
]


@pytest.mark.parametrize(("paths", "named"), PATHS, ids=[" ".join(path[0]) for path in PATHS])
def test_only_what_lies_at_or_below_the_paths_is_reported(
    broken: Project,
    paths: Sequence[str],
    named: set[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(broken.root)
    code = run(broken, "--format", "json", *paths)
    assert {row["path"] for row in json.loads(capsys.readouterr().out)} == named
    assert code == (1 if named & {ONE, TWO} else 0)


def test_a_path_is_relative_to_where_one_is(
    broken: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(broken.path("raw/readings"))
    assert app(["check", "../models/acme/two.toml"], result_action="return_value") == 1
    assert {line.split(":")[0] for line in capsys.readouterr().out.splitlines()} == {TWO}


def test_a_path_gives_the_findings_that_a_full_check_gives_for_it(broken: Project) -> None:
    for name in (ONE, TWO, ORGANISATIONS):
        alone = check(broken.root, TODAY, [broken.path(name)]).findings
        assert alone == [f for f in broken.check() if f.path == name]


@pytest.mark.parametrize("name", ["Three.toml", f"Three-{'x' * 80}.toml", "three b\u200b.toml"])
def test_a_misnamed_file_is_reported_when_it_is_asked_for(project: Project, name: str) -> None:
    project.write(f"raw/models/acme/{name}", "")
    findings = check(project.root, TODAY, [project.path(f"raw/models/acme/{name}")]).findings
    assert [f.rule for f in findings] == ["file.name"]


@pytest.mark.parametrize(("path", "says"), [("nowhere.toml", "does not exist"), ("/etc", "is not below")])
def test_a_path_that_is_none_of_the_project_is_refused(
    project: Project, path: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    with pytest.raises(UserError, match=says):
        run(project, path)


def test_a_broken_link_can_be_asked_for(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)
    project.path("raw/models/acme/three.toml").symlink_to("nowhere.toml")
    assert run(project, "raw/models/acme/three.toml") == 1


def test_outside_a_project_the_exit_code_is_2(tmp_path: Path) -> None:
    done = kiban("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--root" in done.stderr
    assert "Traceback" not in done.stderr


BETWEEN_TWO = [
    (edited(TWO, '"Two"', '"uno"'), "cross.duplicate-name", [ONE, TWO]),
    (edited(ONE, "announced         =", 'base = { value = "acme/two" }\nannounced ='), "cross.cyclic-base", [ONE, TWO]),
    (edited(RETIRED, '"acme/zero"', '"acme/two"'), "cross.retired-id", [RETIRED, TWO]),
    (edited(RETIRED, '"acme/zero"', '"institute"'), "cross.retired-id", [RETIRED, ORGANISATIONS]),
    (edited(ORGANISATIONS, "[organisations.institute]", "[organisations.institut]"), "cross.unknown-organisation", [ORGANISATIONS, TWO]),
    (edited(LICENCES, "[licences.apache-2-0]", "[licences.apache-2]"), "cross.unknown-licence", [LICENCES, TWO]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rule", "names"), BETWEEN_TWO, ids=[f"{b[1]} {b[2][0]}" for b in BETWEEN_TWO])
def test_a_finding_about_two_files_is_shown_for_both(
    project: Project, change: Change, rule: str, names: list[str]
) -> None:
    change(project)
    for name in names:
        assert rule in [f.rule for f in check(project.root, TODAY, [project.path(name)]).findings], name


def test_a_claim_that_turned_is_found_by_a_check_of_all_and_not_by_one_of_a_file(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit(READING, "select true as verdict", "select false as verdict")
    assert run(project, "--format", "json") == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["rule"], row["line"]) == ("claim.verdict-changed", project.line(READING, "verdict     "))
    assert run(project, str(project.path(READING))) == 0
