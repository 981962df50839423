"""Samples of the rules of `flows/checks/weights_without_licence.py`."""

from support.project import TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, 'licence = "apache-2-0"\n', ""),
        "raw/models/acme/two.toml:{weights} sources[0].access[0].weights: warning: the weights have no licence, download; add licence = … [cross.weights-without-licence]",
        "raw/licences.toml:1 licences.apache-2-0: warning: no record refers to this, apache-2-0; delete it, or mend the record [cross.unused-reference]",
    ),
]
#: the record names the licence once
GOOD = [
    edited(
        TWO,
        "[[sources.relative_to]]",
        '[[sources.access]]\nsince = 2021-04-01\nweights = "download"\n\n[[sources.relative_to]]',
    )
]
