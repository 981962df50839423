"""`RECIPES.md`: how a release is read in DuckDB, pandas, polars, R, Excel, Google Sheets and JavaScript."""

import flows.about as about
from flows.layout import Identity
from flows.release_files.rendering import rendered
from schemas.fields import COLUMNS
from schemas.products import PRODUCTS

#: an address in place of the one that a release does not know
ELSEWHERE = "https://example.org/kiban"
#: types of Power Query; what is not named stays a text
_TYPES = {"integer": "Int64.Type", "number": "type number", "date": "type date"}


def recipes(identity: Identity, address: str = ELSEWHERE) -> str:
    """Text of `RECIPES.md` for a release; `address` is that below which `latest/` lies, if it is known."""
    flat = PRODUCTS["models_flat"].columns
    return rendered(
        "recipes.md.j2",
        about=about,
        identity=identity,
        address=address,
        typed=[(name, _TYPES[kind]) for name in flat if (kind := COLUMNS[name].type.package) in _TYPES],
        column={name: place for place, name in enumerate(flat, start=1)},
    )
