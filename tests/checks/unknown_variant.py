"""Samples of the rules of `flows/checks/unknown_variant.py`."""

from support.project import ONE, edited
from support.samples import all_of, bad


def staged(name: str) -> str:
    return f'[[sources.access]]\nsince    = 2020-05-28\nvariants = ["{name}"]\nweights  = "download"\nlicence  = "apache-2-0"\n\n'


BAD = [
    bad(
        edited(ONE, '[[sources]]\nkey       = "readme"', staged("One Smal") + '[[sources]]\nkey       = "readme"'),
        "raw/models/acme/one.toml:{weights  =} sources[0].access[2].weights: the record has no such variant, One Smal; did you mean `One Small`? Otherwise name it as its [[sources.variants]] does, or add one [cross.unknown-variant]",
    ),
]
#: the variant that a source gives the size of
GOOD = [
    #: a variant of which no figure is known
    all_of(
        edited(ONE, 'parameters = { value = 125_000_000, printed = "125M", at = "Table 2.1" }\n', ""),
        edited(ONE, '[[sources]]\nkey       = "readme"', staged("One Small") + '[[sources]]\nkey       = "readme"'),
    ),
    edited(ONE, '[[sources]]\nkey       = "readme"', staged("One Small") + '[[sources]]\nkey       = "readme"'),
]
