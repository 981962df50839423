"""Samples of the rules of `flows/checks/active_above_total.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, '175_000_000_000, printed = "175 billion"', '178_000_000_000, printed = "178 billion"'),
        "raw/models/acme/one.toml:{178} sources[0].states.active_parameters: more parameters are active than there are (175000000000), 178000000000; check both figures [cross.active-above-total]",
    ),
]
#: less than a hundredth fewer
GOOD = [edited(ONE, '175_000_000_000, printed = "175 billion"', '174_500_000_000, printed = "174.5 billion"')]
