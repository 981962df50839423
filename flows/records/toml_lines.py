"""Line numbers of the values in a TOML file, looked up only when there is something to report."""

from functools import lru_cache

import rtoml
import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from flows.records.findings import Pointer

_KEYS = ("bare_key", "quoted_key", "dotted_key")


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


def positions(text: str) -> dict[Pointer, int]:
    """Map every place in a TOML text to its line, counted from 1.

    Text that is not quite TOML is mapped as far as it can be understood.
    """
    lines: dict[Pointer, int] = {}
    counts: dict[Pointer, int] = {}

    def resolve(parts: list[str]) -> Pointer:
        pointer: Pointer = ()
        for part in parts:
            pointer = (*pointer, part)
            if pointer in counts:
                pointer = (*pointer, counts[pointer] - 1)
        return pointer

    def value(node: Node, pointer: Pointer) -> None:
        lines.setdefault(pointer, node.start_point[0] + 1)
        if node.type == "inline_table":
            pairs(node, pointer)
        elif node.type == "array":
            items = [child for child in node.named_children if child.type != "comment"]
            for index, item in enumerate(items):
                value(item, (*pointer, index))

    def pairs(node: Node, base: Pointer) -> None:
        for pair in node.named_children:
            if pair.type != "pair":
                continue
            key, *rest = pair.named_children
            pointer = base
            for part in _key_parts(key):
                pointer = (*pointer, part)
                lines.setdefault(pointer, key.start_point[0] + 1)
            if rest:
                value(rest[-1], pointer)

    root = _parser().parse(text.encode("utf-8")).root_node
    pairs(root, ())
    for node in root.named_children:
        if node.type not in ("table", "table_array_element") or not node.named_children:
            continue
        parts = _key_parts(node.named_children[0]) if node.named_children[0].type in _KEYS else []
        if node.type == "table_array_element":
            array = (*resolve(parts[:-1]), parts[-1])
            counts[array] = counts.get(array, 0) + 1
        pointer = resolve(parts)
        for length in range(1, len(pointer) + 1):
            lines.setdefault(pointer[:length], node.start_point[0] + 1)
        pairs(node, pointer)
    return lines


def line_of(lines: dict[Pointer, int], pointer: Pointer) -> int:
    """Return the line of a place, or of the nearest place around it that exists."""
    for length in range(len(pointer), 0, -1):
        if pointer[:length] in lines:
            return lines[pointer[:length]]
    return 1
