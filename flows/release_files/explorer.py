"""`index.html` of a release: the explorer, one page that holds the release's data and asks nobody else.

The page without data is built from `explorer/` by `make explorer`; here it is only filled.
"""

import base64
import json
from collections.abc import Iterable
from importlib.resources import files

import pyarrow as pa

from flows.layout import EXPLORER_PAGE, Identity
from flows.release_files.explorer_data import core, details
from schemas.tables import Tables


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _object(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A JSON object of values that are JSON already."""
    return b"{%b}" % b",".join(b"%b:%b" % (_json(name), value) for name, value in members)


def _details(made: Tables) -> bytes:
    """The details as JSON, made column by column: as Python's lists, all together take many times the room."""
    return _object(
        (
            table,
            _object(
                [
                    ("ends", _json(ends)),
                    ("columns", _object((name, _json(cells)) for name, cells in columns)),
                ]
            ),
        )
        for table, ends, columns in details(made)
    )


def _packed(content: bytes) -> str:
    """JSON, compressed (Arrow's own zlib, which the pinned version fixes) and in base64.

    Base64 has no character that means anything in HTML, so no text of a record can leave the element.
    """
    compressed = pa.Codec("gzip", compression_level=6).compress(content, asbytes=True)
    return base64.b64encode(compressed).decode("ascii")


def _filled(page: str, place: str, content: bytes) -> str:
    """The page with a part of the data at its place. Raises ValueError if the page has not exactly one such place."""
    before, found, after = page.partition(place)
    if not found or place in after:
        raise ValueError(f"{EXPLORER_PAGE} has not one {place}; build it again: make explorer")
    return before + _packed(content) + after


def explorer(made: Tables, identity: Identity) -> str:
    """Text of `index.html`: the built page with the release's core and details in it.

    Raises ValueError if the built page has not exactly one place for each.
    """
    page = files("flows").joinpath("templates", EXPLORER_PAGE).read_text(encoding="utf-8")
    page = _filled(page, "@core@", _json(core(made, identity)))
    return _filled(page, "@details@", _details(made))
