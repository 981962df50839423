"""Samples of the rules of `flows/checks/unknown_licence.py`."""

from support.project import LICENCES, ONE, TWO, appended, edited
from support.samples import all_of, bad

MIT = """
[licences.mit]
name             = "MIT License"
kind             = "permissive"
commercial_use   = true
use_restrictions = false
"""
BAD = [
    bad(
        edited(TWO, '"apache-2-0"', '"apache-2"'),
        "raw/models/acme/two.toml:{licence} sources[0].access[0].licence: no such licence, apache-2; did you mean `apache-2-0`? Otherwise add it to raw/licences.toml [cross.unknown-licence]",
        "raw/licences.toml:1 licences.apache-2-0: warning: no record refers to this, apache-2-0; delete it, or mend the record [cross.unused-reference]",
    ),
]
#: it is in the codebook
GOOD = [all_of(appended(LICENCES, MIT), edited(ONE, 'api     = "paid"', 'api     = "paid"\nlicence = "mit"'))]
