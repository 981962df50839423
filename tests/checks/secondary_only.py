"""Samples of the rules of `flows/checks/secondary_only.py`."""

from support.project import TWO, edited
from support.samples import all_of, bad

BAD = [
    bad(
        edited(TWO, '"model-card"', '"database"'),
        "raw/models/acme/two.toml:{parameters } sources[0].states.parameters: warning: only third parties state this figure, 7 billion; find the maker's own source, or mark it with estimate = true [cross.secondary-only]",
    ),
]
#: it is marked as an estimate
GOOD = [
    all_of(
        edited(TWO, '"model-card"', '"database"'),
        edited(TWO, 'printed = "7 billion"', 'printed = "7 billion", estimate = true'),
    )
]
