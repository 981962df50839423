"""Samples of the rules of `flows/checks/licence_beyond_base.py`."""

from support.project import LICENCES, ONE, Change, appended, edited
from support.samples import all_of, bad


def _of_base(licence: str) -> Change:
    """The base has weights under a licence, which is a new one for research alone, or that of its child."""
    return all_of(
        edited(ONE, 'weights = "none"', f'weights = "download"\nlicence = "{licence}"'),
        appended(
            LICENCES,
            """
[licences.research]
name             = "Research licence"
kind             = "research-only"
commercial_use   = false
use_restrictions = true
""",
        ),
    )


BAD = [
    bad(
        _of_base("research"),
        "raw/models/acme/two.toml:{licence} sources[0].access[0].licence: warning: acme/one permits no commercial use nor use without conditions, apache-2-0; read both licences again; if the maker says so itself, waive this in raw/waivers.toml [cross.licence-beyond-base]",
    ),
]
GOOD = [
    #: the licence of the base is the same
    edited(ONE, 'weights = "none"', 'weights = "download"\nlicence = "apache-2-0"'),
    #: the child permits no more than its base, which has a second, freer licence
    all_of(
        _of_base("research"),
        edited(
            ONE,
            '[[sources]]\nkey       = "readme"',
            '[[sources.access]]\nsince = 2022-01-01\nlicence = "apache-2-0"\n\n[[sources]]\nkey       = "readme"',
        ),
    ),
]
