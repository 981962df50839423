"""Samples of the rules of `flows/checks/variant_above_total.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, '125_000_000, printed = "125M"', '180_000_000_000, printed = "180B"'),
        "raw/models/acme/one.toml:{180B} sources[0].variants[0].parameters: warning: the variant is larger than the record says (175000000000), 180000000000; give the record the figures of its largest published variant [cross.variant-above-total]",
    ),
]
#: within one percent they are one figure
GOOD = [edited(ONE, '125_000_000, printed = "125M"', '176_000_000_000, printed = "176B"')]
