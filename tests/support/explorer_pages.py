"""Pages of the explorer to be tried in a browser: of two records, and of records that mean harm."""

from datetime import date

import polars as pl

from flows.layout import Identity
from schemas.tables import Tables, frames
from support.project import TODAY

IDENTITY = Identity("2026.11.0", TODAY, None, None, True, date(2022, 5, 31))

#: markup, quotes of all kinds, SQL, an end of a script, a mark that turns the direction
HOSTILE = "</script><img src=x onerror=alert(1)>\"'); drop table models; -- \u202e"


def hostile(tables: Tables) -> Tables:
    """The same tables, where all that a record's author writes freely means harm."""
    harm = pl.lit(HOSTILE)
    said = {
        "models": {
            "name": harm,
            "name_ja": harm,
            "aliases": pl.concat_list(harm),
            "link": pl.lit("javascript:alert(1)"),
        },
        "organisations": {"organisation_name": harm, "organisation_name_ja": harm},
        "licences": {"licence_name": harm},
        "sources": {"title": harm, "url": pl.lit("javascript:alert(1)"), "read_at": pl.lit("data:text/html,harm")},
        "statements": {"printed": harm, "location": harm},
        "labels": {"detail": harm},
        "variants": {"variant": harm},
        "axes": {"title_en": harm, "meaning_en": harm},
        "axis_labels": {"title_en": harm, "meaning_en": harm},
    }
    return {
        name: frames({name: table})[name].with_columns(**said.get(name, {})).to_arrow()
        for name, table in tables.items()
    }
