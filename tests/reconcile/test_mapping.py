"""Mappings: everything that is wrong in one is told at once, with what to write instead."""

from pathlib import Path

import pytest

from flows.errors import UserError
from flows.reconcile.mapping import LABELS, mappings, read_mapping

GOOD = 'name = "mine"\n[columns]\nname = "Model"\n'


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "mine.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


@pytest.mark.parametrize("name", mappings())
def test_every_mapping_that_comes_along_is_right(name: str) -> None:
    mapping = read_mapping(name)
    assert mapping.name == name
    assert mapping.documentation and mapping.licence and mapping.citation


def test_the_mapping_of_epoch_knows_every_label_but_those_of_nobody() -> None:
    mapping = read_mapping("epoch-notable")
    assert {label for labels in mapping.values.access.values() for label in labels} == set(LABELS)
    assert mapping.dates.announced == ["announced", "paper_date"]


def test_the_name_column_is_enough(tmp_path: Path) -> None:
    mapping = read_mapping(written(tmp_path, GOOD))
    assert (mapping.separator, mapping.encoding, mapping.dates.announced) == (",", "utf-8", ["announced"])
    assert mapping.columns.parameters is None


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """
name = "Not a slug"
separator = ";;"
encoding = "klingon"
licens = "x"
blanks = "n/a"
[columns]
name = "Model"
announced = "Date"
parameters = "Date"
[dates]
announced = ["anounced"]
[numbers]
unit = 7
decimal = ";"
thosands = ","
[values.access]
Open = ["opn"]
[values.organisations]
"A" = ["Not a slug"]
"""
    with pytest.raises(UserError) as told:
        read_mapping(written(tmp_path, text))
    said = str(told.value)
    for words in (
        "name = 'Not a slug': this is not a slug; use lower-case",
        "separator = ';;': this is no separator; write one character",
        "encoding = 'klingon': no such encoding",
        "licens: no such key; did you mean `licence`?",
        "blanks: input should be a valid list, not a text",
        "columns: two keys name the column 'Date'; give each its own column",
        "dates.announced.0 = 'anounced': no such code; did you mean `announced`?",
        "numbers.unit = '7': this is no unit of counts; write 1, 1e3, 1e6, 1e9 or 1e12",
        "numbers.decimal = ';': no such code",
        "numbers.thosands: no such key; did you mean `thousands`?",
        "values.access.Open.0 = 'opn': no such code; did you mean `open`?",
        "values.organisations.A.0 = 'Not a slug': this is not a slug",
    ):
        assert words in said


@pytest.mark.parametrize("encoding", ["hex", "rot13", "idna", "undefined", "zlib", "", "utf-8\\u0000"])
def test_codecs_that_are_no_encodings_of_tables_are_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(UserError, match="no such encoding"):
        read_mapping(written(tmp_path, f'encoding = "{encoding}"\n{GOOD}'))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "mine"\n', "columns: it is missing"),
        ('name = "mine"\n[columns]\nannounced = "Date"\n', "columns.name: it is missing"),
        ('name = "mine"\n[columns]\nname = ""\n', "columns.name"),
        (GOOD + "[dates]\nannounced = []\n", "dates.announced"),
        (GOOD + "[columns]\n", "is no TOML"),
        (GOOD + "[numbers]\ndecimal = ','\nthousands = ','\n", "are both ','; give each its own sign"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_mapping(written(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("epoch-notabel", "did you mean `epoch-notable`"),
        ("../secrets", "use one of ecologits, epoch-notable, "),
        ("", "use one of ecologits, epoch-notable, "),
        ("/nowhere/mine.toml", "cannot be read"),
        ("nul\0.toml", "cannot be read"),
    ],
)
def test_a_mapping_that_is_not_there_is_told(name: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_mapping(name)


def test_a_scheme_and_its_column_come_together_and_paths_have_no_holes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"only one of scheme and columns\.identifier is given"):
        read_mapping(written(tmp_path, 'scheme = "osai"\n' + GOOD))
    with pytest.raises(UserError, match="this is no path of keys"):
        read_mapping(written(tmp_path, 'rows = "a..b"\n' + GOOD))
