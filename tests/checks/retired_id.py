"""Samples of the rules of `flows/checks/retired_id.py`."""

from support.project import RETIRED, appended, edited
from support.samples import bad

BAD = [
    bad(
        edited(RETIRED, '"acme/zero"\nrenamed_to = "acme/one"', '"acme/two"'),
        "raw/models/acme/two.toml:1 file: the id was retired (raw/retired.toml:1), acme/two; give the record another id [cross.retired-id]",
    ),
    bad(
        edited(RETIRED, '"acme/one"', '"acme/gone"'),
        "raw/retired.toml:{acme/gone} retired[0].renamed_to: nothing has that id, acme/gone; name the id that took its place [cross.retired-target]",
    ),
]
#: a retired id leads to another
GOOD = [
    appended(
        RETIRED, '\n[[retired]]\nid = "acme/nil"\nrenamed_to = "acme/zero"\nreason = "once more"\non = 2022-06-01\n'
    )
]
