"""Samples of the rules of `flows/checks/tied_statements.py`."""

from support.project import ONE, edited
from support.samples import all_of, bad

#: a disagreement about each kind of value
_EACH = {
    "training_flop": ("undisclosed = true", "undisclosed"),
    "languages": ('value = ["fr"]', "fr"),
    "routing": ('value = "mixture-of-experts"', "mixture-of-experts"),
    "retrieval": ("value = true", "true"),
    "knowledge_cutoff": ('value = "2020-01"', "2020-01"),
}
_SAYS_OTHERWISE = (
    "raw/models/acme/one.toml:{%s = { %s} sources[1].states.%s: raw/models/acme/one.toml:... says otherwise, with equal "
    "rank and date, %s; check both, then put prefer = true on the one to trust [cross.tied-statements]"
)

BAD = [
    bad(
        edited(ONE, 'value = 96, printed = "96 layers"', 'value = 98, printed = "98 layers"'),
        'raw/models/acme/one.toml:{printed = "96"} sources[0].states.layers: raw/models/acme/one.toml:{98 layers} says otherwise, with equal rank and date, 96; check both, then put prefer = true on the one to trust [cross.tied-statements]',
    ),
    bad(
        all_of(
            edited(ONE, "routing           =", 'knowledge_cutoff  = { value = "2019-10" }\nrouting           ='),
            edited(
                ONE,
                'printed = "96 layers" }\n',
                'printed = "96 layers" }\n' + "".join(f"{key} = {{ {v} }}\n" for key, (v, _) in _EACH.items()),
            ),
        ),
        *(_SAYS_OTHERWISE % (key, value, key, shown) for key, (value, shown) in _EACH.items()),
    ),
]
#: one of the two is preferred
GOOD = [edited(ONE, 'value = 96, printed = "96 layers"', 'value = 98, printed = "98 layers", prefer = true')]
