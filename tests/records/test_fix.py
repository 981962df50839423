"""Mending: what is mechanical becomes its good form, what is in doubt stays, and every other byte too."""

import json
from collections.abc import Callable

import pytest
import rtoml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.records.files import read_file, text_findings
from flows.records.findings import Finding
from flows.records.fix import mend_files
from support.project import ONE, WAIVERS, Project

TITLE = '"One Is Enough"'
ITEMS = '["en", "ja"]'
TWO_LINES = 'title     = "One Is Enough"\nurl       = "https://one.test/paper"'

# what stands in the record, its good form (the same, or another good one), a bad one, and the rule that it breaks
MECHANICAL = {
    "space": (TITLE, TITLE, '" One Is Enough  "', "text.padded"),
    "tabs in a literal": (TITLE, "'One Is Enough'", "'\tOne Is Enough\t'", "text.padded"),
    "escaped space": (TITLE, TITLE, '"\\tOne Is Enough\\u0020"', "text.padded"),
    "ideographic space": ('"ワン"', '"ワン"', '"\u3000ワン"', "text.padded"),
    "many lines": (TITLE, '"""\nOne Is \\\n  Enough"""', '"""\n  One Is \\\n  Enough\n"""', "text.padded"),
    "item": ('"uno"', '"uno"', '" uno"', "text.padded"),
    "space before a quote": (TITLE, '"One \\"Is\\""', '"One \\"Is\\" "', "text.padded"),
    "direction": (TITLE, TITLE, '"One \u202eIs Enough"', "text.bidi"),
    "escaped direction": (TITLE, TITLE, '"One \\u202EIs Enough"', "text.bidi"),
    "unseen": (TITLE, TITLE, '"One Is\u200b Enough"', "text.zero-width"),
    "escaped unseen": (TITLE, TITLE, '"One Is\\u200b Enough"', "text.zero-width"),
    "unseen in a comment": ("# raw", "# raw", "#\u2060 raw", "text.zero-width"),
    "repeated": (ITEMS, ITEMS, '["en", "ja", "en"]', "table.repeated-item"),
    "repeated twice": (ITEMS, '[ "en" , "ja" ]', '[ "en","en", \'en\' , "ja" ]', "table.repeated-item"),
    "a line each": (
        '["acme"]',
        '[\n  "acme",  # it\n]',
        '[\n  "acme",\n  "acme",  # it\n]',
        "table.organisation-twice",
    ),
}


def mended(project: Project) -> list[Finding]:
    """Mend a project until nothing is left that can be mended."""
    done: list[Finding] = []
    while found := mend_files(project.root, project.check()):
        done += found
    return done


@pytest.mark.parametrize(("standing", "good", "bad", "rule"), MECHANICAL.values(), ids=MECHANICAL)
def test_what_is_mechanical_becomes_its_good_form(
    project: Project, standing: str, good: str, bad: str, rule: str
) -> None:
    project.edit(ONE, standing, good)
    before = project.text(ONE)
    project.edit(ONE, good, bad)
    assert rule in project.rules()
    assert {(found.path, found.rule) for found in mended(project)} == {(ONE, rule)}
    assert project.text(ONE) == before


@pytest.mark.parametrize(
    ("bad", "rules"),
    [
        (lambda text: "\ufeff" + text, ["file.bom"]),
        (lambda text: text.replace("\n", "\r\n"), ["file.carriage-return"]),
        (lambda text: text.replace("\n", "\r\r\n"), ["file.carriage-return"]),
        (
            lambda text: "\ufeff" + text.replace("\n", "\r\n").replace("One Is", " One Is"),
            ["file.bom", "file.carriage-return", "text.padded"],
        ),
    ],
)
def test_byte_order_mark_and_line_ends_go(project: Project, bad: Callable[[str], str], rules: list[str]) -> None:
    before = project.text(ONE)
    project.write(ONE, bad(before))
    assert [found.rule for found in mended(project)] == rules
    assert project.text(ONE) == before


def test_a_file_that_is_not_toml_gets_only_its_line_ends_mended(project: Project) -> None:
    project.edit(ONE, TITLE, '" One\u200b')
    broken = project.text(ONE)
    project.write(ONE, "\ufeff" + broken.replace("\n", "\r\n"))
    assert [found.rule for found in mended(project)] == ["file.bom", "file.carriage-return"]
    assert project.text(ONE) == broken


IN_DOUBT = {
    "blank": (TITLE, '"  "'),
    "formula": (TITLE, '"=1+1"'),
    "line end in a text": (TITLE, '"One\\nIs Enough"'),
    "joiner": ('"ワン"', '"ワ\u200dン"'),
    "line separator": (TITLE, '"One\u2028Is Enough"'),
    "padded key": ("{ en = 92.6", '{ " en" = 92.6'),
    "comment between items": ('["acme"]', '["acme",  # once\n"acme"]'),
    "key that becomes another": ('family        = "one"', 'family = "one"\n"family\u200b" = "one"'),
    "key given twice": ('"One 175B", "uno"]', '"One 175B", "uno"]\naliases = [" x"]'),
}


@pytest.mark.parametrize(("standing", "bad"), IN_DOUBT.values(), ids=IN_DOUBT)
def test_what_is_in_doubt_is_left_to_a_person(project: Project, standing: str, bad: str) -> None:
    project.edit(ONE, standing, bad)
    before = project.text(ONE)
    assert project.rules()
    assert mended(project) == []
    assert project.text(ONE) == before


def test_what_a_waiver_accepts_is_not_mended(project: Project) -> None:
    project.edit(ONE, TITLE, '" One Is Enough"')
    waived = f'rule = "text.padded"\npath = "{ONE}"\nfield = "sources[0].title"\nreason = "so printed"\n'
    project.append(WAIVERS, f"[[waivers]]\n{waived}")
    assert project.rules() == []
    assert mended(project) == []


def test_a_mend_is_reported_with_its_line(project: Project) -> None:
    line = project.line(ONE, TITLE)
    project.edit(ONE, TITLE, '" One Is Enough"')
    (found,) = mended(project)
    assert (found.line, found.field, found.value) == (line, "sources[0].title", "' One Is Enough'")


SPACE = st.text(" \t\n\u3000\u00a0", max_size=3)
UNSEEN = st.text("\u200b\u202e\ufeff", max_size=2)
TEXTS = st.tuples(SPACE, UNSEEN, st.text("ab \"'\\#,é漢\n", max_size=8), st.just("c"), UNSEEN, SPACE).map("".join)
BASIC = TEXTS.map(lambda text: json.dumps(text, ensure_ascii=False))
ESCAPED = TEXTS.map(json.dumps)
LITERAL = TEXTS.map(lambda text: f"'''{text.replace(chr(39), '')}'''")
MANY_LINES = TEXTS.map(lambda text: '"""' + text.replace("\\", "").replace('"', '\\"') + '"""')


@settings(deadline=None)
@given(sources=st.lists(st.one_of(BASIC, ESCAPED, LITERAL, MANY_LINES), min_size=1, max_size=4))
def test_a_mended_file_says_the_same_but_for_the_mend(
    tmp_path_factory: pytest.TempPathFactory, sources: list[str]
) -> None:
    path = tmp_path_factory.mktemp("mend") / "file.toml"
    lines = [f"key{n}   = {source}  # \u00e9 stays\n" for n, source in enumerate(sources)]
    text = "".join(lines) + f"[a.b]\nlist = [1, {', '.join(sources)},]\n"
    path.write_bytes(text.encode())

    def findings() -> list[Finding]:
        file = read_file(path.parent, path)
        return [*file.findings, *text_findings(file)]

    while mend_files(path.parent, findings()):
        pass
    after = path.read_text(encoding="utf-8")
    assert said(rtoml.loads(after)) == [
        clean(value) if isinstance(value, str) else value for value in said(rtoml.loads(text))
    ]
    rest = iter(text)
    assert all(char in rest for char in after), "characters went, and none came"
    assert after.count("  # \u00e9 stays\n") == len(sources)


def said(data: dict[str, object]) -> list[object]:
    """Every value of the property's file, in its order."""
    *texts, table = data.values()
    return [*texts, *table["b"]["list"]]


def clean(text: str) -> str:
    """What must be left of a text: nothing unseen, no space around."""
    return text.translate(dict.fromkeys(map(ord, "\u200b\u202e\ufeff"))).strip()
