"""Samples of the rules of `flows/records/characters.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, "ワン", "ワ\u202eン"),
        "raw/models/acme/one.toml:{name_ja} file: there is a character that changes the direction of text, U+202E; delete it [text.bidi]",
    ),
    bad(
        edited(ONE, "ワン", "ワ\\u0007ン"),
        "raw/models/acme/one.toml:{name_ja} name_ja: there is a control character, U+0007; delete it [text.control]",
    ),
    bad(
        edited(ONE, "ワン", "ワ\u200bン"),
        "raw/models/acme/one.toml:{name_ja} file: there is a character that cannot be seen, U+200B; delete it [text.zero-width]",
    ),
    bad(
        edited(ONE, "ワン", "ワ\u2800ン"),
        "raw/models/acme/one.toml:{name_ja} file: there is a character that cannot be seen, U+2800; delete it [text.zero-width]",
    ),
    bad(
        edited(ONE, "ワン", "ワ\ufffdン"),
        "raw/models/acme/one.toml:{name_ja} file: there is a character that means nothing to others, U+FFFD; write the one that was meant [text.no-character]",
    ),
    bad(
        edited(ONE, "ワン", "\\u3099ワン"),
        "raw/models/acme/one.toml:{name_ja} name_ja: there is an accent or mark on no letter, U+3099; delete it, or write the letter before it [text.lone-mark]",
    ),
]
#: marks on letters, and an emoji with its selector
GOOD = [edited(ONE, "ワン", "ワ\u3099ン e\u0301"), edited(ONE, "ワン", "⚠\ufe0f1\ufe0f\u20e3")]
