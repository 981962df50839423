"""Samples of the rules of `flows/checks/overlapping_access.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, "until   = 2021-11-18", "until   = 2021-11-19"),
        'raw/models/acme/one.toml:{api     = "paid"} sources[0].access[1].api: raw/models/acme/one.toml:{waitlist} says waitlist for the same time, paid; mend `since` or `until` of one [cross.overlapping-access]',
    ),
]
#: an event lasts until the next one
GOOD = [edited(ONE, "until   = 2021-11-18\n", "")]
