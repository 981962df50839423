"""Samples of the rules of `flows/checks/stale_service.py`."""

from support.project import ONE, TWO, edited
from support.samples import all_of, bad

_A_YEAR_LATER = edited(TWO, "accessed = 2022-05-31", "accessed = 2023-06-01")

BAD = [
    bad(
        _A_YEAR_LATER,
        'raw/models/acme/one.toml:{api     = "paid"} sources[0].access[1].api: warning: it was last looked at on 2022-05-31, sources of others on 2023-06-01, paid; look whether it is still there: read a source again, or enter its end [cross.stale-service]',
    ),
]
GOOD = [
    #: a year to the day
    edited(TWO, "accessed = 2022-05-31", "accessed = 2023-05-31"),
    #: the service is said to have ended
    all_of(_A_YEAR_LATER, edited(ONE, 'api     = "paid"', 'until   = 2022-05-01\napi     = "paid"')),
    #: the weights are out, so that no label rests on the service
    all_of(_A_YEAR_LATER, edited(ONE, 'weights = "none"', 'weights = "download"\nlicence = "apache-2-0"')),
]
