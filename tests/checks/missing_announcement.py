"""Samples of the rules of `flows/checks/missing_announcement.py`."""

from support.project import TWO, edited, written
from support.samples import bad

UNDATED = """\
name          = "Three"
organisations = ["acme"]

[[sources]]
key      = "card"
kind     = "model-card"
title    = "Three"
url      = "https://three.test/"
accessed = 2022-05-31

[sources.states]
retrieval = { value = true }
"""
BAD = [
    bad(
        edited(TWO, 'announced       = { value = "2021-03" }\n', ""),
        "raw/models/acme/two.toml:{name } name: warning: no source says when the model was announced, acme/two; state `announced` in a source [cross.missing-announcement]",
    ),
    bad(
        written("raw/models/acme/three.toml", UNDATED),
        "raw/models/acme/three.toml:{name } name: nothing in the record has a date, acme/three; state `announced` in a source, or date one [cross.undated]",
        "raw/models/acme/three.toml:{name } name: warning: no source says who can use it, acme/three; add a [[sources.access]] event [cross.missing-access]",
    ),
    bad(
        written("raw/models/acme/three.toml", f"{UNDATED}withdrawn = {{ value = 2022-05-31 }}\n"),
        "raw/models/acme/three.toml:{name } name: nothing in the record has a date, acme/three; state `announced` in a source, or date one [cross.undated]",
        "raw/models/acme/three.toml:{name } name: warning: no source says who can use it, acme/three; add a [[sources.access]] event [cross.missing-access]",
    ),
]
#: a year is enough
GOOD = [edited(TWO, '"2021-03"', '"2021"')]
