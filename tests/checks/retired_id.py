"""Samples of the rules of `flows/checks/retired_id.py`."""

from support.project import RETIRED, appended, edited
from support.samples import all_of, bad

NIL = '\n[[retired]]\nid = "acme/nil"\nrenamed_to = "acme/zero"\nreason = "once more"\non = 2022-06-01\n'
BAD = [
    bad(
        edited(RETIRED, '"acme/zero"\nrenamed_to = "acme/one"', '"acme/two"'),
        "raw/models/acme/two.toml:1 file: the id was retired (raw/retired.toml:1), acme/two; give the record another id [cross.retired-id]",
    ),
    bad(
        edited(RETIRED, '"acme/one"', '"acme/gone"'),
        "raw/retired.toml:{acme/gone} retired[0].renamed_to: nothing has that id, acme/gone; name the id that took its place [cross.retired-target]",
    ),
    bad(
        edited(RETIRED, '"acme/one"', '"acme"'),
        "raw/retired.toml:{renamed_to} retired[0].renamed_to: nothing has that id, acme; name the id that took its place [cross.retired-target]",
    ),
    bad(
        all_of(edited(RETIRED, '"acme/one"', '"acme/nil"'), appended(RETIRED, NIL)),
        'raw/retired.toml:{renamed_to = "acme/nil"} retired[0].renamed_to: the renaming leads back to itself, acme/nil; name the id that is in use now [cross.retired-circle]',
        'raw/retired.toml:{renamed_to = "acme/zero"} retired[1].renamed_to: the renaming leads back to itself, acme/zero; name the id that is in use now [cross.retired-circle]',
    ),
]
#: a retired id leads to another
GOOD = [appended(RETIRED, NIL)]
