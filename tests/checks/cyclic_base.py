"""Samples of the rules of `flows/checks/cyclic_base.py`."""

from support.project import TWO, edited, written
from support.samples import bad

BASED_ON_TWO = """\
name          = "Three"
organisations = ["acme"]

[[sources]]
key      = "card"
kind     = "model-card"
title    = "Three"
url      = "https://three.test/"
accessed = 2022-05-31

[sources.states]
announced = { value = 2022-05-01 }
base      = { value = "acme/two" }

[[sources.access]]
since   = 2022-05-01
weights = "none"
"""
BAD = [
    bad(
        edited(TWO, 'base            = { value = "acme/one" }', 'base = { value = "acme/two" }'),
        "raw/models/acme/two.toml:{base } sources[0].states.base.value: the model would be its own ancestor, acme/two; mend the base of one of them [cross.cyclic-base]",
    ),
]
#: a chain has an end
GOOD = [written("raw/models/acme/three.toml", BASED_ON_TWO)]
