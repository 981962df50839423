"""Samples of the rules of `flows/checks/dangling_comparison.py`."""

from support.project import ONE, TWO, edited
from support.samples import bad

BAD = [
    bad(
        edited(TWO, 'model   = "acme/one"', 'model   = "acme/none"'),
        "raw/models/acme/two.toml:{acme/none} sources[0].relative_to[0].model: there is no such model, acme/none; add its record, or mend the id [cross.dangling-comparison]",
    ),
    bad(
        edited(TWO, 'model   = "acme/one"', 'model   = "acme/two"'),
        "raw/models/acme/two.toml:{model   =} sources[0].relative_to[0].model: the model is compared with itself, acme/two; name the other model [cross.self-comparison]",
    ),
]
#: two models may be compared with each other
GOOD = [
    edited(
        ONE,
        'printed = "96 layers" }\n',
        'printed = "96 layers" }\n\n[[sources.relative_to]]\naspect = "training_co2e_t"\nfactor = 7\nmodel = "acme/two"\nprinted = "7"\n',
    )
]
