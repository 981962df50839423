"""Every rule with a bad sample beside the good project: place, words and remedy of its finding."""

import importlib
import pkgutil
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows import checks
from schemas.tables import RULES
from support.project import (
    ERRATA,
    LICENCES,
    ONE,
    ORGANISATIONS,
    REPOSITORY,
    RETIRED,
    TWO,
    WAIVERS,
    Change,
    Project,
    appended,
    edited,
    written,
)


@dataclass(frozen=True)
class Sample:
    """One way to break the valid project, and what has to be said about it.

    The finding is at the line that holds `on` after the change; `line` is used where no line of a
    text can be named. `beside` are rules that rightly speak up as well.
    """

    rule: str
    change: Change
    path: str
    field: str
    on: str | None
    message: str
    remedy: str
    line: int = 0
    severity: str = "error"
    beside: frozenset[str] = frozenset()


def _symlink(name: str, target: str) -> Change:
    def change(project: Project) -> None:
        project.path(name).symlink_to(target)

    return change


def _both(*changes: Change) -> Change:
    def change(project: Project) -> None:
        for part in changes:
            part(project)

    return change


VARIANT_AGAIN = (
    '\n[[sources.variants]]\nname       = "One Small"\nparameters = { value = 126_000_000, printed = "126M" }\n'
)
UNDATED = """\
name          = "Three"
organisations = ["acme"]

[[sources]]
key      = "card"
kind     = "model-card"
title    = "Three"
url      = "https://three.test/"
accessed = 2022-05-31

[sources.states]
retrieval = { value = false }
"""
WAIVER = '[[waivers]]\nrule   = "cross.secondary-only"\npath   = "raw/models/acme/one.toml"\nfield  = "name"\nreason = "none is needed"\n'
ERRATUM = '\n[[errata]]\nid = "other"\nversion = "2022.5.0"\ntable = "facts"\nen = "x"\nja = "x"\non = 2022-06-02\n'
AGAIN = '\n[[retired]]\nid     = "acme/zero"\nreason = "once more"\non     = 2022-06-02\n'

FILE_SAMPLES = [
    Sample(
        "file.bom",
        lambda p: p.write(ONE, b"\xef\xbb\xbf" + p.path(ONE).read_bytes()),
        ONE,
        "file",
        None,
        "byte-order mark",
        "UTF-8 without BOM",
        line=1,
    ),
    Sample(
        "file.not-utf-8",
        edited(ONE, "One Is Enough", b"One \xff Enough"),
        ONE,
        "file",
        "Enough",
        "not UTF-8",
        "save it as UTF-8",
    ),
    Sample(
        "file.carriage-return",
        edited(ONE, 'family        = "one"\n', 'family        = "one"\r\n'),
        ONE,
        "file",
        "family  ",
        "CR",
        "LF",
    ),
    Sample(
        "file.outside",
        _symlink("raw/models/acme/three.toml", "/etc/hostname"),
        "raw/models/acme/three.toml",
        "file",
        None,
        "leaves raw/",
        "put the file itself here",
    ),
    Sample(
        "file.too-large",
        written("raw/models/acme/three.toml", "#" * 1_000_001),
        "raw/models/acme/three.toml",
        "file",
        None,
        "too large",
        "under 1000000 bytes",
    ),
    Sample(
        "file.unreadable",
        _symlink("raw/models/acme/three.toml", "nowhere.toml"),
        "raw/models/acme/three.toml",
        "file",
        None,
        "cannot be read",
        "check that it exists",
    ),
    Sample(
        "file.name",
        written("raw/models/acme/Three_B.toml", ""),
        "raw/models/acme/Three_B.toml",
        "file",
        None,
        "not named as a record",
        "raw/models/organisation/model.toml",
    ),
    Sample(
        "toml.syntax",
        edited(ONE, 'kind      = "code"', "kind      = code"),
        ONE,
        "file",
        "= code",
        "not TOML",
        "text goes in quotes",
    ),
    Sample(
        "toml.duplicate-key",
        edited(ONE, 'kind      = "code"', 'key       = "again"'),
        ONE,
        "file",
        '"again"',
        "duplicate key",
        "keep one of the two",
    ),
]

TEXT_SAMPLES = [
    Sample("text.blank", edited(ONE, '"ワン"', '""'), ONE, "name_ja", "name_ja", "empty or blank", "leave"),
    Sample("text.padded", edited(ONE, '"ワン"', '"ワン "'), ONE, "name_ja", "name_ja", "space around", "trim"),
    Sample(
        "text.formula",
        edited(ONE, '"ワン"', '"=1+1"'),
        ONE,
        "name_ja",
        "name_ja",
        "spreadsheet would run",
        "begin it with something other than =",
    ),
    Sample("text.bidi", edited(ONE, "ワン", "ワ\u202eン"), ONE, "file", "name_ja", "direction of text", "delete it"),
    Sample(
        "text.control", edited(ONE, "ワン", "ワ\\u0007ン"), ONE, "name_ja", "name_ja", "control character", "delete it"
    ),
    Sample("text.zero-width", edited(ONE, "ワン", "ワ\u200bン"), ONE, "file", "name_ja", "cannot be seen", "delete it"),
]

SHAPE_SAMPLES = [
    Sample(
        "shape.unknown-key",
        edited(TWO, "accessed = 2022-05-31", 'accesed  = 2022-05-31\nread_as  = "page"'),
        TWO,
        "sources[0].accesed",
        "accesed",
        "no such key",
        "did you mean `accessed`?",
        beside=frozenset({"shape.missing"}),
    ),
    Sample(
        "shape.missing",
        edited(TWO, 'title    = "Two: model card"\n', ""),
        TWO,
        "sources[0].title",
        "[[sources]]",
        "`title` is missing",
        "add title = …",
    ),
    Sample(
        "shape.missing-source",
        written("raw/models/acme/three.toml", 'name = "Three"\norganisations = ["acme"]\n'),
        "raw/models/acme/three.toml",
        "sources",
        None,
        "`sources` is missing",
        "add",
        line=1,
    ),
    Sample(
        "shape.wrong-type",
        edited(TWO, '"Two"', "2"),
        TWO,
        "name",
        "name ",
        "text belongs here, not a whole number",
        "put it in quotes",
    ),
    Sample(
        "shape.out-of-range",
        edited(TWO, "7_000_000_000", "18_446_744_073_709_551_616"),
        TWO,
        "sources[0].states.parameters.value",
        "parameters ",
        "larger than any count",
        "check the unit",
    ),
    Sample(
        "shape.not-finite",
        edited(ONE, "3.14e23", "nan"),
        ONE,
        "sources[0].states.training_flop.value",
        "training_flop",
        "not finite",
        "leave the field out",
    ),
    Sample(
        "shape.date-time",
        edited(ONE, "announced         = { value = 2020-05-28 }", "announced = { value = 2020-05-28T10:00:00Z }"),
        ONE,
        "sources[0].states.announced.value",
        "announced",
        "a date-time stands where a date belongs",
        "2022-05-31",
    ),
    Sample(
        "shape.bad-form",
        edited(ONE, 'family        = "one"', 'family        = "The Ones"'),
        ONE,
        "family",
        "family",
        "not a slug",
        "lower-case letters, digits and hyphens",
    ),
    Sample(
        "shape.unknown-code",
        edited(TWO, '"download"', '"downlaod"'),
        TWO,
        "sources[0].access[0].weights",
        "downlaod",
        "no such code",
        "did you mean `download`?",
    ),
    Sample(
        "shape.too-long",
        edited(TWO, '"7 billion"', '"7 billion, as the authors of the card put it"'),
        TWO,
        "sources[0].states.parameters.printed",
        "7 billion",
        "44 characters",
        "at most 40 characters",
    ),
    Sample(
        "shape.one-of",
        edited(TWO, "{ undisclosed = true }", '{ at = "Table 1" }'),
        TWO,
        "sources[0].states.training_tokens",
        "training_tokens",
        "says exactly one thing",
        "value = …, undisclosed = true, not_applicable = true",
    ),
    Sample(
        "shape.empty",
        edited(ONE, 'parameters = { value = 125_000_000, printed = "125M", at = "Table 2.1" }\n', ""),
        ONE,
        "sources[0].variants[0]",
        "[[sources.variants]]",
        "the variant has no figure",
        "give one of parameters",
    ),
]

TABLE_SAMPLES = [
    Sample(
        "table.url",
        edited(TWO, "https://two.test/card", "ftp://two.test/card"),
        TWO,
        "sources[0].url",
        "ftp:",
        "not an http(s) address",
        "https://",
    ),
    Sample(
        "table.read-at",
        edited(ONE, "https://copies.test/paper", "copies.test/paper"),
        ONE,
        "sources[0].read_at",
        "read_at",
        "not an http(s) address",
        "https://",
    ),
    Sample(
        "table.accessed-range",
        edited(TWO, "accessed = 2022-05-31", "accessed = 2999-01-01"),
        TWO,
        "sources[0].accessed",
        "2999",
        "the day of reading lies before 1950 or in the future",
        "on which you read it",
    ),
    Sample(
        "table.published-range",
        edited(
            ONE,
            "published = 2020-05-28\naccessed  = 2022-05-31\nread_as",
            "published = 1949-05-28\naccessed  = 2022-05-31\nread_as",
        ),
        ONE,
        "sources[0].published",
        "published = 1949",
        "before 1950",
        "check the year",
    ),
    Sample(
        "table.accessed-before-published",
        edited(ONE, 'accessed  = 2022-05-31\nread_as   = "stored-copy"', "accessed  = 2020-05-27"),
        ONE,
        "sources[0].accessed",
        "2020-05-27",
        "read before it was published",
        "check `accessed` and `published`",
    ),
    Sample(
        "table.source-twice",
        edited(ONE, '"readme"', '"paper"'),
        ONE,
        "sources[1].key",
        None,
        "two sources of the record have this key",
        "give each its own key",
        line=49,
        beside=frozenset({"table.statement-twice"}),
    ),
    Sample(
        "table.statement-twice",
        edited(
            ONE,
            "\n[[sources.access]]\nsince   = 2020-06-11",
            f"{VARIANT_AGAIN}\n[[sources.access]]\nsince   = 2020-06-11",
        ),
        ONE,
        "sources[0].variants[1].parameters",
        "126M",
        "states this twice",
        "keep one of the two",
    ),
    Sample(
        "table.date-range",
        edited(ONE, "paper_date        = { value = 2020-05-28 }", "paper_date = { value = 2999-01-01 }"),
        ONE,
        "sources[0].states.paper_date",
        "2999",
        "before 1950 or in the future",
        "check the year",
    ),
    Sample(
        "table.since-range",
        edited(ONE, "since   = 2020-06-11", "since   = 1949-06-11"),
        ONE,
        "sources[0].access[0].since",
        "1949",
        "before 1950 or in the future",
        "check the year",
    ),
    Sample(
        "table.until-range",
        edited(ONE, "until   = 2021-11-18", "until   = 2999-01-01"),
        ONE,
        "sources[0].access[0].until",
        "2999",
        "ends before 1950 or in the future",
        "leave `until` out while it lasts",
        beside=frozenset({"cross.overlapping-access"}),
    ),
    Sample(
        "table.until-before-since",
        edited(ONE, "until   = 2021-11-18", "until   = 2020-06-10"),
        ONE,
        "sources[0].access[0].until",
        "2020-06-10",
        "ends before it begins",
        "check `since` and `until`",
    ),
    Sample(
        "table.not-positive",
        edited(TWO, '7_000_000_000, printed = "7 billion"', '0, printed = "0"'),
        TWO,
        "sources[0].states.parameters",
        'printed = "0"',
        "zero or negative",
        "leave the field out",
    ),
    Sample(
        "table.share-range",
        edited(ONE, "en = 92.6, ja = 0.1", "en = 92.6, ja = -0.1"),
        ONE,
        "sources[0].states.language_shares",
        "language_shares",
        "not between 0 and 100",
        "give percent",
    ),
    Sample(
        "table.printed-missing",
        edited(TWO, ', printed = "7 billion"', ""),
        TWO,
        "sources[0].states.parameters",
        "parameters ",
        "lacks what the source prints",
        "add printed =",
    ),
    Sample(
        "table.printed-differs",
        edited(TWO, '"7 billion"', '"7 million"'),
        TWO,
        "sources[0].states.parameters",
        "parameters ",
        "does not contain the value",
        "mend `printed`",
    ),
    Sample(
        "table.empty-list",
        edited(ONE, '["en", "ja"]', "[]"),
        ONE,
        "sources[0].states.languages",
        "languages ",
        "list is empty",
        "leave the field out",
    ),
    Sample(
        "table.repeated-item",
        edited(ONE, '["en", "ja"]', '["en", "en"]'),
        ONE,
        "sources[0].states.languages",
        "languages ",
        "names something twice",
        "keep one of the two",
    ),
    Sample(
        "table.review-range",
        edited(ONE, "on        = 2022-06-01", "on        = 2999-01-01"),
        ONE,
        "review.on",
        "2999",
        "second reading lies before 1950 or in the future",
        "give its day",
    ),
    Sample(
        "table.country",
        edited(ORGANISATIONS, '"JP"', '"Japan"'),
        ORGANISATIONS,
        "organisations.institute.country",
        "Japan",
        "not a country code",
        "two capital letters",
    ),
    Sample(
        "table.licence-url",
        edited(LICENCES, "https://www.apache.org", "www.apache.org"),
        LICENCES,
        "licences.apache-2-0.url",
        "www.apache.org",
        "not an http(s) address",
        "https://",
    ),
    Sample(
        "table.retired-twice",
        appended(RETIRED, AGAIN),
        RETIRED,
        "retired[1].id",
        None,
        "retired twice",
        "keep one of the two",
        line=8,
    ),
    Sample(
        "table.retired-range",
        edited(RETIRED, "2022-06-01", "2026-11-24"),
        RETIRED,
        "retired[0].on",
        "2026-11-24",
        "before 1950 or in the future",
        "give the day",
    ),
    Sample(
        "table.erratum-twice",
        appended(ERRATA, ERRATUM.replace("other", "layers-of-one")),
        ERRATA,
        "errata[1].id",
        None,
        "two errata have this id",
        "give each its own",
        line=11,
    ),
    Sample(
        "table.erratum-range",
        edited(ERRATA, "2022-06-02", "2026-11-24"),
        ERRATA,
        "errata[0].on",
        "2026-11-24",
        "before 1950 or in the future",
        "check the year",
    ),
    Sample(
        "cross.erratum-order",
        edited(ERRATA, "2022.6.0", "2022.4.10"),
        ERRATA,
        "errata[0].corrected_in",
        "2022.4.10",
        "is not after 2022.5.0",
        "name the later release",
    ),
    Sample(
        "cross.erratum-table",
        edited(ERRATA, '"facts"', '"fact"'),
        ERRATA,
        "errata[0].table",
        '"fact"',
        "no release has such a table",
        "did you mean `facts`?",
    ),
    Sample(
        "table.alias-semicolon",
        edited(ONE, '"One 175B"', '"One; 175B"'),
        ONE,
        "aliases",
        "One; 175B",
        "an alias holds a `;`",
        "write a comma",
    ),
    Sample(
        "table.list-semicolon",
        edited(
            ONE,
            "retrieval         = { value = false",
            'hardware          = { value = ["V100; A100"] }\nretrieval         = { value = false',
        ),
        ONE,
        "sources[0].states.hardware",
        "V100; A100",
        "an item of the list holds a `;`",
        "write a comma",
    ),
    Sample(
        "table.variant-semicolon",
        edited(ONE, '"One Small"', '"One; Small"'),
        ONE,
        "sources[0].variants[0].name",
        "One; Small",
        "the name of a variant holds a `;`",
        "write a comma",
    ),
    Sample(
        "table.organisation-twice",
        edited(ONE, 'organisations = ["acme"]', 'organisations = ["acme", "acme"]'),
        ONE,
        "organisations",
        'organisations = ["acme", "acme"]',
        "names an organisation twice",
        "keep one of the two",
    ),
]

CROSS_SAMPLES = [
    Sample(
        "cross.placeholder",
        edited(TWO, "https://two.test/card", "https://www.example.org/card"),
        TWO,
        "sources[0].url",
        "example.org",
        "skeleton's address",
        "give the source's own",
    ),
    Sample(
        "cross.duplicate-name",
        edited(TWO, '"Two"', '"ｏｎｅ"'),
        TWO,
        "name",
        "name ",
        "raw/models/acme/one.toml:2 has this name already",
        "keep the name on one of the two",
    ),
    Sample(
        "cross.retired-id",
        edited(RETIRED, '"acme/zero"\nrenamed_to = "acme/one"', '"acme/two"'),
        TWO,
        "file",
        None,
        "the id was retired (raw/retired.toml:",
        "another id",
        line=1,
    ),
    Sample(
        "cross.retired-target",
        edited(RETIRED, '"acme/one"', '"acme/gone"'),
        RETIRED,
        "retired[0].renamed_to",
        "acme/gone",
        "nothing has that id",
        "took its place",
    ),
    Sample(
        "cross.unknown-organisation",
        edited(TWO, '"institute"]', '"institut"]'),
        TWO,
        "organisations[1]",
        "organisations",
        "no such organisation",
        "did you mean `institute`?",
        beside=frozenset({"cross.unused-reference"}),
    ),
    Sample(
        "cross.unknown-licence",
        edited(TWO, '"apache-2-0"', '"apache-2"'),
        TWO,
        "sources[0].access[0].licence",
        "licence",
        "no such licence",
        "did you mean `apache-2-0`?",
        beside=frozenset({"cross.unused-reference"}),
    ),
    Sample(
        "cross.unused-reference",
        appended(ORGANISATIONS, '\n[organisations.third]\nname = "Third"\nkind = "company"\n'),
        ORGANISATIONS,
        "organisations.third",
        "[organisations.third]",
        "no record refers to this",
        "delete it",
        severity="warning",
    ),
    Sample(
        "cross.dangling-base",
        edited(TWO, 'base            = { value = "acme/one" }', 'base = { value = "acme/none" }'),
        TWO,
        "sources[0].states.base",
        "base ",
        "no such model",
        "add its record",
    ),
    Sample(
        "cross.dangling-comparison",
        edited(TWO, 'model   = "acme/one"', 'model   = "acme/none"'),
        TWO,
        "sources[0].relative_to[0].model",
        "acme/none",
        "no such model",
        "add its record",
    ),
    Sample(
        "cross.self-comparison",
        edited(TWO, 'model   = "acme/one"', 'model   = "acme/two"'),
        TWO,
        "sources[0].relative_to[0].model",
        "model   =",
        "compared with itself",
        "name the other model",
    ),
    Sample(
        "cross.cyclic-base",
        edited(TWO, 'base            = { value = "acme/one" }', 'base = { value = "acme/two" }'),
        TWO,
        "sources[0].states.base.value",
        "base ",
        "its own ancestor",
        "mend the base",
    ),
    Sample(
        "cross.missing-announcement",
        edited(TWO, 'announced       = { value = "2021-03" }\n', ""),
        TWO,
        "name",
        "name ",
        "no source says when the model was announced",
        "state `announced`",
        severity="warning",
    ),
    Sample(
        "cross.undated",
        written("raw/models/acme/three.toml", UNDATED),
        "raw/models/acme/three.toml",
        "name",
        "name ",
        "nothing in the record has a date",
        "state `announced`",
        beside=frozenset({"cross.missing-access"}),
    ),
    Sample(
        "cross.announced-late",
        edited(ONE, "paper_date        = { value = 2020-05-28 }", "paper_date = { value = 2020-05-27 }"),
        ONE,
        "sources[0].states.paper_date",
        "2020-05-27",
        "before the announcement (2020-05-28)",
        "`announced`",
        severity="warning",
    ),
    Sample(
        "cross.active-above-total",
        edited(ONE, '25_000_000_000, printed = "25 billion"', '178_000_000_000, printed = "178 billion"'),
        ONE,
        "sources[0].states.active_parameters",
        "178",
        "more parameters are active than there are (175000000000)",
        "check both figures",
    ),
    Sample(
        "cross.variant-above-total",
        edited(ONE, '125_000_000, printed = "125M"', '180_000_000_000, printed = "180B"'),
        ONE,
        "sources[0].variants[0].parameters",
        "180B",
        "larger than the record says (175000000000)",
        "largest published variant",
        severity="warning",
    ),
    Sample(
        "cross.tied-statements",
        edited(ONE, 'value = 96, printed = "96 layers"', 'value = 98, printed = "98 layers"'),
        ONE,
        "sources[0].states.layers",
        'printed = "96"',
        "raw/models/acme/one.toml:57 says otherwise",
        "prefer = true",
    ),
    Sample(
        "cross.prefer-twice",
        _both(
            edited(ONE, 'printed = "96 layers"', 'printed = "96 layers", prefer = true'),
            edited(ONE, 'printed = "96", at', 'printed = "96", prefer = true, at'),
        ),
        ONE,
        "sources[1].states.layers",
        "96 layers",
        "raw/models/acme/one.toml:27 is preferred already",
        "prefer one of the two",
    ),
    Sample(
        "cross.overlapping-access",
        edited(ONE, "until   = 2021-11-18", "until   = 2021-11-19"),
        ONE,
        "sources[0].access[1].service",
        'service = "paid"',
        "raw/models/acme/one.toml:41 says waitlist for the same time",
        "mend `since` or `until`",
    ),
    Sample(
        "cross.missing-access",
        edited(TWO, '[[sources.access]]\nsince   = 2021-03-02\nweights = "download"\nlicence = "apache-2-0"\n\n', ""),
        TWO,
        "name",
        "name ",
        "no source says who can use it",
        "[[sources.access]]",
        severity="warning",
        beside=frozenset({"cross.unused-reference"}),
    ),
    Sample(
        "cross.weights-without-licence",
        edited(TWO, 'licence = "apache-2-0"\n', ""),
        TWO,
        "sources[0].access[0].weights",
        "weights",
        "no licence",
        "add licence",
        severity="warning",
        beside=frozenset({"cross.unused-reference"}),
    ),
    Sample(
        "cross.secondary-only",
        edited(TWO, '"model-card"', '"database"'),
        TWO,
        "sources[0].states.parameters",
        "parameters ",
        "only third parties state this figure",
        "maker's own source",
        severity="warning",
    ),
    Sample(
        "waiver.unused", written(WAIVERS, WAIVER), WAIVERS, "waivers[0]", "[[waivers]]", "silences nothing", "delete it"
    ),
    Sample(
        "waiver.forbidden",
        written(WAIVERS, WAIVER.replace("cross.secondary-only", "toml.syntax")),
        WAIVERS,
        "waivers[0].rule",
        "toml.syntax",
        "cannot be waived",
        "mend the record",
    ),
]

SAMPLES = [*FILE_SAMPLES, *TEXT_SAMPLES, *SHAPE_SAMPLES, *TABLE_SAMPLES, *CROSS_SAMPLES]


def rules_of_the_code() -> set[str]:
    """Every rule id that a check can give, read from the code; those of claims are checked elsewhere."""
    rules = set(RULES)
    for path in (REPOSITORY / "flows").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        rules.update(re.findall(r'"((?:file|text|toml|shape|table|cross|waiver)\.[a-z0-9-]+)"', text))
    for path in (REPOSITORY / "schemas").glob("*.py"):
        kinds = re.findall(r'wrong\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
        rules.update(f"shape.{kind}" for kind in kinds)
    return rules


def test_the_valid_project_gives_no_finding(project: Project) -> None:
    assert project.check() == []


def test_every_rule_has_a_bad_sample() -> None:
    assert {sample.rule for sample in SAMPLES} == rules_of_the_code()


def test_the_list_of_rules_is_not_blind() -> None:
    rules = rules_of_the_code()
    assert {"file.bom", "toml.syntax", "text.bidi", "shape.unknown-key", "shape.too-long", "table.url"} <= rules
    assert {"cross.cyclic-base", "waiver.unused"} <= rules


def test_every_module_of_rules_is_run_once() -> None:
    modules = [
        importlib.import_module(f"flows.checks.{found.name}")
        for found in pkgutil.iter_modules([str(Path(checks.__file__).parent)])
        if found.name != "context"
    ]
    assert sorted(module.check.__module__ for module in modules) == sorted(rule.__module__ for rule in checks.CHECKS)


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.rule for sample in SAMPLES])
def test_a_broken_rule_is_found_at_its_place_in_words_that_help(project: Project, sample: Sample) -> None:
    sample.change(project)
    findings = project.check()
    found = [f for f in findings if f.rule == sample.rule]
    assert len(found) == 1, findings
    line = project.line(sample.path, sample.on) if sample.on is not None else sample.line
    assert (found[0].path, found[0].line, found[0].field) == (sample.path, line, sample.field)
    assert found[0].severity == sample.severity
    assert sample.message in found[0].message
    assert sample.remedy in found[0].remedy
    assert {f.rule for f in findings} == {sample.rule, *sample.beside}


def test_the_day_of_withdrawal_is_no_day_on_which_a_model_begins(project: Project) -> None:
    project.write("raw/models/acme/three.toml", f"{UNDATED}withdrawn = {{ value = 2022-05-31 }}\n")
    assert "cross.undated" in project.rules()
