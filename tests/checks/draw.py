"""Samples of the rules of `flows/checks/draw.py`."""

from support.project import DRAWS, edited
from support.samples import all_of, bad

BAD = [
    bad(
        edited(DRAWS, "paper/layers", "paper/layer"),
        "raw/draws.toml:{layer} draws[0].statement: no record has such a statement, acme/one#paper/layer; did you mean `acme/one#paper/layers`? Otherwise write it as the table statements has it [cross.draw]",
    ),
]
GOOD = [
    #: what was found wrong may have been taken out
    all_of(edited(DRAWS, "paper/layers", "paper/experts"), edited(DRAWS, "right", "wrong")),
    #: it was drawn when the model had another id
    edited(DRAWS, "acme/one#", "acme/zero#"),
]
