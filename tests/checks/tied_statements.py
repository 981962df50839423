"""Samples of the rules of `flows/checks/tied_statements.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, 'value = 96, printed = "96 layers"', 'value = 98, printed = "98 layers"'),
        'raw/models/acme/one.toml:{printed = "96"} sources[0].states.layers: raw/models/acme/one.toml:{98 layers} says otherwise, with equal rank and date, 96; check both, then put prefer = true on the one to trust [cross.tied-statements]',
    ),
]
#: one of the two is preferred
GOOD = [edited(ONE, 'value = 96, printed = "96 layers"', 'value = 98, printed = "98 layers", prefer = true')]
