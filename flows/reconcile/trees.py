"""JSON, JSON lines, YAML and nested Parquet that others keep, as rows of cells by the paths of a mapping.

A path is keys with points between them; `*` stands for every key, or every item of a list. `rows` of a mapping leads to
the rows ("" is the whole document), and a column is a path below a row, or what `$1`, `$2` … stand for: the keys that the
stars met, `$0` the name of the file without its ending. ` | ` stands between paths of which the first that leads to something counts.
"""

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.bounded import Bounds, OverBoundsError, Worker
from flows.errors import UserError

#: for one reading; a tree takes many times the memory of its text
BOUNDS = Bounds(seconds=120, memory=3_000_000_000)
_YAML = (".yaml", ".yml")
_KEY = re.compile(r"\$([0-9])")
_LONGEST = 2_100  # characters of a cell that are kept: more than are read, so that it is told

Cell = str | None
#: why a file has no rows: its name, and the reason
Fault = tuple[str, str]


def _walk(value: object, steps: list[str], keys: tuple[str, ...]) -> Iterator[tuple[object, tuple[str, ...]]]:
    """What a path leads to, each with the keys that its stars met."""
    if not steps:
        yield value, keys
        return
    step, rest = steps[0], steps[1:]
    if step == "*":
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            yield from _walk(item, rest, (*keys, str(key)))
    elif isinstance(value, dict) and step in value:
        yield from _walk(value[step], rest, keys)


def _text(value: object, separator: str) -> Cell:
    """A cell as text: a list of plain values with separators between them, anything deeper as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return separator.join(text for item in value if (text := _text(item, separator)) is not None)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _cell(row: object, column: str, keys: tuple[str, ...], separator: str) -> tuple[Cell, bool]:
    """The cell of a row, and whether it was a number."""
    for path in column.split(" | "):
        if "$" in path:
            return _KEY.sub(lambda match: keys[int(match[1])] if int(match[1]) < len(keys) else "", path), False
        for value, _ in _walk(row, path.split("."), ()):
            text = _text(value, separator)
            if text is not None:
                return text[:_LONGEST], isinstance(value, int | float) and not isinstance(value, bool)
    return None, False


def _documents(content: bytes, name: str, encoding: str) -> object:
    """What a file holds: of JSON lines and Parquet the list of their rows. Raises ValueError, YAMLError, RecursionError."""
    if content[:4] == b"PAR1":
        return pq.read_table(io.BytesIO(content)).to_pylist()
    text = content.decode(encoding).removeprefix("\ufeff")
    if name.lower().removesuffix(".gz").endswith(_YAML):
        return YAML(typ="safe", pure=True).load(text)
    try:
        return json.loads(text)
    except json.JSONDecodeError as whole:
        if whole.msg != "Extra data":
            raise
        lines = [line for line in text.split("\n") if line.strip()]
        return [json.loads(line) for line in lines]


def read_trees(
    files: list[tuple[str, bytes]], rows: str, columns: list[str], separator: str, encoding: str, most: int
) -> tuple[dict[str, list[Cell]], list[str], list[Fault]]:
    """Rows of files (name and content each): cells by column, the columns whose cells all were numbers, and faults.

    Runs in a process within limits (`read_bounded`). Raises UserError if there are more than `most` rows.
    """
    cells: dict[str, list[Cell]] = {column: [] for column in columns}
    typed, faults, count = dict.fromkeys(columns, True), list[Fault](), 0
    steps = rows.split(".") if rows else []
    for name, content in files:
        stem = PurePosixPath(name).name.removesuffix(".gz").rpartition(".")[0] or name
        try:
            found = list(islice(_walk(_documents(content, name, encoding), steps, (stem,)), most + 1))
            read = [[_cell(row, column, keys, separator) for column in columns] for row, keys in found]
        except RecursionError:
            faults.append((name, "it is nested too deeply"))
            continue
        except (ValueError, LookupError, YAMLError, OSError, pa.ArrowException) as error:
            faults.append((name, f"it cannot be read ({' '.join(str(error).split())[:150]})"))
            continue
        count += len(read)
        if count > most:
            raise UserError(f"{name} has more than {most} rows; that is no table of models")
        for column, *several in zip(columns, *read, strict=True):
            cells[column].extend(text for text, _ in several)
            typed[column] &= all(is_number or text is None for text, is_number in several)
    return cells, [column for column in columns if typed[column] and any(cells[column])], faults


def read_bounded(
    files: list[tuple[str, bytes]], rows: str, columns: list[str], separator: str, encoding: str, most: int, place: str
) -> tuple[dict[str, list[Cell]], list[str], list[Fault]]:
    """As `read_trees`, within limits of time and memory. Raises UserError with the place if they are passed."""
    with Worker(BOUNDS) as worker:
        try:
            return worker.call(read_trees, files, rows, columns, separator, encoding, most)
        except OverBoundsError as error:
            raise UserError(f"{place} {error.reason}; that is no table of models") from error
