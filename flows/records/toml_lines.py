"""Find the lines of the values in a TOML file, only when there is something to report."""

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


def _within(node: Node, place: Pointer) -> Iterator[tuple[Pointer, Node]]:
    """Yield the places in a table or list that is written at `node`, each with what is written there."""
    parts = [child for child in node.named_children if child.type != "comment"]
    if node.type == "array":
        for index, item in enumerate(parts):
            yield (*place, index), item
            yield from _within(item, (*place, index))
    elif node.type in _TABLES:
        for pair in (part for part in parts if part.type == "pair"):
            key, *value = pair.named_children
            inner = (*place, *_key_parts(key))
            yield inner, key
            if value:
                yield from _within(value[-1], inner)


def _places(root: Node) -> Iterator[tuple[Pointer, Node]]:
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
        yield place, table
        yield from _within(table, place)


def positions(text: str) -> dict[Pointer, int]:
    """Map every place in a TOML text to its line, counted from 1.

    Text that is not quite TOML is mapped as far as it can be understood.
    """
    lines: dict[Pointer, int] = {}
    for place, node in _places(_parser().parse(text.encode("utf-8")).root_node):
        for length in range(1, len(place) + 1):  # a table around it is where it is named first
            lines.setdefault(place[:length], node.start_point[0] + 1)
    return lines


def line_of(lines: dict[Pointer, int], pointer: Pointer) -> int:
    """Return the line of a place, or of the nearest place around it that exists."""
    for length in range(len(pointer), 0, -1):
        if pointer[:length] in lines:
            return lines[pointer[:length]]
    return 1
