"""Samples of the rules of `flows/checks/likely_unit.py`."""

from support.project import ONE, TWO, appended, edited
from support.samples import bad

REMEDY = "find what the source counts (thousands, millions, billions), and enter the figure in full [cross.likely-unit]"
#: a second source, of a later date, that prints a table in billions, or thousands
AGAIN = """
[[sources]]
key       = "table"
kind      = "documentation"
title     = "Two: sizes"
url       = "https://two.test/sizes"
published = 2021-04-01
accessed  = 2022-05-31

[sources.states]
parameters = {{ value = {0}, printed = "{0}" }}
"""
BAD = [
    bad(
        edited(TWO, '7_000_000_000, printed = "7 billion"', '7, printed = "7"'),
        f'raw/models/acme/two.toml:{{printed = "7"}} sources[0].states.parameters: the figure is too small for what it counts, 7; {REMEDY}',
    ),
    bad(
        edited(ONE, '125_000_000, printed = "125M"', '125, printed = "125"'),
        f'raw/models/acme/one.toml:{{printed = "125"}} sources[0].variants[0].parameters: the figure is too small for what it counts, 125; {REMEDY}',
    ),
    bad(
        edited(ONE, 'value = 3.14e23, printed = "3.14E+23"', 'value = 314, printed = "314"'),
        f'raw/models/acme/one.toml:{{printed = "314"}} sources[0].states.training_flop: the figure is too small for what it counts, 314; {REMEDY}',
    ),
    bad(
        appended(TWO, AGAIN.format(7)),
        f'raw/models/acme/two.toml:{{printed = "7"}} sources[1].states.parameters: another source says a billion times as much, 7; {REMEDY}',
    ),
    bad(
        appended(TWO, AGAIN.format("7_000_000").replace('"7_000_000"', '"7,000,000"')),
        f"raw/models/acme/two.toml:{{7,000,000}} sources[1].states.parameters: another source says a thousand times as much, 7,000,000; {REMEDY}",
    ),
]
GOOD = [
    # sources that disagree, also by much
    appended(TWO, AGAIN.format("9_000_000").replace('"9_000_000"', '"9,000,000"')),
    # the least that there can be
    edited(TWO, '7_000_000_000, printed = "7 billion"', '100_000, printed = "100,000"'),
    # a variant a thousand times smaller is another model
    edited(ONE, '125_000_000, printed = "125M"', '175_000_000, printed = "175M"'),
]
