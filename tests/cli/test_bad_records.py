"""One bad record stops no other from being explained or previewed."""

import pytest

from flows.check import check, without_bad
from flows.cli.main import app
from flows.errors import UserError
from flows.layout import preview_folder
from support.project import LICENCES, ONE, ORGANISATIONS, TODAY, TWO, Project


def run(project: Project, *arguments: str) -> object:
    return app([*arguments, "--root", str(project.root)], result_action="return_value")


@pytest.mark.parametrize(("old", "new"), [('"One"', "One"), ('"paid"', '"pade"'), ('"175.0B"', '"176.0B"')])
def test_a_good_model_is_explained_beside_a_bad_one(
    project: Project, old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit(ONE, old, new)
    assert run(project, "explain", "acme/two", "access") == 0
    out, err = capsys.readouterr()
    assert "download" in out
    assert err == "1 error in other records, which were left out; see: kiban check\n"


@pytest.mark.parametrize("called", ["acme/one", "One", "UNO"])
def test_a_bad_model_is_not_explained_but_its_errors_are_told(project: Project, called: str) -> None:
    project.edit(ONE, '"paid"', '"pade"')
    with pytest.raises(UserError, match=r"one\.toml:45 .*shape\.unknown-code.*\n.*1 error; mend"):
        run(project, "explain", called)


def test_what_refers_to_a_record_left_out_is_left_out_and_named(project: Project) -> None:
    project.edit(ONE, '"paid"', '"pade"')
    rest, lines = without_bad(check(project.root, TODAY))
    assert rest.errors == []
    assert rest.tables["models"]["model_id"].to_pylist() == ["acme/two"]
    assert not {"base", "relative_to"} & set(rest.tables["statements"]["field"].to_pylist())
    assert rest.tables["retired"].num_rows == 0
    assert lines == [
        f"left out {ONE}: it has errors (1)",
        f"left out {TWO}:{project.line(TWO, 'base ')}: it refers to acme/one",
        f"left out {TWO}:{project.line(TWO, 'factor')}: it refers to acme/one",
        f"left out raw/retired.toml:{project.line('raw/retired.toml', '[[retired]]')}: it refers to acme/one",
    ]


def test_a_preview_leaves_out_bad_records_only_when_it_is_told_to(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit(ONE, '"paid"', '"pade"')
    with pytest.raises(UserError, match="nothing was written"):
        run(project, "preview")
    assert not preview_folder(project.root).exists()
    assert run(project, "preview", "--except-bad") == 0
    out, err = capsys.readouterr()
    assert f"left out {ONE}: it has errors (1)\n" in err
    assert out.endswith("without what is left out above (4)\n")
    models = (preview_folder(project.root) / "data" / "models.csv").read_text(encoding="utf-8")
    assert "acme/two" in models and "acme/one" not in models


def test_a_fault_that_concerns_all_records_stops_a_preview_without_the_bad_ones(project: Project) -> None:
    project.edit(ORGANISATIONS, '"JP"', '"Japan"')
    project.edit(LICENCES, "https://www", "ftp://www")
    with pytest.raises(UserError, match=r"(?s)licences\.toml.*organisations\.toml.*these concern all records"):
        run(project, "preview", "--except-bad")
