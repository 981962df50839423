"""The skeleton of a new record: it fits the shape, and explains every field that there is."""

import re
from pathlib import Path

import pytest
import rtoml

from flows.derive.steps import STEPS, step_sql
from flows.errors import UserError
from flows.records.files import read_file
from flows.records.printed import contains
from flows.records.shape import shape_of
from flows.records.skeleton import DECIDES, skeleton, write_skeleton
from schemas.fields import CHANNELS, PRIMARY_KINDS, READ_AS, SECONDARY_KINDS, STATED
from schemas.record import Record
from support.project import TODAY, TWO, Project

MODEL = "acme/three"


def test_a_new_record_lacks_nothing_but_a_source_and_who_can_use_it(project: Project) -> None:
    write_skeleton(project.root, MODEL, TODAY)
    assert [(f.rule, f.severity) for f in project.check()] == [
        ("cross.stale-service", "warning"),  # of another record: nobody looked at its service since
        ("cross.missing-access", "warning"),
        ("cross.placeholder", "error"),  # its title
        ("cross.placeholder", "error"),  # its address
        ("cross.placeholder", "error"),  # its day
    ]


def test_every_field_that_can_be_stated_is_explained_with_every_allowed_value() -> None:
    text = skeleton(MODEL, TODAY)
    for name, field in (STATED | CHANNELS).items():
        assert re.search(rf"^#? ?{name} += ", text, re.MULTILINE), name
        assert field.en in text
        assert len(re.findall(rf"^#? ?{name} += ", text, re.MULTILINE)) == (2 if name == "parameters" else 1), name
        assert ", ".join(field.values or ()) in text, name


def test_every_kind_of_source_and_way_of_reading_is_listed() -> None:
    text = skeleton(MODEL, TODAY)
    for kind in (*PRIMARY_KINDS, *SECONDARY_KINDS):
        assert kind in text
    assert any(way in text for way in READ_AS)


def uncommented(text: str) -> str:
    """The skeleton with every line of TOML in it switched on."""
    return re.sub(r"^# (?=\[|[a-z_0-9]+ += )", "", text, flags=re.MULTILINE)


def test_every_sample_in_the_skeleton_fits_the_shape(project: Project) -> None:
    text = uncommented(skeleton(MODEL, TODAY)).replace("…", "x")
    assert len(rtoml.loads(text)["sources"][0]["states"]) == len(STATED)
    project.write(f"raw/models/{MODEL}.toml", text)
    file = read_file(project.root, project.path(f"raw/models/{MODEL}.toml"))
    record, _, findings = shape_of(file, Record)
    assert findings == []
    assert record is not None
    assert record.sources[0].access
    assert record.sources[0].variants
    assert record.sources[0].relative_to


def test_the_samples_of_the_skeleton_are_true_of_some_model(project: Project) -> None:
    for name, field in STATED.items():
        if field.is_number:
            value, printed = re.search(
                rf'^# {name} = {{ value = (\S+), printed = "(.+?)"', skeleton(MODEL, TODAY), re.M
            ).groups()
            assert contains(printed, float(value.replace("_", ""))), name


def test_the_skeleton_says_which_fields_decide_each_axis(project: Project) -> None:
    text = skeleton(MODEL, TODAY)
    assert list(DECIDES) == [step for step in STEPS if step in rtoml.loads(project.text("raw/axes.toml"))["axes"]]
    for axis, fields in DECIDES.items():
        assert f"#   {axis}: {', '.join(fields)}" in text
        for name in fields:
            assert name in STATED | CHANNELS and re.search(rf"\b{name}\b", step_sql(axis)), (axis, name)


@pytest.mark.parametrize(
    "word", ["estimate = true", "prefer = true", "[review]", "raw/organisations.toml", "raw/licences.toml"]
)
def test_the_skeleton_shows_what_stands_beside_values_and_what_must_exist(word: str) -> None:
    assert word in skeleton(MODEL, TODAY)


def test_the_file_is_where_its_id_says(project: Project) -> None:
    path = write_skeleton(project.root, "new-lab/model-1-5", TODAY)
    assert path == project.path("raw/models/new-lab/model-1-5.toml")
    assert rtoml.loads(path.read_text(encoding="utf-8"))["organisations"] == ["new-lab"]


BAD_IDS = ["three", "acme/", "/three", "acme/Three", "acme/three b", "acme/../three", "../../three", "acme/three/b", "acme/three.toml", "acme/three\n", "ａcme/three", ""]  # fmt: skip


@pytest.mark.parametrize("model", BAD_IDS)
def test_what_is_no_id_is_refused_and_nothing_is_written(project: Project, model: str) -> None:
    before = sorted(project.root.rglob("*"))
    with pytest.raises(UserError, match="is no id"):
        write_skeleton(project.root, model, TODAY)
    assert sorted(project.root.rglob("*")) == before


def test_a_record_that_exists_is_left_alone(project: Project) -> None:
    text = project.text(TWO)
    with pytest.raises(UserError, match="exists already"):
        write_skeleton(project.root, "acme/two", TODAY)
    assert project.text(TWO) == text


def test_a_link_to_nowhere_is_not_written_through(project: Project, tmp_path: Path) -> None:
    project.path("raw/models/acme/three.toml").symlink_to(tmp_path / "outside.toml")
    with pytest.raises(UserError, match="exists already"):
        write_skeleton(project.root, MODEL, TODAY)
    assert not (tmp_path / "outside.toml").exists()
