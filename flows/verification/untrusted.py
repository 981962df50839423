"""Reading what somebody else may have made: plain paths, sizes within limits, strict JSON."""

import json
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, ValidationError

from flows.bounded import is_memory
from flows.canonical import to_json

#: no description of a release comes near this size
JSON_LIMIT = 16 * 1024 * 1024

_PART = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]+"
PLAIN_PATH = re.compile(rf"{_PART}(?:/{_PART})*")
PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]*")
SHA256 = re.compile(r"[0-9a-f]{64}")


class UnfitError(Exception):
    """Something is not as it must be; the message is the place, then what is wrong."""


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    if is_memory(error):
        return "needs more memory to read than a check may take"
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def inside(folder: Path, path: str) -> Path:
    """Place of a file that lies in a folder, reached without any link.

    Raises UnfitError if the path leaves the folder, leads over a link, or is no file.
    """
    if not PLAIN_PATH.fullmatch(path):
        raise UnfitError(f"{path!r}: is no plain path within the release")
    current = folder
    for part in path.split("/"):
        current = current / part
        if current.is_symlink():
            raise UnfitError(f"{path}: is a link, or lies behind one")
    if not current.is_file():
        raise UnfitError(f"{path}: is missing")
    return current


def read(folder: Path, path: str, limit: int = JSON_LIMIT) -> bytes:
    """Content of a file in a folder. Raises UnfitError if it is not there, or larger than `limit` bytes."""
    with inside(folder, path).open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise UnfitError(f"{path}: is larger than {limit} bytes")
    return content


def walk(folder: Path) -> tuple[list[str], list[str]]:
    """Files below a folder, sorted, and whatever else lies there that is neither file nor folder."""
    files, others, folders = [], [], [folder]
    while folders:
        for entry in folders.pop().iterdir():
            name, mode = entry.relative_to(folder).as_posix(), entry.lstat().st_mode
            if stat.S_ISDIR(mode):
                folders.append(entry)
            elif stat.S_ISREG(mode):
                files.append(name)
            else:
                others.append(name)
    return sorted(files), sorted(others)


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def parse(content: bytes, place: str) -> object:
    """Value of a JSON text. Raises UnfitError if it is none, or says something twice."""
    try:
        value: object = json.loads(content.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UnfitError(f"{place}: is no JSON: {error}") from error
    return value


def canonical(content: bytes, value: object, place: str) -> list[str]:
    """A problem if a JSON text is not written the one way in which releases write it."""
    if to_json(value).encode("utf-8", "surrogatepass") == content:
        return []
    return [f"{place}: is not canonical JSON (sorted keys, indented by 2, one newline at the end)"]


def misfits(shape: type[BaseModel], value: object, place: str) -> list[str]:
    """What keeps a value from being of a shape: each place in it, and what is wrong there."""
    try:
        shape.model_validate(value)
    except ValidationError as error:
        words = {"missing": "is missing", "extra_forbidden": "is not known"}
        return [
            ": ".join([place, *map(str, e["loc"]), words.get(e["type"]) or f"{str(e['input'])[:80]!r} cannot be"])
            for e in error.errors(include_url=False, include_context=False)
        ]
    return []


def mapping(value: object, place: str) -> Mapping[str, object]:
    """The value as a mapping. Raises UnfitError if it is something else."""
    if not isinstance(value, dict):
        raise UnfitError(f"{place}: is no object")
    return value


def items(value: object, place: str) -> Sequence[object]:
    """The value as a list. Raises UnfitError if it is something else."""
    if not isinstance(value, list):
        raise UnfitError(f"{place}: is no list")
    return value


def mappings(value: object, place: str) -> list[Mapping[str, object]]:
    """The value as a list of mappings. Raises UnfitError if it is something else."""
    return [mapping(item, place) for item in items(value, place)]


def text(value: object, place: str) -> str:
    """The value as a text. Raises UnfitError if it is something else."""
    if not isinstance(value, str):
        raise UnfitError(f"{place}: is no text")
    return value
