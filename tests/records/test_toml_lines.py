"""Line numbers: every place that the parser knows is mapped to the line on which it is written."""

import pytest
import rtoml

from flows.records.findings import Pointer
from flows.records.toml_lines import line_of, positions
from support.project import FILES

TEXT = """\
# a comment
name = "One"
aliases = [
  "a",  # first

  "b",
]
a.b.c = 1
text = '''
three
lines'''
inline = { x = 1, y = { z = [1, 2] } }

[table]
key = 1

[table.sub]
"quoted key" = 2
'literal' = 3

[[list]]
x = 1

[list.sub]
y = 2

[[list.deep]]
z = 3

[[list.deep]]
z = 4

[[list]]
x = 5

[[list.deep]]
z = 6
"""

PLACES: list[tuple[Pointer, int]] = [
    (("name",), 2),
    (("aliases",), 3),
    (("aliases", 0), 4),
    (("aliases", 1), 6),
    (("a",), 8),
    (("a", "b", "c"), 8),
    (("text",), 9),
    (("inline", "y", "z", 1), 12),
    (("table",), 14),
    (("table", "key"), 15),
    (("table", "sub"), 17),
    (("table", "sub", "quoted key"), 18),
    (("table", "sub", "literal"), 19),
    (("list",), 21),
    (("list", 0), 21),
    (("list", 0, "x"), 22),
    (("list", 0, "sub", "y"), 25),
    (("list", 0, "deep", 0, "z"), 28),
    (("list", 0, "deep", 1), 30),
    (("list", 0, "deep", 1, "z"), 31),
    (("list", 1), 33),
    (("list", 1, "x"), 34),
    (("list", 1, "deep", 0, "z"), 37),
]


@pytest.mark.parametrize(("pointer", "line"), PLACES, ids=[str(place[0]) for place in PLACES])
def test_a_place_is_on_the_line_where_it_is_written(pointer: Pointer, line: int) -> None:
    assert positions(TEXT)[pointer] == line


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        (("table", "sub", "missing"), 17),
        (("list", 1, "missing"), 33),
        (("list", 0, "deep", 1, "missing", "deeper"), 30),
        (("missing",), 1),
        ((), 1),
    ],
)
def test_a_place_that_is_not_written_has_the_line_of_the_nearest_around_it(pointer: Pointer, line: int) -> None:
    assert line_of(positions(TEXT), pointer) == line


def places(data: object, pointer: Pointer = ()) -> list[Pointer]:
    below: list[Pointer] = []
    if isinstance(data, dict):
        below = [place for key, value in data.items() for place in places(value, (*pointer, key))]
    elif isinstance(data, list):
        below = [place for index, value in enumerate(data) for place in places(value, (*pointer, index))]
    return [pointer, *below] if pointer else below


@pytest.mark.parametrize("text", [TEXT, *FILES.values()], ids=["sample", *FILES])
def test_every_place_that_the_parser_yields_has_a_line(text: str) -> None:
    assert set(places(rtoml.loads(text))) <= set(positions(text))


def test_a_comment_behind_a_list_hides_none_of_its_lines() -> None:
    assert positions("a = [\n1,\n2,\n]  # why")[("a", 1)] == 3


KEYS = [
    ('\n\n"a\\u0062" = 1', ("ab",), 3),
    ('\n\n"a\\"b" = 1', ('a"b',), 3),
    ("\n\n'a\\b' = 1", ("a\\b",), 3),
    ('\n\n"" = 1', ("",), 3),
    ('\n\n"a.b" = 1', ("a.b",), 3),
    ("\n\na . b = 1", ("a", "b"), 3),
    ('\n\n"日本" = 1', ("日本",), 3),
    ("\n\n[ a . b ]\nc = 1", ("a", "b", "c"), 4),
    ('[a]\n\n["a"."b\\u0063"]\nd = 1', ("a", "bc", "d"), 4),
    ("[[a]]\n[a.b]\n[[a.b.c]]\n[[a.b.c]]\nd = 1", ("a", 0, "b", "c", 1, "d"), 5),
    ("a = [\n{ b = 1 },\n{ b = 2 }]", ("a", 1, "b"), 3),
    ("a = [[1,\n2],\n[3]]", ("a", 1, 0), 3),
    ("a = {\n b = 1,\n c = 2 }", ("a", "c"), 3),
    ("[a.b]\nx = 1\n[a]\ny = 2", ("a", "y"), 4),
    ("a = 1\r\nb = 2", ("b",), 2),
    ("a = '\u2028'\nb = 2", ("b",), 2),
]


@pytest.mark.parametrize(("text", "pointer", "line"), KEYS, ids=[repr(key[0]) for key in KEYS])
def test_however_a_key_is_written_its_line_is_found(text: str, pointer: Pointer, line: int) -> None:
    assert line_of(positions(text), pointer) == line


@pytest.mark.parametrize(
    "text", ["", "=", "[", "[[", "a =", "[a", "[[a]]]", "a = {", '"', "'''", "\x00", "[a.]", "[.a]", "[[.a]]", "[[[a]]"]
)
def test_text_that_is_no_toml_is_mapped_without_an_exception(text: str) -> None:
    assert all(line == 1 for line in positions(text).values())
