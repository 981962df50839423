"""Samples of the rules of `flows/checks/erratum.py`."""

from support.project import ERRATA, edited
from support.samples import bad

BAD = [
    bad(
        edited(ERRATA, "2022.6.0", "2022.4.10"),
        "raw/errata.toml:{2022.4.10} errata[0].corrected_in: the correction is not after 2022.5.0, 2022.4.10; name the later release that has it right [cross.erratum-order]",
    ),
    bad(
        edited(ERRATA, '"facts"', '"fact"'),
        'raw/errata.toml:{"fact"} errata[0].table: no release has such a table, fact; did you mean `facts`? [cross.erratum-table]',
    ),
]
#: versions are numbers, not texts
GOOD = [edited(ERRATA, "2022.6.0", "2022.10.0"), edited(ERRATA, '"facts"', '"changes"')]
