"""Whatever lies in raw/, a check answers with findings: no traceback, no coercion, nothing let through."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.check import check
from flows.derive.products import products
from flows.records.files import read_file, text_findings
from flows.records.findings import as_text
from support.project import (
    FILES,
    LICENCES,
    ONE,
    ORGANISATIONS,
    READING,
    RETIRED,
    TODAY,
    TWO,
    WAIVERS,
    Project,
    make_project,
)

THREE = "raw/models/acme/three.toml"
LAYERS = 'layers            = { value = 96, printed = "96", at = "Table 2.1" }'
FLOP = 'training_flop     = { value = 3.14e23, printed = "3.14E+23", at = "Table D.1" }'
ANNOUNCED = "announced         = { value = 2020-05-28 }"
PARAMETERS = 'parameters      = { value = 7_000_000_000, printed = "7 billion" }'


# --- values ---------------------------------------------------------------------------------------

NUMBERS = [
    ("negative count", LAYERS, 'layers = { value = -96, printed = "96" }', "table.not-positive", "layers"),
    ("no layers", LAYERS, 'layers = { value = 0, printed = "0" }', "table.not-positive", "layers"),
    ("float for a count", LAYERS, 'layers = { value = 96.0, printed = "96" }', "shape.wrong-type", "layers.value"),
    ("true for a count", LAYERS, 'layers = { value = true, printed = "1" }', "shape.wrong-type", "layers.value"),
    ("text for a count", LAYERS, 'layers = { value = "96", printed = "96" }', "shape.wrong-type", "layers.value"),
    ("list for a count", LAYERS, 'layers = { value = [96], printed = "96" }', "shape.wrong-type", "layers.value"),
    ("beyond 64 bits", LAYERS, 'layers = { value = 9223372036854775808, printed = "9" }', "shape.out-of-range", "layers.value"),
    ("nan", FLOP, 'training_flop = { value = nan, printed = "nan" }', "shape.not-finite", "training_flop.value"),
    ("infinity", FLOP, 'training_flop = { value = inf, printed = "inf" }', "shape.not-finite", "training_flop.value"),
    ("minus infinity", FLOP, 'training_flop = { value = -inf, printed = "i" }', "shape.not-finite", "training_flop.value"),
    ("true for a number", FLOP, 'training_flop = { value = true, printed = "1" }', "shape.wrong-type", "training_flop.value"),
    ("date for a number", FLOP, 'training_flop = { value = 2020-05-28, printed = "1" }', "shape.wrong-type", "training_flop.value"),
    ("underflow", FLOP, 'training_flop = { value = 1e-400, printed = "1e-400" }', "table.not-positive", "training_flop"),
    ("date-time", ANNOUNCED, "announced = { value = 2020-05-28 10:00:00 }", "shape.date-time", "announced.value"),
    ("time", ANNOUNCED, "announced = { value = 10:00:00 }", "shape.wrong-type", "announced.value"),
    ("date in quotes", ANNOUNCED, 'announced = { value = "2020-05-28" }', "shape.wrong-type", "announced.value"),
    ("month 13", ANNOUNCED, 'announced = { value = "2020-13" }', "shape.wrong-type", "announced.value"),
    ("year 0", ANNOUNCED, 'announced = { value = "0000" }', "shape.wrong-type", "announced.value"),
    ("full-width year", ANNOUNCED, 'announced = { value = "２０２０" }', "shape.wrong-type", "announced.value"),
    ("full-width year 0", ANNOUNCED, 'announced = { value = "００００" }', "shape.wrong-type", "announced.value"),
    ("year as a number", ANNOUNCED, "announced = { value = 2020 }", "shape.wrong-type", "announced.value"),
    ("before 1950", ANNOUNCED, "announced = { value = 1949-12-31 }", "table.date-range", "announced"),
    ("year before 1950", ANNOUNCED, 'announced = { value = "1949" }', "table.date-range", "announced"),
    ("tomorrow", ANNOUNCED, "announced = { value = 2026-11-24 }", "table.date-range", "announced"),
    ("number for a boolean", "{ value = false, printed = \"without", "{ value = 0, printed = \"without", "shape.wrong-type", "retrieval.value"),
    ("text for a boolean", "{ value = false, printed = \"without", '{ value = "false", printed = "without', "shape.wrong-type", "retrieval.value"),
    ("text for a list", '["en", "ja"]', '"en"', "shape.wrong-type", "languages.value"),
    ("number in a list", '["en", "ja"]', '["en", 7]', "shape.wrong-type", "languages.value[1]"),
    ("no language code", '["en", "ja"]', '["English", "ja"]', "shape.bad-form", "languages.value[0]"),
    ("share above 100", "en = 92.6", "en = 926", "table.share-range", "language_shares"),
    ("share that is nan", "en = 92.6", "en = nan", "shape.not-finite", "language_shares.value.en"),
    ("value in place of a table", LAYERS, "layers = 96", "shape.wrong-type", "layers"),
    ("table in place of a code", '"dense", at', '{ a = 1 }, at', "shape.wrong-type", "routing.value"),
    ("value and undisclosed", LAYERS, 'layers = { value = 96, printed = "96", undisclosed = true }', "shape.one-of", "layers"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rule", "field"), [n[1:] for n in NUMBERS], ids=[n[0] for n in NUMBERS])
def test_a_value_of_the_wrong_kind_is_refused_at_its_line(
    project: Project, old: str, new: str, rule: str, field: str
) -> None:
    line = project.line(ONE, old)
    project.edit(ONE, old, new)
    found = project.only(rule)
    assert (found.path, found.line, found.field) == (ONE, line, f"sources[0].states.{field}")


@pytest.mark.parametrize("number", ["1e999", "1" + "0" * 400])
def test_a_number_that_no_computer_holds_is_refused(project: Project, number: str) -> None:
    project.edit(ONE, "3.14e23", number)
    found = project.only("toml.syntax")
    assert (found.line, "overflow" in found.message) == (28, True)


@pytest.mark.parametrize("count", ["9_223_372_036_854_775_807", "9_007_199_254_740_993"])
def test_a_count_is_refused_or_comes_out_as_it_went_in(project: Project, count: str) -> None:
    project.edit(ONE, LAYERS, f'layers = {{ value = {count}, printed = "{count.replace("_", "")}" }}')
    project.edit(ONE, 'layers    = { value = 96, printed = "96 layers" }', "retrieval = { value = true }")
    checked = check(project.root, TODAY)
    if not checked.errors:
        models = products(checked.tables, TODAY)["models"]
        assert models["layers"].to_list()[0] == int(count)


FACTORS = {
    "0": "table.not-positive",
    "0.0": "table.not-positive",
    "-0.5": "table.not-positive",
    '"1/99999999999"': "table.not-positive",
    '"0/7"': "shape.wrong-type",
    '"1/0"': "shape.wrong-type",
    '"one seventh"': "shape.wrong-type",
    '"１/７"': "shape.wrong-type",
    '"1/7７"': "shape.wrong-type",
    "true": "shape.wrong-type",
    "nan": "shape.not-finite",
    f'"1{"0" * 400}/1"': "shape.",
    f'"1/{"7" * 5000}"': "shape.",
}


@pytest.mark.parametrize(
    ("factor", "printed"), [('"1.3/175"', "1.3B, 175B"), ('"0.5/2"', "a quarter"), ("0.6", "40% less")]
)
def test_a_factor_can_be_two_sizes_or_what_a_saving_leaves(project: Project, factor: str, printed: str) -> None:
    project.edit(TWO, 'factor  = "1/7"', f"factor  = {factor}")
    project.edit(TWO, 'printed = "1/7"', f'printed = "{printed}"')
    assert project.check() == []


@pytest.mark.parametrize("factor", FACTORS, ids=[factor[:16] for factor in FACTORS])
def test_a_factor_that_is_no_positive_number_is_refused(project: Project, factor: str) -> None:
    project.edit(TWO, 'factor  = "1/7"', f"factor  = {factor}")
    found = [f for f in project.check() if f.field == "sources[0].relative_to[0].factor"]
    assert [f.line for f in found if f.rule.startswith(FACTORS[factor])] == [25]
    assert all("_" not in f.rule and f.remedy != "mend it" for f in found)


@pytest.mark.parametrize("written", ["false", '"yes"', "1"])
def test_undisclosed_is_true_or_left_out(project: Project, written: str) -> None:
    project.edit(TWO, "undisclosed = true", f"undisclosed = {written}")
    (found,) = project.check()
    assert (found.line, found.field) == (16, "sources[0].states.training_tokens.undisclosed")
    assert found.remedy != "mend it"
    assert "True" not in found.message


def test_a_value_is_shown_as_it_is_written_in_toml(project: Project) -> None:
    project.edit(ONE, 'value = 96, printed = "96", at', 'value = true, printed = "96", at')
    assert project.only("shape.wrong-type").value == "true"


def test_an_event_that_begins_in_the_future_is_one_finding_whatever_channels_it_has(project: Project) -> None:
    project.edit(TWO, "since   = 2021-03-02", "since   = 2999-03-02")
    assert [(f.rule, f.line) for f in project.check()] == [("table.since-range", 19)]


def test_a_day_of_reading_before_1950_is_not_said_to_lie_in_the_future(project: Project) -> None:
    project.edit(TWO, "accessed = 2022-05-31", "accessed = 1922-05-31")
    found = project.check()
    assert len(found) == 1
    assert "1950" in found[0].message


def test_an_end_before_1950_is_not_said_to_lie_in_the_future(project: Project) -> None:
    project.edit(ONE, "until   = 2021-11-18", "until   = 1921-11-18")
    assert not [f for f in project.check() if f.message == "the event ends in the future"]


@pytest.mark.parametrize("name", [RETIRED, ONE])
def test_every_day_is_bounded_by_1950_and_today(project: Project, name: str) -> None:
    project.edit(name, "= 2022-06-01", "= 1922-06-01" if name == ONE else "= 2999-06-01")
    assert [f.path for f in project.check()] == [name]


@pytest.mark.parametrize("url", ["ftp://a.test/", "javascript:alert(1)", "www.a.test", "https://", "https:// a.test", "//a.test"])  # fmt: skip
def test_an_address_is_http_or_https(project: Project, url: str) -> None:
    project.edit(TWO, "https://two.test/card", url)
    assert project.only("table.url").value == url


def test_two_events_overlap_though_a_third_lies_between(project: Project) -> None:
    project.edit(ONE, "until   = 2021-11-18", "until   = 2022-02-01")
    project.edit(ONE, 'api     = "paid"\n', 'api     = "waitlist"\n')
    project.append(ONE, '\n[[sources.access]]\nsince   = 2022-01-01\napi     = "free"\n')
    assert project.only("cross.overlapping-access").line == project.line(ONE, '"free"')


def test_an_event_may_end_on_the_day_on_which_the_next_begins(project: Project) -> None:
    project.edit(ONE, "since   = 2021-11-18", "since   = 2021-11-19")
    assert project.check() == []


def test_an_organisation_named_twice_is_refused(project: Project) -> None:
    project.edit(TWO, '["acme", "institute"]', '["acme", "institute", "acme"]')
    assert [f.line for f in project.check()] == [3]


def test_a_retired_id_is_not_renamed_to_itself(project: Project) -> None:
    project.edit(RETIRED, 'renamed_to = "acme/one"', 'renamed_to = "acme/zero"')
    assert project.rules() == ["cross.retired-target"]


def test_prefer_on_two_statements_is_refused(project: Project) -> None:
    project.edit(ONE, 'printed = "96 layers"', 'printed = "96 layers", prefer = true')
    assert project.check() == []
    project.edit(ONE, 'printed = "96", at', 'printed = "96", prefer = true, at')
    assert project.rules() == ["cross.prefer-twice"]


# --- keys and references --------------------------------------------------------------------------

MISSPELT = [
    (ONE, "aliases ", "aliasses", "did you mean `aliases`?"),
    (ONE, "[review]\non ", "[review]\nonn", "did you mean `on`?"),
    (ONE, "active_parameters = {", "active_params = {", "did you mean `active_parameters`?"),
    (ONE, 'value = 96, printed = "96 layers"', 'valeu = 96, printed = "96 layers"', "did you mean `value`?"),
    (ONE, 'name       = "One Small"', 'name = "One Small"\nlayer = 1', "did you mean `layers`?"),
    (TWO, "licence =", "license =", "did you mean `licence`?"),
    (TWO, "aspect ", "aspekt", "did you mean `aspect`?"),
    (ORGANISATIONS, "kind    = \"institute\"", "kind    = \"institute\"\ncuntry = \"JP\"", "did you mean `country`?"),
    (LICENCES, "spdx ", "spxd ", "did you mean `spdx`?"),
    (RETIRED, "renamed_to =", "rename_to  =", "did you mean `renamed_to`?"),
    (WAIVERS, "# none", "[[waiver]]", "did you mean `waivers`?"),
    (READING, "evidence_ja", "evidence_jp", "did you mean `evidence_ja`?"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "remedy"), MISSPELT, ids=[m[3] for m in MISSPELT])
def test_an_unknown_key_gets_the_key_that_was_meant(
    project: Project, name: str, old: str, new: str, remedy: str
) -> None:
    project.edit(name, old, new)
    found = project.only("shape.unknown-key")
    assert (found.path, found.remedy) == (name, remedy)
    assert project.text(name).split("\n")[found.line - 1].find(found.value) >= 0


@pytest.mark.parametrize(("sources", "line"), [("", 1), ("sources = []\n", 3)])
def test_a_record_without_a_source_is_refused(project: Project, sources: str, line: int) -> None:
    project.write(THREE, f'name = "Three"\norganisations = ["acme"]\n{sources}')
    (found,) = project.check()
    assert (found.rule, found.line, found.field) == ("shape.missing-source", line, "sources")


def test_a_record_without_a_maker_is_refused(project: Project) -> None:
    project.edit(TWO, '["acme", "institute"]', "[]")
    assert [(f.rule, f.line, f.message) for f in project.check() if f.path == TWO] == [
        ("shape.empty", 3, "the model has no organisation")
    ]


def test_every_model_of_a_cycle_is_named(project: Project) -> None:
    project.edit(ONE, "[sources.states]\nannounced", '[sources.states]\nbase = { value = "acme/two" }\nannounced')
    assert [(f.rule, f.path, f.line) for f in project.check()] == [
        ("cross.cyclic-base", ONE, 23),
        ("cross.cyclic-base", TWO, 14),
    ]


def test_a_base_whose_record_is_broken_is_not_called_missing(project: Project) -> None:
    project.edit(ONE, 'name          = "One"', "name = ")
    assert project.rules() == ["toml.syntax"]


NAMES = ["One", "one", "ONE", "Ｏｎｅ", " One", "ｕｎｏ", "UNO", "One  175B", "One\u00a0175b", "acme/one", "ACME/ONE"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_whatever_its_case_width_and_spacing(project: Project, name: str) -> None:
    project.edit(TWO, '"Two"', f'"{name}"')
    found = project.only("cross.duplicate-name")
    assert "one.toml" in f"{found.path} {found.message}"


@pytest.mark.parametrize(("name", "alias"), [("Straße", "STRASSE"), ("ﬁne", "Fine"), ("K2", "\u212a2"), ("カ", "ｶ")])
def test_an_alias_is_taken_after_unicode_and_case_folding(project: Project, name: str, alias: str) -> None:
    project.edit(TWO, '"Two"', f'"{name}"\naliases = ["{alias}"]')
    assert project.only("cross.duplicate-name").field == "aliases[0]"


@pytest.mark.parametrize("name", [ORGANISATIONS, LICENCES])
def test_a_codebook_that_cannot_be_read_does_not_make_its_users_wrong(project: Project, name: str) -> None:
    project.append(name, "broken = [\n")
    assert {f.path for f in project.check()} == {name}


def test_an_organisation_whose_slug_is_a_number_has_its_own_line(project: Project) -> None:
    project.append(ORGANISATIONS, '\n[organisations.360]\nname = "Qihoo"\ncountry = "China"\nkind = "company"\n')
    found = [(f.rule, project.text(ORGANISATIONS).split("\n")[f.line - 1]) for f in project.check()]
    assert found[0][0] == "cross.unused-reference"
    assert {line for _, line in found} <= {"[organisations.360]", 'country = "China"'}


def test_more_findings_than_two_hundred_of_one_rule_are_all_reported(project: Project) -> None:
    source = '\n[[sources]]\nkey = "k{}"\nkind = "paper"\ntitle = "T"\nurl = "ftp://t.test/"\naccessed = 2022-05-31\n[sources.states]\nretrieval = {{ value = true }}\n'
    project.append(ONE, "".join(source.format(n) for n in range(250)))
    assert project.rules().count("table.url") == 250


def test_the_third_party_figure_of_a_record_with_primary_sources_of_its_own_is_still_only_third_party(
    project: Project,
) -> None:
    project.edit(TWO, PARAMETERS + "\n", "")
    project.append(
        TWO,
        '\n[[sources]]\nkey = "news"\nkind = "news"\ntitle = "News"\nurl = "https://news.test/"\n'
        'accessed = 2022-05-31\n[sources.states]\nparameters = { value = 7_000_000_000, printed = "7B" }\n',
    )
    assert project.rules() == ["cross.secondary-only"]


# --- text -----------------------------------------------------------------------------------------

UNSEEN = {
    "\x00": "text.control",
    "\x07": "text.control",
    "\x1b": "text.control",
    "\x7f": "text.control",
    "\x85": "text.control",
    "\u200b": "text.zero-width",
    "\u200d": "text.zero-width",
    "\u2060": "text.zero-width",
    "\u00ad": "text.zero-width",
    "\ufeff": "text.zero-width",
    "\u3164": "text.zero-width",
    "\U000e0041": "text.zero-width",
    "\u200e": "text.bidi",
    "\u202e": "text.bidi",
    "\u2066": "text.bidi",
    "\u2028": "text.zero-width",
}


def test_a_character_that_nobody_sees_is_found_where_it_stands(project: Project) -> None:
    first = project.line(ONE, "aliases")
    project.edit(ONE, '["One 175B", "uno"]', "[" + "".join(f'"One{char} 175B",\n' for char in UNSEEN) + "]")
    found = [(f.rule, f.line, f.value) for f in project.check() if f.rule in UNSEEN.values()]
    assert found == [(UNSEEN[char], line, f"U+{ord(char):04X}") for line, char in enumerate(UNSEEN, start=first)]


def test_a_character_that_nobody_sees_is_found_as_an_escape(project: Project) -> None:
    first = project.line(ONE, "aliases")
    project.edit(ONE, '["One 175B", "uno"]', "[" + "".join(f'"One\\U{ord(char):08x} 175B",\n' for char in UNSEEN) + "]")
    found = [(f.rule, f.line, f.field, f.value) for f in project.check() if f.rule in UNSEEN.values()]
    assert found == [
        (rule, first + n, f"aliases[{n}]", f"U+{ord(char):04X}") for n, (char, rule) in enumerate(UNSEEN.items())
    ]


@pytest.mark.parametrize("escape", ["\\n", "\\t", "\\r"])
def test_a_name_has_no_line_break_and_no_tab(project: Project, escape: str) -> None:
    project.edit(ONE, '"ワン"', f'"ワ{escape}ン"')
    assert project.only("text.control").line == 3


def test_an_unseen_character_is_found_as_itself_and_as_an_escape_in_one_run(project: Project) -> None:
    project.edit(ONE, "ワン", "ワ\u200bン")
    project.edit(ONE, "One Is Enough", "One Is\\u200b Enough")
    assert [f.line for f in project.check() if f.rule == "text.zero-width"] == [3, 15]


def test_an_unseen_character_in_a_comment_is_found_too(project: Project) -> None:
    project.edit(ONE, "# raw", "# \u202eraw")
    assert [(f.rule, f.line) for f in project.check()] == [("text.bidi", 1)]


TEXTS = {
    "": "text.blank",
    " ": "text.blank",
    "\u3000": "text.blank",
    "\\t": "text.blank",
    " x": "text.padded",
    "x ": "text.padded",
    "x, ": "text.padded",
    "x = ": "text.padded",
    "x\u00a0": "text.padded",
    "=SUM(A1)": "text.formula",
    "+1": "text.formula",
    "-1": "text.formula",
    "@home": "text.formula",
}
PLACES = {
    "top": (ONE, '"ワン"', "{}", "name_ja"),
    "literal": (ONE, '"ワン"', "'{}'", "name_ja"),
    "multi-line": (ONE, '"ワン"', '"""\n{}"""', "name_ja"),
    "comment after": (ONE, '"ワン"', "{}# name", "name_ja"),
    "first of a list": (ONE, '["One 175B", "uno"]', '[{}, "uno"]', "aliases[0]"),
    "last of a list": (ONE, '["One 175B", "uno"]', '["uno",{}]', "aliases[1]"),
    "list over lines": (ONE, '["One 175B", "uno"]', '[  # names\n"uno",\n{}]', "aliases[1]"),
    "inline table": (ONE, 'printed = "96 layers" }', 'at={},printed="96 layers"}', "sources[1].states.layers.at"),
    "end of inline table": (ONE, 'printed = "96 layers" }', 'printed="96 layers",at={}}', "sources[1].states.layers.at"),
}  # fmt: skip


def placed(project: Project, place: str, text: str) -> tuple[str, list[tuple[str, str]]]:
    """Put a text into a place of a record; the field it has there, and the rules and fields of what is found."""
    name, old, template, field = PLACES[place]
    quoted = text if place in ("literal", "multi-line") else f'"{text}"'
    project.write(name, FILES[name])
    project.edit(name, old, template.replace("{}", quoted))
    found = text_findings(read_file(project.root, project.path(name)))
    return field, [(f.rule, f.field) for f in found]


@pytest.mark.parametrize("text", TEXTS, ids=[repr(text) for text in TEXTS])
def test_a_blank_padded_or_formula_text_is_found(project: Project, text: str) -> None:
    field, found = placed(project, "top", text)
    assert found == [(TEXTS[text], field)]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(place=st.sampled_from(sorted(PLACES)), text=st.text(" \u00a0\u3000=+-@x1,#", max_size=4))
def test_a_blank_padded_or_formula_text_is_found_wherever_it_stands(fuzzed: Project, place: str, text: str) -> None:
    field, found = placed(fuzzed, place, text)
    blank, padded, formula = not text.strip(), text != text.strip(), text.startswith(("=", "+", "-", "@"))
    rules = ["text.blank"] if blank else ["text.padded"] * padded + ["text.formula"] * formula
    assert found == [(rule, field) for rule in rules]


def test_carriage_returns_are_one_finding_and_hide_no_other(project: Project) -> None:
    project.edit(ONE, '"paid"', '"pade"')
    project.write(ONE, project.path(ONE).read_bytes().replace(b"\n", b"\r\n"))
    assert [(f.rule, f.line) for f in project.check()] == [("file.carriage-return", 1), ("shape.unknown-code", 45)]


@pytest.mark.parametrize("content", [b"\xff\xfe" + 'name = "x"'.encode("utf-16-le"), b"\xef\xbb\xbfname = 1"])
def test_a_byte_order_mark_is_named(project: Project, content: bytes) -> None:
    project.write(THREE, content)
    assert project.rules() == ["file.bom"]


# --- TOML -----------------------------------------------------------------------------------------

MALFORMED = [
    ('name = "Three\norganisations = []\n', 1, "toml.syntax"),
    ('name = "Three"\norganisations = [\n', 2, "toml.syntax"),
    ('name = "Three"\nname = "Four"\n', 2, "toml.duplicate-key"),
    ('name = "Three"\n[a]\n[b]\n[a]\n', 4, "toml.duplicate-key"),
    ('name = "Three"\na = { b = 1, b = 2 }\n', 2, "toml.duplicate-key"),
    ("a.b = 1\n\na = 2\n", 3, "toml.duplicate-key"),
    ("a = 1\n[[a]]\n", 2, "toml.duplicate-key"),
    ("\n\nname = Three\n", 3, "toml.syntax"),
    ("\naccessed = 2022-02-30\n", 2, "toml.syntax"),
    ('\nname = "\\q"\n', 2, "toml.syntax"),
    ('\nname = "\\ud800"\n', 2, "toml.syntax"),
    ("\n\n\n= 1\n", 4, "toml.syntax"),
    ("name\n", 1, "toml.syntax"),
    ('name = "a\x00b"\n', 1, "toml.syntax"),
]


@pytest.mark.parametrize(("text", "line", "rule"), MALFORMED, ids=[repr(m[0])[:40] for m in MALFORMED])
def test_malformed_toml_is_found_at_its_line(project: Project, text: str, line: int, rule: str) -> None:
    project.write(THREE, text)
    found = project.only(rule)
    assert (found.path, found.line) == (THREE, line)
    assert project.check()[-1].path == THREE


DEEP = {
    "arrays within reach": "a = " + "[" * 60 + "]" * 60,
    "tables within reach": "a = " + "{a = " * 60 + "1" + "}" * 60,
    "keys within reach": ".".join("a" * 60) + " = 1",
    "arrays": "a = " + "[" * 200_000 + "]" * 200_000,
    "tables": "a = " + "{a=" * 100_000 + "1" + "}" * 100_000,
    "keys": ".".join("a" * 100_000) + " = 1",
    "header": "[" + ".".join("a" * 100_000) + "]",
    "array of tables": "[[" + ".".join("a" * 100_000) + "]]",
    "unclosed": "a = " + "[" * 400_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_refused_at_its_line_or_for_the_whole_file(project: Project, kind: str) -> None:
    project.write(THREE, f'name = "Three"\n# two\n# three\n{DEEP[kind]}\n')
    found = [f for f in project.check() if f.rule in ("toml.syntax", "shape.unknown-key")]
    assert len(found) == 1
    assert found[0].line in (0, 4)


def test_ten_thousand_keys_are_answered(project: Project) -> None:
    project.write(THREE, 'name = "Three"\n' + "".join(f"k{n} = {n}\n" for n in range(10_000)))
    found = [f for f in project.check() if f.rule == "shape.unknown-key"]
    assert [f.line for f in found] == list(range(2, 10_002))


# --- files ----------------------------------------------------------------------------------------


class TooLongError(Exception):
    """A read that never ends."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_file_of_ten_megabytes_is_not_read(project: Project) -> None:
    project.write(THREE, b'name = "Three"\n' * 700_000)
    (found,) = project.check()
    assert (found.rule, found.path, found.line, found.value) == ("file.too-large", THREE, 0, "10500000 bytes")


def test_a_link_to_a_file_outside_raw_is_refused(project: Project) -> None:
    project.write("elsewhere.toml", FILES[TWO].replace('"Two"', '"Three"'))
    project.path(THREE).symlink_to("../../../elsewhere.toml")
    assert project.rules() == ["file.outside"]


def test_a_link_to_a_folder_outside_raw_is_refused_for_that_reason(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "three.toml").write_text(FILES[TWO].replace('"Two"', '"Three"'))
    project.path("raw/models/other").symlink_to(tmp_path / "elsewhere")
    found = project.check()
    assert [(f.rule, f.path) for f in found] == [("file.outside", "raw/models/other")]


def test_a_models_folder_that_is_a_link_out_of_raw_is_refused(project: Project, tmp_path: Path) -> None:
    shutil.move(project.path("raw/models"), tmp_path / "models")
    project.path("raw/models").symlink_to(tmp_path / "models")
    assert {f.rule for f in project.check() if f.path.startswith("raw/models")} == {"file.outside"}


@pytest.mark.parametrize("name", [THREE, "raw/readings/three.toml"])
def test_a_link_that_leads_to_itself_is_unreadable(project: Project, name: str) -> None:
    project.path(name).symlink_to(project.path(name).name)
    (found,) = project.check()
    assert (found.rule, found.path) == ("file.unreadable", name)


def test_links_that_lead_to_each_other_are_unreadable(project: Project) -> None:
    project.path(THREE).symlink_to("four.toml")
    project.path("raw/models/acme/four.toml").symlink_to("three.toml")
    assert project.rules() == ["file.unreadable", "file.unreadable"]


def test_a_folder_that_links_to_its_parent_does_not_go_round(project: Project) -> None:
    project.path("raw/models/acme/again").symlink_to("..")
    (found,) = project.check()
    assert found.path == "raw/models/acme/again"


def test_a_file_that_may_not_be_read_is_a_finding(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "two.toml":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (found,) = [f for f in project.check() if f.path == TWO]
    assert (found.rule, found.value) == ("file.unreadable", "Permission denied")


def test_a_pipe_is_not_waited_for(project: Project) -> None:
    os.mkfifo(project.path(THREE))
    with limited(3):
        assert project.rules() == ["file.unreadable"]


@pytest.mark.parametrize("name", ["raw/models/acme/three.toml", "raw/readings/three.toml", "raw/models/three.toml"])
def test_a_folder_named_as_a_file_is_a_finding(project: Project, name: str) -> None:
    project.path(name).mkdir()
    assert [f.path for f in project.check()] == [name]


@pytest.mark.parametrize("name", ["organisations", "licences", "axes", "retired", "errata", "waivers"])
def test_a_folder_in_place_of_a_codebook_is_a_finding(project: Project, name: str) -> None:
    project.path(f"raw/{name}.toml").unlink()
    project.path(f"raw/{name}.toml").mkdir()
    assert [f.rule for f in project.check() if f.path == f"raw/{name}.toml"] == ["file.unreadable"]


@pytest.mark.parametrize("name", ["organisations", "licences", "axes", "retired", "errata", "waivers"])
def test_a_missing_codebook_is_a_finding(project: Project, name: str) -> None:
    project.path(f"raw/{name}.toml").unlink()
    found = project.only("file.unreadable")
    assert (found.path, found.line, found.value) == (f"raw/{name}.toml", 0, "No such file or directory")


def a_folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    path.unlink(missing_ok=True)


@pytest.mark.parametrize("instead", [nothing, a_folder, os.mkfifo])
def test_a_licence_that_a_release_could_not_carry_is_found(project: Project, instead: Callable[[Path], None]) -> None:
    project.path("raw/LICENSE").unlink()
    instead(project.path("raw/LICENSE"))
    with limited(3):
        (found,) = project.check()
    assert (found.rule, found.path, found.severity) == ("file.unreadable", "raw/LICENSE", "error")


WRONG_BOOKS = [
    (ORGANISATIONS, "organisations = 3\n", "organisations", "shape.wrong-type"),
    (ORGANISATIONS, '[organisations]\nacme = "Acme"\n', "organisations.acme", "shape.wrong-type"),
    (ORGANISATIONS, '[organisations."Acme Inc."]\nname = "Acme"\nkind = "company"\n', "organisations.Acme Inc.", "shape.bad-form"),
    (ORGANISATIONS, "", "organisations", "shape.missing"),
    (LICENCES, "[[licences]]\n", "licences", "shape.wrong-type"),
    (LICENCES, '[licences.x]\nname = "X"\nkind = "permissive"\ncommercial_use = "yes"\nuse_restrictions = false\n', "licences.x.commercial_use", "shape.wrong-type"),
    (RETIRED, "[retired]\n", "retired", "shape.wrong-type"),
    (RETIRED, 'retired = ["acme/zero"]\n', "retired[0]", "shape.wrong-type"),
    (WAIVERS, "waivers = true\n", "waivers", "shape.wrong-type"),
    (WAIVERS, '[[waivers]]\nrule = "cross.placeholder"\npath = "raw"\nfield = "name"\n', "waivers[0].reason", "shape.missing"),
    ("raw/axes.toml", "axes = []\n", "axes", "shape.wrong-type"),
    (READING, "title = 1\n", "title", "shape.wrong-type"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "field", "rule"), WRONG_BOOKS, ids=[f"{b[0]} {b[2]}" for b in WRONG_BOOKS])
def test_a_codebook_of_the_wrong_shape_is_a_finding(
    project: Project, name: str, text: str, field: str, rule: str
) -> None:
    project.write(name, text)
    assert [f.rule for f in project.check() if (f.path, f.field) == (name, field)] == [rule]


def test_an_empty_raw_folder_lacks_every_codebook(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    checked = check(tmp_path, TODAY)
    assert {f.rule for f in checked.findings} == {"file.unreadable"}
    assert len(checked.findings) == 10  # and the licence


BAD_NAMES = [
    "raw/models/acme/Three.toml",
    "raw/models/acme/three_b.toml",
    "raw/models/acme/three b.toml",
    "raw/models/acme/three--b.toml",
    "raw/models/acme/-three.toml",
    "raw/models/acme/スリー.toml",
    "raw/models/acme/three.TOML",
    "raw/models/acme/three.toml.orig",
    "raw/models/acme/.three.toml.swp",
    "raw/models/acme/three",
    "raw/models/three.toml",
    "raw/models/Acme/three.toml",
    "raw/models/acme/sub/three.toml",
    "raw/readings/My Essay.toml",
    "raw/readings/essay.txt",
    "raw/model/acme/three.toml",
    "raw/organisation.toml",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_file_that_does_not_belong_there_is_named(project: Project, name: str) -> None:
    project.write(name, FILES[TWO].replace('"Two"', '"Three"'))
    assert [f.path for f in project.check() if f.rule == "file.name"] == [name]


def test_of_two_files_that_differ_in_case_only_one_is_a_record(project: Project) -> None:
    project.write("raw/models/acme/TWO.toml", FILES[TWO])
    if len(list(project.path("raw/models/acme").iterdir())) == 2:
        pytest.skip("this file system does not tell them apart")
    assert [(f.rule, f.path) for f in project.check()] == [("file.name", "raw/models/acme/TWO.toml")]


@pytest.mark.parametrize("folder", ["raw/models/acme", "raw/readings"])
def test_a_file_name_that_is_not_utf_8_can_be_printed(project: Project, folder: str) -> None:
    path = os.fsencode(project.path(folder)) + b"/\xff.toml"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    except OSError:
        pytest.skip("this file system has no such names")
    os.close(descriptor)
    lines = as_text(project.check())
    assert len(lines) >= 1
    assert all(line.isprintable() for line in lines)


# --- anything -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(tmp_path_factory.mktemp("fuzz") / "project")


def findings_are_sound(project: Project, name: str, content: bytes) -> None:
    """Check a file with this content: it must not raise, and lines must be lines of the file."""
    project.write(name, content)
    findings = project.check()
    lines = content.count(b"\n") + 1
    for found in findings:
        assert found.path != name or 0 <= found.line <= lines, found
        assert found.message, found
        assert found.remedy not in ("", "mend it"), found
        assert found.rule.replace(".", "").replace("-", "").isalnum(), found
    assert all(line.isprintable() for line in as_text(findings))


FUZZ = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
GOOD = FILES[ONE].encode("utf-8")
GOOD_LINES = GOOD.split(b"\n")
SNIPPETS = (
    b"\x00",
    b"\xff",
    b"\r",
    b'"',
    b"[",
    b"]]",
    b"{",
    b"}",
    b"=",
    b"'''",
    b"#",
    b"\\u0000",
    b"\n",
    b"[[sources]]\n",
)
LINES = (b"name = 1", b"a.b.c = 1", b"[sources]", b"[[sources]]", b"[sources.states]", b"[[sources.access]]", b'"" = ""', b'"a\\nb" = []')  # fmt: skip
VALUES = (b"true", b"nan", b"-1", b"0", b'""', b"[]", b"{}", b"[[1]]", b"1e308", b"2022-05-31", b"2022-05-31T00:00:00", b'"=x"', b"10:00:00")  # fmt: skip


@pytest.mark.slow
@FUZZ
@given(content=st.binary(max_size=400))
def test_random_bytes_give_findings_and_never_an_exception(fuzzed: Project, content: bytes) -> None:
    findings_are_sound(fuzzed, ONE, content)


@pytest.mark.slow
@FUZZ
@given(data=st.data())
def test_a_record_with_lines_moved_gives_findings_and_never_an_exception(fuzzed: Project, data: st.DataObject) -> None:
    lines = list(GOOD_LINES)
    for _ in range(data.draw(st.integers(1, 5))):
        at, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match data.draw(st.sampled_from(["delete", "duplicate", "swap", "insert"])):
            case "delete" if len(lines) > 1:
                del lines[at]
            case "duplicate":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines.insert(at, data.draw(st.sampled_from(LINES)))
    findings_are_sound(fuzzed, ONE, b"\n".join(lines))


@pytest.mark.slow
@FUZZ
@given(data=st.data())
def test_a_record_with_bytes_changed_gives_findings_and_never_an_exception(
    fuzzed: Project, data: st.DataObject
) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["delete", "duplicate", "replace", "insert"])):
            case "delete":
                del content[at : at + data.draw(st.integers(1, 30))]
            case "duplicate":
                content[at:at] = content[at : at + data.draw(st.integers(1, 30))]
            case "replace":
                content[at] = data.draw(st.integers(0, 255))
            case _:
                content[at:at] = data.draw(st.sampled_from(SNIPPETS))
        content = content or bytearray(b" ")
    findings_are_sound(fuzzed, ONE, bytes(content))


@pytest.mark.slow
@FUZZ
@given(data=st.data())
def test_a_record_with_values_exchanged_gives_findings_and_never_an_exception(
    fuzzed: Project, data: st.DataObject
) -> None:
    lines = list(GOOD_LINES)
    with_value = [n for n, line in enumerate(lines) if b" = " in line and not line.startswith(b"#")]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.sampled_from(with_value))
        key, _, value = lines[at].partition(b"= { value = ") if b"{ value" in lines[at] else lines[at].partition(b"= ")
        new = data.draw(st.sampled_from(VALUES))
        rest = value[len(value.split(b",")[0]) :] or b" }"
        lines[at] = key + b"= { value = " + new + rest if b"{ value" in lines[at] else key + b"= " + new
    findings_are_sound(fuzzed, ONE, b"\n".join(lines))
