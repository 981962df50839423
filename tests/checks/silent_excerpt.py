"""Samples of the rules of `flows/checks/silent_excerpt.py`."""

from support.project import ONE, TWO, edited
from support.samples import bad

SILENT = 'accessed = 2022-05-31\nsilent   = ["safety_filter", "api"]'
BAD = [
    bad(
        edited(TWO, "accessed = 2022-05-31", f'{SILENT}\nread_as  = "{part}"'),
        f"raw/models/acme/two.toml:{{silent  }} sources[0].silent[0]: the source was read as {part}, so it is silent on nothing, safety_filter; read all of it, or take the field out of `silent` [cross.silent-excerpt]",
        f"raw/models/acme/two.toml:{{silent  }} sources[0].silent[1]: the source was read as {part}, so it is silent on nothing, api; read all of it, or take the field out of `silent` [cross.silent-excerpt]",
    )
    for part in ("abstract-only", "excerpt", "citing-page")
]
#: a page, and a stored copy
GOOD = [
    edited(TWO, "accessed = 2022-05-31", SILENT),
    edited(ONE, 'read_as   = "stored-copy"', 'read_as   = "stored-copy"\nsilent    = ["efficiency"]'),
]
