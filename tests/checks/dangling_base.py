"""Samples of the rules of `flows/checks/dangling_base.py`."""

from support.project import TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, 'base            = { value = "acme/one" }', 'base = { value = "acme/none" }'),
        "raw/models/acme/two.toml:{base } sources[0].states.base: there is no such model, acme/none; add its record, or mend the id [cross.dangling-base]",
    ),
]
#: the base is withheld
GOOD = [edited(TWO, 'base            = { value = "acme/one" }', "base = { undisclosed = true }")]
