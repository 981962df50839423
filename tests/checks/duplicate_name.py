"""Samples of the rules of `flows/checks/duplicate_name.py`."""

from support.project import ONE, TWO, edited
from support.samples import all_of, bad

BAD = [
    bad(
        edited(TWO, '"Two"', '"ｏｎｅ"'),
        'raw/models/acme/two.toml:{name } name: raw/models/acme/one.toml:{"One"} has this name already, ｏｎｅ; keep the name on one of the two [cross.duplicate-name]',
    ),
    bad(
        edited(TWO, '"Two"', '"One-175 B"'),
        'raw/models/acme/one.toml:{"One 175B"} aliases[0]: raw/models/acme/two.toml:{name } has this name already, One 175B; keep the name on one of the two [cross.duplicate-name]',
    ),
    bad(
        edited(ONE, '"uno"', '"ONE"'),
        'raw/models/acme/one.toml:{aliases } aliases[1]: raw/models/acme/one.toml:{"One"} has this name already, ONE; keep the name on one of the two [cross.duplicate-name]',
    ),
]
#: a longer name is another one, so is another version, and a record may list spellings of its own name
GOOD = [
    edited(TWO, '"Two"', '"One 2"'),
    all_of(edited(ONE, '"uno"', '"One 2.0"'), edited(TWO, '"Two"', '"One 20"')),
    edited(ONE, '"uno"', '"One-175B", "O.N.E."'),
]
