"""Samples of the rules of `flows/checks/unused_reference.py`."""

from support.project import ORGANISATIONS, TWO, appended, edited
from support.samples import bad

BAD = [
    bad(
        appended(ORGANISATIONS, '\n[organisations.third]\nname = "Third"\nkind = "company"\n'),
        "raw/organisations.toml:{[organisations.third]} organisations.third: warning: no record refers to this, third; delete it, or mend the record [cross.unused-reference]",
    ),
]
#: one of two records is enough
GOOD = [edited(TWO, '["acme", "institute"]', '["institute"]')]
