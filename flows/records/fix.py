"""Mending what is mechanical: every mend deletes characters of a file, and leaves all others as they stand.

The order of keys is left alone: a comment belongs to no key, so nobody but its writer can
say which one it moves with.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

import rtoml
from tree_sitter import Node

from flows.canonical import write_whole
from flows.records.characters import BIDI, ZERO_WIDTH
from flows.records.files import BOM, CARRIAGE_RETURN, PADDED
from flows.records.findings import Finding
from flows.records.toml_lines import value_nodes

# The first and the last character to delete, the last not included.
Span = tuple[int, int]
# A piece of a literal: the span of its source, and the text that it stands for.
Piece = tuple[Span, str]

_BASIC = re.compile(r"\\[ \t]*\n[ \t\n]*|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\.|.", re.DOTALL)
_CRLF = re.compile(r"\r+(?=\n)")
_REPEATED = ("table.repeated-item", "table.organisation-twice")
# Of what cannot be seen only this says nothing: joiners shape words and emoji, a line separator parts words.
_SAYS_NOTHING = frozenset(f"U+{code:04X}" for code in (0x00AD, 0x200B, 0x2060, 0xFEFF))


def mend(text: str, findings: Iterable[Finding]) -> tuple[str, list[Finding]]:
    """Mend what `findings` say of a file's text; return the text and the findings that were mended.

    A byte-order mark and line ends go first, and alone, for until they do a file may not
    parse; what is left, a second round mends. A finding whose right form is in doubt, such as
    a repeated item that a comment parts from the others, is left to a person; so is every
    finding whose mending would leave the file without sense.
    """
    found = list(findings)
    mended, done = _mended(text, found, _of_the_file)
    if done:
        return mended, done
    try:
        rtoml.loads(text)
        nodes = value_nodes(text)
        mended, done = _mended(text, found, lambda text, finding: _of_a_value(text, finding, nodes))
        rtoml.loads(mended)
    except rtoml.TomlParsingError:
        return text, []
    return mended, done


def mend_files(root: Path, findings: Iterable[Finding]) -> list[Finding]:
    """Mend the files below `root` in which `findings` lie, each whole or not at all; return what was mended.

    To be called again with the findings of a new check until it returns nothing: one mend can
    uncover what another hid. It comes to an end, since each makes a file shorter. Raises
    OSError if a file cannot be written.
    """
    done = []
    for path, found in groupby(sorted(findings), key=lambda finding: finding.path):
        file = (root / path).resolve()  # a link inside of raw/ stays one
        try:
            text = file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):  # the findings say so
            continue
        mended, fixed = mend(text, found)
        if fixed:
            write_whole(file, mended.encode("utf-8"))
            done.extend(fixed)
    return done


def _mended(
    text: str, findings: list[Finding], deletions: Callable[[str, Finding], list[Span]]
) -> tuple[str, list[Finding]]:
    """Delete what findings ask for; spans may overlap, as those of a padded item that is repeated too."""
    spans = {finding: found for finding in findings if (found := deletions(text, finding))}
    kept, end = [], 0
    for first, last in sorted(span for found in spans.values() for span in found):
        kept.append(text[end : max(first, end)])
        end = max(last, end)
    return "".join(kept) + text[end:], list(spans)


def _of_the_file(text: str, finding: Finding) -> list[Span]:
    if finding.rule == BOM.id and text.startswith("\ufeff"):
        return [(0, 1)]
    return [match.span() for match in _CRLF.finditer(text)] if finding.rule == CARRIAGE_RETURN.id else []


def _of_a_value(text: str, finding: Finding, nodes: dict[tuple[str | int, ...], Node]) -> list[Span]:
    unseen = finding.rule == BIDI.id or (finding.rule == ZERO_WIDTH.id and finding.value in _SAYS_NOTHING)
    char = chr(int(finding.value.removeprefix("U+"), 16)) if unseen else ""
    if unseen and not finding.pointer:  # it stands in the file as it is, perhaps in a comment
        lines = text.split("\n")
        start = sum(len(line) + 1 for line in lines[: finding.line - 1])
        return [(start + at, start + at + 1) for at, c in enumerate(lines[finding.line - 1]) if c == char]
    if finding.rule in _REPEATED:
        node = nodes.get((*finding.pointer, "value"), nodes.get(finding.pointer))
        return list(_repeats(text, node)) if node and node.type == "array" else []
    node = nodes.get(finding.pointer)
    if node is None or node.type != "string" or not (unseen or finding.rule == PADDED.id):
        return []
    pieces = list(_pieces(text, node))
    before = _value(text, _span(text, node))
    if unseen:
        wanted, spans = before.replace(char, ""), [span for span, piece in pieces if piece == char]
    else:
        wanted, spans = before.strip(), _around(pieces)
    return spans if _literal_without(text, node, spans) == wanted else []


def _span(text: str, node: Node) -> Span:
    """Where a node stands, in characters; tree-sitter counts bytes."""
    raw = text.encode("utf-8")
    start = len(raw[: node.start_byte].decode("utf-8"))
    return start, start + len((node.text or b"").decode("utf-8"))


def _value(text: str, span: Span) -> str:
    return str(rtoml.loads(f"value = {text[slice(*span)]}")["value"])


def _literal_without(text: str, node: Node, spans: list[Span]) -> str | None:
    """What a text says without some of its source; None if it would no longer be a text."""
    first, last = _span(text, node)
    gone = {at for span in spans for at in range(*span)}
    source = "".join(text[at] for at in range(first, last) if at not in gone)
    try:
        return _value(source, (0, len(source)))
    except rtoml.TomlParsingError:  # a quote came to stand beside the closing ones
        return None


def _pieces(text: str, node: Node) -> Iterator[Piece]:
    """Take the source of a text apart, escape by escape and character by character."""
    first, last = _span(text, node)
    quote = text[first]
    width = 3 if text.startswith(quote * 3, first) and last - first >= 6 else 1
    start = first + width + (width == 3 and text[first + 3] == "\n")  # a first line end is not in the text
    pattern = _BASIC if quote == '"' else re.compile(".", re.DOTALL)
    for match in pattern.finditer(text, start, last - width):
        source = match[0]
        escaped = len(source) > 1
        folded = escaped and source[1] in " \t\n"
        yield match.span(), "" if folded else _value(f'"{source}"', (0, len(source) + 2)) if escaped else source


def _around(pieces: list[Piece]) -> list[Span]:
    """Spans of the space before the first piece that is none, and after the last."""
    solid = [number for number, (_, char) in enumerate(pieces) if char.strip()]
    return [
        span for number, (span, char) in enumerate(pieces) if solid and char and not solid[0] <= number <= solid[-1]
    ]


def _repeats(text: str, node: Node) -> Iterator[Span]:
    """Spans of the items that stood in a list before, each with the comma before it."""
    seen = set()
    for before, item in zip(node.children, node.children[1:], strict=False):
        if item.type != "string":
            continue
        value = _value(text, _span(text, item))
        if value in seen and before.type == ",":  # not parted by a comment
            yield _span(text, before)[0], _span(text, item)[1]
        seen.add(value)
