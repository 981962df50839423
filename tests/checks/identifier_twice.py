"""Samples of the rules of `flows/checks/identifier_twice.py`."""

from support.project import ONE, TWO, appended
from support.samples import all_of, bad


def named(identifier: str, relation: str = "exact") -> str:
    return f"""
[[identifiers]]
scheme   = "arxiv"
id       = "{identifier}"
relation = "{relation}"
source   = "https://two.test/card"
accessed = 2022-05-31
"""


BAD = [
    bad(
        all_of(appended(ONE, named("2205.01068")), appended(TWO, named("2205.01068"))),
        "raw/models/acme/two.toml:{2205.01068} identifiers[0].id: raw/models/acme/one.toml:{[[identifiers]]} has this id already, 2205.01068; keep it on one, or mend `relation` [cross.identifier-twice]",
    ),
    bad(
        appended(TWO, named("2205.01068", "variant") + named("2205.01068", "family").replace("id       =", "id  =")),
        "raw/models/acme/two.toml:{id  =} identifiers[1].id: raw/models/acme/two.toml:... has this id already, 2205.01068; keep it on one, or mend `relation` [cross.identifier-twice]",
    ),
]
#: a paper on two models is exactly one's, and the family's of the other
GOOD = [all_of(appended(ONE, named("2205.01068")), appended(TWO, named("2205.01068", "family")))]
