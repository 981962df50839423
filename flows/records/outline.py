"""What stays of a record after it was read into the tables: the words that other files are held against."""

import sys
from collections.abc import Iterator

#: keys of a record, from the top down, with what rules across records ask for as it is written
REFERENCES = (
    ("name",),
    ("name_ja",),
    ("aliases",),
    ("organisations",),
    ("family",),
    ("sources", "states", "base", "value"),
    ("sources", "variants", "name"),
    ("sources", "access", "licence"),
)

_Keys = tuple[tuple[str, ...], ...]
#: what is left where nothing stands at the keys: one object for all, since most sources say none of it
_NOTHING: dict[str, object] = {}


def outline(data: dict[str, object] | None) -> dict[str, object] | None:
    """Parsed TOML without all that does not stand at `REFERENCES`; places stay what they are, so lists keep their length.

    There is one for every record, so equal texts in them are one object.
    """
    return None if data is None else dict(_kept(data, REFERENCES))


def _kept(table: dict[str, object], keys: _Keys) -> Iterator[tuple[str, object]]:
    for key in dict.fromkeys(path[0] for path in keys):
        if key in table:
            left = _left(table[key], tuple(path[1:] for path in keys if path[0] == key and len(path) > 1))
            if left is not _NOTHING:
                yield key, left


def _left(value: object, keys: _Keys) -> object:
    """What is left of a value of which only the places at `keys` are asked for: all of it, if there are none."""
    if isinstance(value, str):
        return None if keys else sys.intern(value)
    if isinstance(value, list):
        left = [_left(item, keys) for item in value]
        return _NOTHING if keys and all(item is _NOTHING for item in left) else left
    if not keys:
        return value
    return dict(_kept(value, keys)) or _NOTHING if isinstance(value, dict) else None
