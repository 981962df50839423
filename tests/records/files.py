"""Samples of the rules of `flows/records/files.py`."""

from support.project import LICENCES, ONE, READING, TWO, edited, linked, written
from support.samples import bad

BAD = [
    bad(
        lambda p: p.write(ONE, b"\xef\xbb\xbf" + p.path(ONE).read_bytes()),
        "raw/models/acme/one.toml:1 file: the file begins with a byte-order mark; save it as UTF-8 without BOM [file.bom]",
    ),
    bad(
        edited(ONE, "One Is Enough", b"One \xff Enough"),
        "raw/models/acme/one.toml:{Enough} file: the file is not UTF-8, byte 0xff; save it as UTF-8 [file.not-utf-8]",
    ),
    bad(
        edited(ONE, 'family        = "one"\n', 'family        = "one"\r\n'),
        "raw/models/acme/one.toml:{family  } file: a line ends in CR or CRLF; save it with LF line ends [file.carriage-return]",
    ),
    bad(
        linked("raw/models/acme/three.toml", "/etc/hostname"),
        "raw/models/acme/three.toml:0 file: the link leaves raw/, /etc/hostname; put the file itself here [file.outside]",
    ),
    bad(
        written("raw/models/acme/three.toml", "#" * 1_000_001),
        "raw/models/acme/three.toml:0 file: the file is too large for a record, 1000001 bytes; keep it under 1000000 bytes [file.too-large]",
    ),
    bad(
        linked("raw/models/acme/three.toml", "nowhere.toml"),
        "raw/models/acme/three.toml:0 file: the file cannot be read, ...; check that it exists and may be read [file.unreadable]",
    ),
    bad(
        written("raw/models/acme/Three_B.toml", ""),
        "raw/models/acme/Three_B.toml:0 file: it is not named as a record, nor has it another place in raw/, Three_B.toml; records are raw/models/organisation/model.toml, readings raw/readings/text.toml, in lower-case letters, digits and hyphens; beside them only organisations, licences, axes, horizon, retired, errata, comparisons, draws, waivers.toml [file.name]",
    ),
    bad(
        edited(ONE, 'kind      = "code"', "kind      = code"),
        "raw/models/acme/one.toml:{= code} file: this is not TOML: ..., kind      = code; mend the line; text goes in quotes, dates do not [toml.syntax]",
    ),
    bad(
        edited(ONE, 'kind      = "code"', 'key       = "again"'),
        'raw/models/acme/one.toml:{"again"} file: this is not TOML: duplicate key, key       = "again"; keep one of the two [toml.duplicate-key]',
    ),
    bad(
        edited(ONE, '"ワン"', '""'),
        "raw/models/acme/one.toml:{name_ja} name_ja: the text is empty or blank, ''; leave the field out [text.blank]",
    ),
    bad(
        edited(ONE, '"ワン"', '"ワン "'),
        "raw/models/acme/one.toml:{name_ja} name_ja: there is space around the text, 'ワン '; trim it [text.padded]",
    ),
    bad(
        edited(ONE, '"ワン"', '"=1+1"'),
        "raw/models/acme/one.toml:{name_ja} name_ja: a spreadsheet would run this text, =1+1; begin it with something other than = [text.formula]",
    ),
    bad(
        edited(TWO, "https://two.test/card", "https://reader:secret@two.test/card"),
        "raw/models/acme/two.toml:{secret} sources[0].url: there are credentials in an address, https://…@two.test/card; write the address without what stands before the @, and change the password: it is in the history of the records [text.credentials]",
    ),
    bad(
        edited(LICENCES, "Apache License 2.0", "Apache License 2.0 (see ftp://reader:@a.test)"),
        "raw/licences.toml:{reader} licences.apache-2-0.name: there are credentials in an address, Apache License 2.0 (see ftp://…@a.test); write the address without what stands before the @, and change the password: it is in the history of the records [text.credentials]",
    ),
    bad(
        edited(ONE, "One Is Enough", "Enough " * 143 + "x"),
        "raw/models/acme/one.toml:{Enough} sources[0].title: the text has 1002 characters, Enough Enough Enough Enough Enough Enough Enough Enough Eno…; say it in at most 1000 [text.too-long]",
    ),
]
#: a path may begin with @, and a query may be long
GOOD = [
    written("raw/INCLUSION.md", "# Which models are in\n"),
    edited(TWO, "https://two.test/card", "https://two.test/@reader/card"),
    edited(ONE, "One Is Enough", "Enough " * 142 + "Enough"),
    edited(READING, "select true", f"select {'true and ' * 200} true"),
]
