"""Samples of the rules of `flows/checks/placeholder.py`."""

from support.project import TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, "https://two.test/card", "https://www.example.org/card"),
        "raw/models/acme/two.toml:{example.org} sources[0].url: this is the skeleton's address, https://www.example.org/card; give the source's own [cross.placeholder]",
    ),
    bad(
        edited(TWO, '{ value = "2021-03" }', "{ value = 1950-01-01 }"),
        "raw/models/acme/two.toml:{announced } sources[0].states.announced: this is the skeleton's day, 1950-01-01; give the source's own [cross.placeholder]",
    ),
]
#: another host, and a path
GOOD = [edited(TWO, "https://two.test/card", "https://counterexample.org/example.org/")]
