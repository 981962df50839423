"""Samples of the rules of `flows/checks/duplicate_name.py`."""

from support.project import TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, '"Two"', '"ｏｎｅ"'),
        'raw/models/acme/two.toml:{name } name: raw/models/acme/one.toml:{"One"} has this name already, ｏｎｅ; keep the name on one of the two [cross.duplicate-name]',
    ),
]
#: a longer name is another one
GOOD = [edited(TWO, '"Two"', '"One 2"')]
