"""Samples of the rules of `flows/checks/likely_day.py`."""

from support.project import ONE, TWO, appended, edited
from support.samples import bad

REMEDY = "check the year; at worst waive this [cross.likely-day]"
#: a second source, of a later date, that states another day of announcement
AGAIN = """
[[sources]]
key       = "blog"
kind      = "documentation"
title     = "Two, two years on"
url       = "https://two.test/blog"
published = 2023-04-01
accessed  = 2023-05-31

[sources.states]
announced = {{ value = {0} }}
"""
BAD = [
    bad(
        appended(TWO, AGAIN.format("2023-03-01")),
        f"raw/models/acme/two.toml:{{2023-03-01}} sources[1].states.announced: warning: another source says 2021-03, 2023-03-01; {REMEDY}",
        f'raw/models/acme/two.toml:{{"2021-03"}} sources[0].states.announced: warning: another source says 2023-03-01, 2021-03; {REMEDY}',
    ),
    bad(
        edited(ONE, "announced         = { value = 2020-05-28 }", "announced         = { value = 1993-04-01 }"),
        f"raw/models/acme/one.toml:{{1993}} sources[0].states.announced: warning: the oldest source of the record is of 2020-05-28, 1993-04-01; {REMEDY}",
    ),
]
GOOD = [
    # a year apart, as one of the two is known to the month only
    appended(TWO, AGAIN.format("2022-03-31")),
    # a record whose sources were all written years later
    edited(ONE, "announced         = { value = 2020-05-28 }", "announced         = { value = 2010-06-01 }"),
]
