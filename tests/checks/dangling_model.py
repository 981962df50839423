"""Samples of the rules of `flows/checks/dangling_model.py`."""

from support.project import TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, 'base            = { value = "acme/one" }', 'base = { value = "acme/none" }'),
        "raw/models/acme/two.toml:{base } sources[0].states.base: there is no such model, acme/none; add its record, or mend the id [cross.dangling-model]",
    ),
    bad(
        edited(TWO, 'base            = { value = "acme/one" }', 'succeeded_by = { value = "acme/none" }'),
        "raw/models/acme/two.toml:{succeeded_by } sources[0].states.succeeded_by: there is no such model, acme/none; add its record, or mend the id [cross.dangling-model]",
    ),
]
#: the base is withheld; the successor is a record
GOOD = [
    edited(TWO, 'base            = { value = "acme/one" }', "base = { undisclosed = true }"),
    edited(TWO, 'base            = { value = "acme/one" }', 'succeeded_by = { value = "acme/one" }'),
]
