"""Samples of the rules of `flows/checks/silent_but_stated.py`."""

from support.project import TWO, edited
from support.samples import all_of, bad


def silent_on(name: str) -> str:
    return f'accessed = 2022-05-31\nsilent   = ["{name}"]'


BAD = [
    bad(
        edited(TWO, "accessed = 2022-05-31", silent_on(name)),
        f"raw/models/acme/two.toml:{{silent  }} sources[0].silent[0]: the source is silent on this, and states it, {field}; take the field out of `silent`, or take the statement out [cross.silent-but-stated]",
    )
    for name, field in (
        ("parameters", "parameters"),
        ("training_tokens", "training_tokens"),
        ("weights", "weights"),
        ("efficiency", "relative_to"),
    )
]
#: it states something else; or claims to need more than another, which is no saving
GOOD = [
    edited(TWO, "accessed = 2022-05-31", silent_on("layers")),
    all_of(
        edited(TWO, "accessed = 2022-05-31", silent_on("efficiency")),
        edited(TWO, 'factor  = "1/7"', "factor  = 7"),
        edited(TWO, 'printed = "1/7"', 'printed = "7"'),
    ),
]
