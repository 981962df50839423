"""Samples of the rules of `flows/check.py`."""

from support.project import WAIVERS, written
from support.samples import bad

WAIVER = '[[waivers]]\nrule   = "cross.secondary-only"\npath   = "raw/models/acme/one.toml"\nfield  = "name"\nreason = "none is needed"\n'
BAD = [
    bad(
        written(WAIVERS, WAIVER),
        "raw/waivers.toml:{[[waivers]]} waivers[0]: the waiver silences nothing, cross.secondary-only at raw/models/acme/one.toml name; delete it [waiver.unused]",
    ),
    bad(
        written(WAIVERS, WAIVER.replace("cross.secondary-only", "toml.syntax")),
        "raw/waivers.toml:{toml.syntax} waivers[0].rule: this cannot be waived, toml.syntax; mend the record; only rules that begin with table. or cross. or text. can be waived [waiver.forbidden]",
    ),
]
