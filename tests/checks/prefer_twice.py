"""Samples of the rules of `flows/checks/prefer_twice.py`."""

from support.project import ONE, edited
from support.samples import all_of, bad

BAD = [
    bad(
        all_of(
            edited(ONE, 'printed = "96 layers"', 'printed = "96 layers", prefer = true'),
            edited(ONE, 'printed = "96", at', 'printed = "96", prefer = true, at'),
        ),
        'raw/models/acme/one.toml:{96 layers} sources[1].states.layers: raw/models/acme/one.toml:{printed = "96", prefer} is preferred already, layers; prefer one of the two [cross.prefer-twice]',
    ),
]
#: one is enough
GOOD = [edited(ONE, 'printed = "96 layers"', 'printed = "96 layers", prefer = true')]
