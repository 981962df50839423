"""Samples of the rules of `flows/checks/routing_against_experts.py`."""

from support.project import ONE, TWO, edited
from support.samples import all_of, bad

LAYERS = 'layers    = { value = 96, printed = "96 layers" }\n'
EIGHT = 'experts = { value = 8, printed = "8 experts" }\n'
ACTIVE = '175_000_000_000, printed = "175 billion"'
BASE = 'base            = { value = "acme/one" }\n'
MIXTURE = 'routing = { value = "mixture-of-experts" }\n'
BAD = [
    bad(
        edited(ONE, LAYERS, LAYERS + EIGHT),
        "raw/models/acme/one.toml:{8 experts} sources[1].states.experts: a dense model has no experts to choose from, 8 experts; check `routing`, and whether these are experts of this model [cross.dense-with-experts]",
    ),
    bad(
        edited(ONE, ACTIVE, '40_000_000_000, printed = "40B"'),
        "raw/models/acme/one.toml:{40B} sources[0].states.active_parameters: of a dense model all parameters are active (175000000000), 40000000000; check `routing` and both figures [cross.dense-but-partly-active]",
    ),
    bad(
        edited(TWO, BASE, BASE + MIXTURE + 'experts = { value = 1, printed = "1" }\n'),
        "raw/models/acme/two.toml:{experts = } sources[0].states.experts: a mixture of experts has several, 1 expert; check `routing`, and whether these are the experts of this model [cross.mixture-without-experts]",
    ),
    bad(
        edited(TWO, BASE, BASE + MIXTURE + "experts = { not_applicable = true }\n"),
        "raw/models/acme/two.toml:{experts = } sources[0].states.experts: a mixture of experts has several, experts not applicable; check `routing`, and whether these are the experts of this model [cross.mixture-without-experts]",
    ),
]
#: one expert is none; a mixture with experts; each source is held against its own word; within a hundredth
GOOD = [
    edited(ONE, LAYERS, LAYERS + 'experts = { value = 1, printed = "1" }\n'),
    edited(TWO, BASE, BASE + MIXTURE + EIGHT),
    all_of(
        edited(ONE, LAYERS, LAYERS + EIGHT + MIXTURE),
        edited(ONE, '{ value = "dense", at = "Section 2" }', '{ value = "dense", prefer = true }'),
    ),
    edited(ONE, ACTIVE, '174_000_000_000, printed = "174 billion"'),
]
