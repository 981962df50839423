"""Samples of the rules of `flows/checks/missing_word.py`."""

from support.project import ONE, ORGANISATIONS, TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, '"uno"', '"N/A"'),
        "raw/models/acme/one.toml:{aliases} aliases[1]: readers of tables take this for a missing value, N/A; write it out, or add a word to it [cross.missing-word]",
    ),
    bad(
        edited(ONE, '"One Small"', '"None"'),
        'raw/models/acme/one.toml:{"None"} sources[0].variants[0].name: readers of tables take this for a missing value, None; write it out, or add a word to it [cross.missing-word]',
    ),
    bad(
        edited(ORGANISATIONS, '"Institute of Two"', '"nan"'),
        "raw/organisations.toml:{[organisations.institute]} organisations.institute: readers of tables take this for a missing value, nan; write it out, or add a word to it [cross.missing-word]",
    ),
]
#: a longer name, and Namibia
GOOD = [edited(TWO, '"Two"', '"None Two"'), edited(ORGANISATIONS, '"JP"', '"NA"')]
