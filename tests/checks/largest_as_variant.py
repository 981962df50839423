"""Samples of the rules of `flows/checks/largest_as_variant.py`."""

from support.project import TWO, Change, edited
from support.samples import bad

WEIGHTS = 'since   = 2021-03-02\nweights = "download"\nlicence = "apache-2-0"\n'


def beside(own: str, billions: float) -> Change:
    """Two variants of a size have the weights; of the model itself something else is told."""
    sizes = "".join(
        f'[[sources.variants]]\nname       = "{name}"\nparameters = {{ value = {billions * 1e9:.0f}, printed = "{billions} billion" }}\n\n'
        for name in ("Two Base", "Two Chat")
    )
    event = f'{WEIGHTS}variants = ["Two Base", "Two Chat"]\n'
    return edited(
        TWO, f"[[sources.access]]\n{WEIGHTS}", f"{sizes}[[sources.access]]\n{own}\n[[sources.access]]\n{event}"
    )


BAD = [
    bad(
        beside('since = 2021-03-02\napi   = "paid"\n', 7),
        "raw/models/acme/two.toml:{weights =} sources[0].access[1].weights: warning: the weights are those of a variant as large as the record says, which has none of its own, Two Base; leave `variants` out of the event of the largest one [cross.largest-as-variant]",
    ),
]
GOOD = [
    beside('since = 2021-03-02\napi   = "paid"\n', 6.9),
    beside('since = 2021-03-03\nweights = "download"\nlicence = "apache-2-0"\n', 7),
]
