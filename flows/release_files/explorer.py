"""`index.html` of a release: the explorer, one page that holds the release's data and asks nobody else.

The page without data is built from `explorer/` by `make explorer`; here it is only filled.
"""

import base64
import json
from importlib.resources import files

import pyarrow as pa

from flows.layout import EXPLORER_PAGE, Identity
from flows.release_files.explorer_data import core, details
from schemas.tables import Tables, frames

#: where the page without data takes up its two parts
_PLACES = ("@core@", "@details@")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _packed(text: str) -> str:
    """JSON, compressed (Arrow's own zlib, which the pinned version fixes) and in base64.

    Base64 has no character that means anything in HTML, so no text of a record can leave the element.
    """
    compressed = pa.Codec("gzip", compression_level=6).compress(text.encode("utf-8"), asbytes=True)
    return base64.b64encode(compressed).decode("ascii")


def explorer(made: Tables, identity: Identity) -> str:
    """Text of `index.html`: the built page with the release's core and details in it.

    Raises ValueError if the built page has not exactly one place for each.
    """
    page = files("flows").joinpath("templates", EXPLORER_PAGE).read_text(encoding="utf-8")
    tables = frames(made)  # once: polars keeps texts in another way than Arrow
    for place, part in zip(_PLACES, (core(tables, identity), details(tables)), strict=True):
        before, found, after = page.partition(place)
        if not found or place in after:
            raise ValueError(f"{EXPLORER_PAGE} has not one {place}; build it again: make explorer")
        page = before + _packed(_json(part)) + after
    return page
