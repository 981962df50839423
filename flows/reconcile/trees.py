"""The cells of JSON and YAML that somebody else keeps, by paths of keys.

Nothing in it is trusted: what is larger or nested deeper than any list of models could be is not read.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.errors import UserError
from flows.reconcile.mapping import Mapping

MAX_TREE_BYTES = 32 * 1024 * 1024
_ENDINGS = {"json": (".json",), "json-lines": (".jsonl", ".ndjson"), "yaml": (".yaml", ".yml")}
_KEY = re.compile(r"\{([0-9]|file)\}")


def documents(place: str, content: bytes, mapping: Mapping) -> Iterator[object]:
    """What a file of the mapping's form holds: one tree, or one a line. Raises UserError if it is no such file."""
    if len(content) > MAX_TREE_BYTES:
        raise UserError(f"{place} is larger than {MAX_TREE_BYTES} bytes; that is no list of models")
    try:
        text = content.decode(mapping.encoding).removeprefix("\ufeff")
        if mapping.form == "yaml":
            yield YAML(typ="safe", pure=True).load(text)
        elif mapping.form == "json":
            yield json.loads(text)
        else:
            for line in text.splitlines():
                if line.strip():
                    yield json.loads(line)
    except RecursionError as error:
        raise UserError(f"{place} is nested too deeply; that is no list of models") from error
    except (ValueError, YAMLError) as error:
        raise UserError(
            f"{place} is no {mapping.form} ({str(error).splitlines()[0][:120]}); see to `form` in the mapping"
        ) from error


def files_of(folder: Path, mapping: Mapping) -> list[Path]:
    """The files of the mapping's form in a folder, in order. Raises UserError if there is none."""
    found = sorted(path for path in folder.iterdir() if path.suffix in _ENDINGS[mapping.form] and path.is_file())
    if not found:
        raise UserError(f"{folder} holds no {' or '.join(_ENDINGS[mapping.form])} file; give another folder")
    return found


def _reached(tree: object, path: list[str], keys: tuple[str, ...]) -> Iterator[tuple[object, tuple[str, ...]]]:
    """What lies at a path, `*` being any key or item, each with the keys that the stars stood for."""
    if not path:
        yield tree, keys
    elif path[0] == "*" and isinstance(tree, dict | list):
        inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, below in inner:
            yield from _reached(below, path[1:], (*keys, str(key)))
    elif isinstance(tree, dict) and path[0] in tree:
        yield from _reached(tree[path[0]], path[1:], keys)


def _text(value: object) -> str | None:
    """A plain value as text; None of a table or list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else None


def _cell(row: object, column: str, keys: tuple[str, ...], file: str) -> tuple[str | None, bool]:
    """The cell of a column, and whether it was a number: the first of its paths (parted by |) that leads to a plain value."""
    named = {str(number): key for number, key in enumerate(keys, start=1)} | {"file": file}
    for path in column.split(" | "):
        if _KEY.search(path):
            return _KEY.sub(lambda match: named.get(match[1], ""), path), False
        for value, _ in _reached(row, path.split("."), ()):
            if (text := _text(value)) is not None:
                return text, isinstance(value, int | float) and not isinstance(value, bool)
    return None, False


def read_trees(files: list[tuple[str, bytes]], mapping: Mapping, most: int) -> tuple[pl.DataFrame, frozenset[str]]:
    """The columns that a mapping names, out of files of JSON or YAML, each with its name.

    Returns them under their own names, every cell a text, and the names of those that held numbers alone. Raises
    UserError if a file is not of the form, if there are no rows or more than `most`, or if no row has one of the columns.
    """
    wanted = [name for name in mapping.columns.model_dump().values() if name is not None]
    cells: dict[str, list[str | None]] = {name: [] for name in wanted}
    others: set[str] = set()
    path = mapping.rows.split(".") if mapping.rows else []
    for place, content in files:
        for document in documents(place, content, mapping):
            for row, keys in _reached(document, path, ()):
                if len(cells[wanted[0]]) == most:
                    raise UserError(f"{place} has more than {most} rows; that is no list of models")
                for name in wanted:
                    text, is_number = _cell(row, name, keys, Path(place).stem)
                    cells[name].append(text)
                    if text is not None and not is_number:
                        others.add(name)
    frame = pl.DataFrame(cells, schema=dict.fromkeys(wanted, pl.String))
    if empty := [name for name in wanted if frame[name].null_count() == frame.height]:
        raise UserError(
            f"{files[0][0]} has no row at {mapping.rows or 'its top'!r} with {', '.join(map(repr, empty))}; "
            f"the mapping {mapping.name} names it, so mend the one or the other"
        )
    return frame, frozenset(wanted) - others
