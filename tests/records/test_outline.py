"""What is kept of a record once it is in the tables: what others are held against, and where its lines are found again."""

import pytest
import rtoml

from flows.check import check
from flows.checks.context import Context
from flows.records.outline import outline
from support.project import ONE, TODAY, Project


def test_an_outline_has_the_words_of_others_at_the_places_where_they_stand() -> None:
    data = rtoml.loads("""
        name = "One"
        review = { on = 2022-06-01 }
        [[sources]]
        title = "A"
        [[sources]]
        states = { base = { value = "a/b", at = "1" }, layers = { value = 3 } }
        access = [{ since = 2022-01-01, api = "paid" }, { licence = "mit" }]
    """)
    second = {"states": {"base": {"value": "a/b"}}, "access": [{}, {"licence": "mit"}]}
    assert outline(data) == {"name": "One", "sources": [{}, second]}


def test_sources_that_refer_to_nothing_and_equal_texts_take_no_room_of_their_own() -> None:
    source = (
        '[[sources]]\nstates = { layers = { value = 3 } }\naccess = [{ licence = "%s" }]\n[[sources]]\ntitle = "A"\n'
    )
    one, other = (outline(rtoml.loads(source % "apache-2.0"))["sources"] for _ in range(2))
    assert one == [{"access": [{"licence": "apache-2.0"}]}, {}]
    assert one[1] is other[1]
    assert one[0]["access"][0]["licence"] is other[0]["access"][0]["licence"]


@pytest.mark.parametrize("value", [1, "a", [1], {"b": 1}])
def test_an_outline_keeps_what_stands_at_a_key_whatever_its_type(value: object) -> None:
    assert outline({"organisations": value}) == {"organisations": value}


@pytest.mark.parametrize("value", [1, "a", [1, "a"], {"b": 1}])
def test_an_outline_of_what_has_another_shape_has_none_of_its_texts(value: object) -> None:
    assert outline({"sources": value}) in ({"sources": None}, {"sources": [None, None]}, {})


def test_of_a_file_that_is_no_toml_there_is_no_outline() -> None:
    assert outline(None) is None


def test_a_check_holds_no_text_of_a_record(project: Project) -> None:
    folder = check(project.root, TODAY).folder
    assert {file.text for file in folder.records} == {""}
    assert all(file.data == outline(file.data) for file in folder.records)


def test_a_rule_that_asks_for_what_is_not_kept_fails(project: Project) -> None:
    checked = check(project.root, TODAY)
    with pytest.raises(KeyError, match=r"sources\.title"):
        next(Context(checked.folder, checked.tables).entries("sources", "title"))


def test_a_record_that_goes_away_after_it_was_read_has_its_findings_at_the_first_line(project: Project) -> None:
    file = check(project.root, TODAY).files[ONE]
    project.path(ONE).unlink()
    assert file.line(("sources", 0)) == 1
