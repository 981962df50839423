"""An entry of the index that is of another shape is named by its place; none breaks its reader."""

import pytest

from flows.verification.index import entry_problems

ERRATUM = {"id": "e", "table": None, "text": "bad", "text_ja": "悪い", "corrected_in": None, "on": "2026-11-24"}
ENTRY: dict[str, object] = {
    "version": "2026.11.0",
    "state": "published",
    "as_of": "2026-11-24",
    "schema_version": "1.0.0",
    "previous": None,
    "signed": False,
    "manifest": "2026.11.0/release.json",
    "manifest_sha256": "0" * 64,
    "sums_sha256": "f" * 64,
    "rows": {"models": 1},
    "errata": [ERRATUM],
}


def test_entries_of_the_known_shape_have_no_problems() -> None:
    assert list(entry_problems(ENTRY)) == []
    assert list(entry_problems(ENTRY | {"state": "yanked", "reason": "bad", "yanked_on": "2026-11-24"})) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"x": 1}, "x: is not known"),
        ({"state": "yanked", "reason": "bad"}, "yanked_on: is missing"),
        ({"state": "lost"}, "state: 'lost' cannot be"),
        ({"state": []}, "state: '[]' cannot be"),
        ({"as_of": "2026-11-24\n"}, "as_of: '2026-11-24\\n' cannot be"),
        ({"as_of": "２０２６-11-24"}, "as_of: '２０２６-11-24' cannot be"),
        ({"previous": "2026.11"}, "previous: '2026.11' cannot be"),
        ({"signed": 1}, "signed: '1' cannot be"),
        ({"sums_sha256": "F" * 64}, f"sums_sha256: '{'F' * 64}' cannot be"),
        ({"rows": {"models": True}}, "rows: models: 'True' cannot be"),
        ({"rows": {"models": -1}}, "rows: models: '-1' cannot be"),
        ({"manifest": "../release.json"}, "manifest: is not 2026.11.0/release.json"),
        ({"errata": None}, "errata: 'None' cannot be"),
        ({"errata": [ERRATUM, ERRATUM | {"on": "today"}]}, "errata: 1: on: 'today' cannot be"),
    ],
)
def test_an_entry_of_another_shape_is_named_by_its_place(change: dict[str, object], says: str) -> None:
    assert list(entry_problems(ENTRY | change)) == [f"releases.json: 2026.11.0: {says}"]


def test_a_value_is_shown_by_its_beginning_alone() -> None:
    (problem,) = entry_problems(ENTRY | {"as_of": "9" * 1_000_000})
    assert problem == f"releases.json: 2026.11.0: as_of: '{'9' * 80}' cannot be"


@pytest.mark.parametrize("change", [{"\ud800": 1}, {"version": "\ud800"}, {"as_of": "\ud800"}])
def test_half_a_character_is_a_problem_and_no_crash(change: dict[str, object]) -> None:
    assert list(entry_problems(ENTRY | change))
