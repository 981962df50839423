"""Samples of the rules of `flows/checks/active_above_total.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, '25_000_000_000, printed = "25 billion"', '178_000_000_000, printed = "178 billion"'),
        "raw/models/acme/one.toml:{178} sources[0].states.active_parameters: more parameters are active than there are (175000000000), 178000000000; check both figures [cross.active-above-total]",
    ),
]
#: all of them are active
GOOD = [edited(ONE, '25_000_000_000, printed = "25 billion"', '175_000_000_000, printed = "175 billion"')]
