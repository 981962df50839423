"""One mistake of shape hides no other finding of its file, and brings about no finding of another kind."""

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
import rtoml
from pydantic import BaseModel, ValidationError

from flows.records.findings import Finding, Pointer
from schemas.codebook import Licences, Organisations
from schemas.record import Record
from support.project import (
    FILES,
    LICENCES,
    ONE,
    ORGANISATIONS,
    RETIRED,
    TWO,
    WAIVERS,
    Project,
    make_project,
)

#: what is wrong beside the mistake: in a statement, in a source, in a variant, in an event, in a comparison, in books
FAULTS = [
    (ONE, '"175.0B"', '"176.0B"'),
    (ONE, "https://one.test/readme", "ftp://one.test/readme"),
    (ONE, '"125M"', '"126M"'),
    (ONE, "since   = 2020-06-11", "since   = 1949-06-11"),
    (ONE, '["One 175B", "uno"]', '["One; 175B", "uno"]'),
    (TWO, '"acme/one" }', '"acme/none" }'),
    (TWO, "https://two.test/card", "ftp://two.test/card"),
    (TWO, '"1/7"\nmodel   = "acme/one"', '"1/7"\nmodel   = "acme/nobody"'),
    (ORGANISATIONS, '"JP"', '"Japan"'),
    (ORGANISATIONS, '"US"', '"USA"'),
    (LICENCES, "https://www.apache.org", "ftp://www.apache.org"),
    (RETIRED, 'renamed_to = "acme/one"', 'renamed_to = "acme/nothing"'),
]
SHAPES: dict[str, type[BaseModel]] = {ORGANISATIONS: Organisations, LICENCES: Licences}
WRONG = time(10)  # a time of the day is right nowhere


def with_faults(project: Project) -> Project:
    for name, old, new in FAULTS:
        project.edit(name, old, new)
    return project


@pytest.fixture
def faulty(project: Project) -> Project:
    return with_faults(project)


def places(value: object, place: Pointer = ()) -> Iterator[Pointer]:
    """Every place in parsed TOML."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*place, key)
        yield from places(item, (*place, key))


def changed(text: str, place: Pointer, value: object) -> dict[str, object]:
    """Content of a file with another value at one place; None takes it out."""
    data: dict[str, object] = rtoml.loads(text)
    current: Any = data
    for part in place[:-1]:
        current = current[part]
    if value is None:
        del current[place[-1]]
    else:
        current[place[-1]] = value
    return data


def is_mistake(name: str, place: Pointer, value: object) -> bool:
    """Whether the shape of a file forbids that: what may be left out is none."""
    try:
        SHAPES.get(name, Record).model_validate(changed(FILES[name], place, value))
    except ValidationError:
        return True
    return False


def known(findings: list[Finding]) -> frozenset[tuple[str, Pointer, str]]:
    return frozenset((f.path, f.pointer, f.rule) for f in findings if not f.rule.startswith("shape."))


Known = frozenset[tuple[str, Pointer, str]]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """What is found in the faulty project as it is, the same for every mistake."""
    found = with_faults(make_project(tmp_path_factory.mktemp("faulty") / "project")).check()
    assert len(found) >= len(FAULTS)
    return known(found)


def below(place: Pointer, part: Pointer) -> bool:
    return place[: len(part)] == part


PLACES = [(name, place) for name in (ONE, TWO, ORGANISATIONS, LICENCES) for place in places(rtoml.loads(FILES[name]))]
MISTAKES = [
    pytest.param(name, place, value, id=f"{kind} {name} {'/'.join(map(str, place))}")
    for name, place in PLACES
    for kind, value in (("wrong", WRONG), ("missing", None))
    if is_mistake(name, place, value)
]


@pytest.mark.parametrize(("name", "place", "value"), MISTAKES)
def test_a_mistake_of_shape_hides_only_what_lies_in_its_part(
    faulty: Project, before: Known, name: str, place: Pointer, value: object
) -> None:
    faulty.write(name, rtoml.dumps(changed(faulty.text(name), place, value)))
    found = faulty.check()
    assert [f.path for f in found if f.rule.startswith("shape.")] == [name]
    assert known(found) - before == set()
    # what else lies in the same statement, event or comparison goes with it; a book that is none may have any id
    part = place[:4] if name in (ONE, TWO) else place
    allowed = {old for old in before if old[0] == name and (below(old[1], part) or below(part, old[1]))}
    allowed |= {old for old in before if old[2] == "cross.retired-target" and len(place) == 1}
    assert before - known(found) <= allowed


def test_many_mistakes_of_shape_are_all_found_beside_all_others(faulty: Project, before: Known) -> None:
    faulty.edit(ONE, '"paid"', '"pade"')
    faulty.edit(ONE, 'value = 96, printed = "96", at', 'valeu = 96, printed = "96", at')
    faulty.edit(TWO, 'kind     = "model-card"', 'kind     = "card"')
    faulty.edit(TWO, "undisclosed = true", "undisclosed = 1")
    found = faulty.check()
    assert [(f.path, f.rule) for f in found if f.rule.startswith("shape.")] == [
        (ONE, "shape.unknown-key"),
        (ONE, "shape.unknown-code"),
        (TWO, "shape.unknown-code"),
        (TWO, "shape.wrong-type"),
    ]
    assert known(found) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (TWO, "announced  ", "anounced   "),
        (TWO, "licence =", "license ="),
        (TWO, "[[sources.access]]", "[[sources.acess]]"),
        (TWO, "[sources.states]", "[sources.stats]"),
        (TWO, "[[sources]]", "[[sauces]]"),
        (TWO, "parameters  ", "parametres  "),
        (ONE, "parameters        =", "parametres        ="),
        (ONE, 'kind      = "paper"', 'kind      = "papers"'),
    ],
)
def test_a_misspelt_key_or_code_is_not_called_missing_as_well(project: Project, name: str, old: str, new: str) -> None:
    text = project.text(name)
    project.write(name, text.replace(old, new).replace("[sources.", "[sauces." if "sauces" in new else "[sources."))
    project.write(name, project.text(name).replace("[[sources.", "[[sauces." if "sauces" in new else "[[sources."))
    assert {f.rule for f in project.check()} <= {"shape.unknown-key", "shape.unknown-code", "shape.missing-source"}


def test_an_item_after_one_that_was_left_out_keeps_its_place(project: Project) -> None:
    project.edit(ONE, 'api     = "waitlist"', 'api     = "waitlist"\ncolour = "red"')
    project.edit(ONE, "since   = 2021-11-18", "since   = 1921-11-18")
    assert [(f.rule, f.line, f.field) for f in project.check()] == [
        ("shape.unknown-key", project.line(ONE, "colour"), "sources[0].access[0].colour"),
        ("table.since-range", project.line(ONE, "since   = 1921"), "sources[0].access[1].since"),
    ]


def test_a_mistake_that_another_one_kept_from_being_asked_is_found_too(project: Project) -> None:
    project.edit(ONE, 'title     = "One: README"', "title     = 1")
    project.edit(ONE, '[sources.states]\nlayers    = { value = 96, printed = "96 layers" }\n', "")
    assert [(f.rule, f.field) for f in project.check()] == [
        ("shape.empty", "sources[1]"),
        ("shape.wrong-type", "sources[1].title"),
    ]


WAIVER = '[[waivers]]\nrule = "table.printed-differs"\npath = "raw/models/acme/two.toml"\nfield = "{}"\nreason = "x"\n'
USED = WAIVER.format("sources[0].states.parameters")


def test_a_waiver_of_another_shape_leaves_the_others_in_force(project: Project) -> None:
    project.edit(TWO, '"7 billion"', '"8 billion"')
    unused = WAIVER.format("name")
    project.write(WAIVERS, USED.replace('reason = "x"', "reason = 1") + USED + unused)
    assert [(f.rule, f.field) for f in project.check()] == [
        ("shape.wrong-type", "waivers[0].reason"),
        ("waiver.unused", "waivers[2].field"),
    ]


def test_a_waiver_is_not_unused_because_its_statement_was_left_out(project: Project) -> None:
    project.edit(TWO, '"7 billion"', '"8 billion", at = 1')
    project.write(WAIVERS, USED)
    assert project.rules() == ["shape.wrong-type"]


def test_a_waiver_is_not_unused_because_its_file_is_no_toml(project: Project) -> None:
    project.edit(TWO, '"7 billion"', '"8 billion')
    project.write(WAIVERS, USED)
    assert project.rules() == ["toml.syntax"]
