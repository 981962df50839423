"""Samples of the rules of `flows/checks/missing_access.py`."""

from support.project import TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, '[[sources.access]]\nsince   = 2021-03-02\nweights = "download"\nlicence = "apache-2-0"\n\n', ""),
        "raw/models/acme/two.toml:{name } name: warning: no source says who can use it, acme/two; add a [[sources.access]] event [cross.missing-access]",
        "raw/licences.toml:1 licences.apache-2-0: warning: no record refers to this, apache-2-0; delete it, or mend the record [cross.unused-reference]",
    ),
]
#: that there is nothing to have is said
GOOD = [edited(TWO, '"download"', '"none"')]
