"""Find where the values of a TOML file stand, only when there is something to report or to mend."""

from collections.abc import Iterator
from functools import lru_cache

import rtoml
import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from flows.records.findings import Pointer

_KEYS = ("bare_key", "quoted_key", "dotted_key")
_HEADED = ("table", "table_array_element")
_TABLES = ("document", "inline_table", *_HEADED)


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_toml.language()))


def _key_parts(node: Node) -> list[str]:
    if node.type == "dotted_key":
        return [part for child in node.named_children for part in _key_parts(child)]
    text = (node.text or b"").decode("utf-8", "replace")
    if node.type == "bare_key":
        return [text]
    try:
        return list(rtoml.loads(f"{text} = 0"))
    except rtoml.TomlParsingError:  # in a file that is not TOML
        return [text[1:-1]]


#: a place, what is written there, and its value, if it is one that stands behind a `=` or in a list
_Placed = tuple[Pointer, Node, Node | None]


def _within(node: Node, place: Pointer) -> Iterator[_Placed]:
    """Yield the places in a table or list that is written at `node`."""
    parts = [child for child in node.named_children if child.type != "comment"]
    if node.type == "array":
        for index, item in enumerate(parts):
            yield (*place, index), item, item
            yield from _within(item, (*place, index))
    elif node.type in _TABLES:
        for pair in (part for part in parts if part.type == "pair"):
            key, *values = (child for child in pair.named_children if child.type != "comment")
            inner, value = (*place, *_key_parts(key)), values[-1] if values else None
            yield inner, key, value
            if value is not None:
                yield from _within(value, inner)


def _places(text: str) -> Iterator[_Placed]:
    root = _parser().parse(text.encode("utf-8")).root_node
    yield from _within(root, ())
    counts: dict[Pointer, int] = {}  # tables so far in each list of tables
    for table in root.named_children:
        if table.type not in _HEADED or not table.named_children:
            continue
        header = table.named_children[0]
        keys = _key_parts(header) if header.type in _KEYS else []
        place: Pointer = ()
        for number, key in enumerate(keys, start=1):
            place = (*place, key)
            if table.type == "table_array_element" and number == len(keys):
                counts[place] = counts.get(place, 0) + 1
            if place in counts:
                place = (*place, counts[place] - 1)
        yield place, table, None
        yield from _within(table, place)


def positions(text: str) -> dict[Pointer, int]:
    """Map every place in a TOML text to its line, counted from 1.

    Text that is not quite TOML is mapped as far as it can be understood.
    """
    lines: dict[Pointer, int] = {}
    for place, node, _ in _places(text):
        for length in range(1, len(place) + 1):  # a table around it is where it is named first
            lines.setdefault(place[:length], node.start_point[0] + 1)
    return lines


def value_nodes(text: str) -> dict[Pointer, Node]:
    """Map the place of every value that stands behind a `=`, and of every item of a list, to its node in the text."""
    nodes: dict[Pointer, Node] = {}
    for place, _, value in _places(text):
        if value is not None:
            nodes.setdefault(place, value)
    return nodes


def line_of(lines: dict[Pointer, int], pointer: Pointer) -> int:
    """Return the line of a place, or of the nearest place around it that exists."""
    for length in range(len(pointer), 0, -1):
        if pointer[:length] in lines:
            return lines[pointer[:length]]
    return 1
