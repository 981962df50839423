"""Samples of the rules of `flows/checks/unknown_organisation.py`."""

from support.project import ONE, ORGANISATIONS, TWO, appended, edited
from support.samples import all_of, bad

THIRD = '\n[organisations.third]\nname = "Third"\nkind = "company"\n'
BAD = [
    bad(
        edited(TWO, '"institute"]', '"institut"]'),
        "raw/models/acme/two.toml:{organisations} organisations[1]: no such organisation, institut; did you mean `institute`? Otherwise add it to raw/organisations.toml [cross.unknown-organisation]",
        "raw/organisations.toml:6 organisations.institute: warning: no record refers to this, institute; delete it, or mend the record [cross.unused-reference]",
    ),
    bad(
        lambda p: p.write("raw/models/nobody/zz.toml", p.text(TWO).replace('"Two"', '"ZZ"')),
        "raw/models/nobody/zz.toml:1 file: no such organisation as that of the folder, nobody; move the file, or add it to raw/organisations.toml [cross.unknown-organisation]",
    ),
]
#: it is in the codebook
GOOD = [
    all_of(appended(ORGANISATIONS, THIRD), edited(ONE, 'organisations = ["acme"]', 'organisations = ["acme", "third"]'))
]
