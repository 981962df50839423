"""The rows of a CSV that somebody else keeps; one that is badly quoted is told, and the rest is read."""

import csv
import io
from collections.abc import Iterator

from flows.errors import UserError
from flows.reconcile.mapping import Mapping

MAX_COLUMNS = 1_000
_MOST_SEPARATORS = 100_000  # in a line, so that none of them becomes more cells than memory holds
_MOST_LINES = 1_000  # of one row: beyond, a quotation mark was never closed
MOST_BAD = 100  # rows that are listed; a file with more of them is laid out otherwise


def _checked(line: str, mapping: Mapping, place: str) -> str:
    if line.count(mapping.separator) > _MOST_SEPARATORS:
        raise UserError(f"{place} has more than {MAX_COLUMNS} columns; that is no table of models")
    return line


def _ahead(lines: list[str], start: int, begins: list[int]) -> Iterator[str]:
    """Lines from `start` on, but no more of one row than it may have; the last of `begins` is where that began."""
    for index in range(start, len(lines)):
        if index - begins[-1] >= _MOST_LINES:
            return
        yield lines[index]


def records(text: str, mapping: Mapping, place: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield the rows of a CSV: the line on which each begins, its cells, and what is wrong with it, or "".

    After a row whose quotation marks are wrong the line below its first is read, so an open mark hides no other row.
    Raises UserError if a line has more cells than any table, or more than MOST_BAD rows are wrong.
    """
    lines = [_checked(line, mapping, place) for line in io.StringIO(text, newline="")]
    bad, begins = 0, [0]
    while begins[-1] < len(lines):
        start = begins[-1]
        reader = csv.reader(_ahead(lines, start, begins), delimiter=mapping.separator, strict=True)
        try:
            for row in reader:
                yield begins[-1] + 1, row, ""
                begins[-1] = start + reader.line_num
        except csv.Error as error:
            line, bad = begins[-1] + 1, bad + 1
            if bad > MOST_BAD:
                raise UserError(
                    f"{place} is no CSV with the separator {mapping.separator!r}: it has more than {MOST_BAD} rows like "
                    f"that which begins on line {line}, where {error}; see to its quotation marks"
                ) from error
            yield line, [lines[line - 1].rstrip("\r\n")], f"{error}; see to its quotation marks"
            begins[-1] = line
