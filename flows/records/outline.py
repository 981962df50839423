"""What stays of a record after it was read into the tables: the words that other files are held against."""

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


def outline(data: dict[str, object] | None) -> dict[str, object] | None:
    """Parsed TOML without all that does not stand at `REFERENCES`; lists keep their length, so places stay what they are."""
    return None if data is None else dict(_kept(data, REFERENCES))


def _kept(table: dict[str, object], keys: _Keys) -> Iterator[tuple[str, object]]:
    for key in dict.fromkeys(path[0] for path in keys):
        if key in table:
            yield key, _left(table[key], tuple(path[1:] for path in keys if path[0] == key and len(path) > 1))


def _left(value: object, keys: _Keys) -> object:
    """What is left of a value of which only the places at `keys` are asked for: all of it, if there are none."""
    if not keys:
        return value
    if isinstance(value, list):
        return [_left(item, keys) for item in value]
    return dict(_kept(value, keys)) if isinstance(value, dict) else None
