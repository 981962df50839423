"""Third-party tables: each cell is read or listed, and no file brings us down."""

import gzip
import io
import resource
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import UserError
from flows.reconcile import cells as foreign_file
from flows.reconcile.mapping import Mapping
from flows.reconcile.theirs import Theirs, read_theirs
from support.servers import answer, hostile_server, web_server

HEADER = "Model,Organization,Publication date,Parameters,Model accessibility,Notes"
MAPPING = Mapping.model_validate(
    {
        "name": "mine",
        "blanks": ["Unknown", "-"],
        "columns": {
            "name": "Model",
            "organisations": "Organization",
            "announced": "Publication date",
            "parameters": "Parameters",
            "access": "Model accessibility",
        },
        "values": {"access": {"Open": ["open", "conditional"]}},
    }
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Theirs]:
    def reading(content: str | bytes, mapping: Mapping = MAPPING) -> Theirs:
        path = tmp_path / "table"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_theirs(str(path), mapping)

    return reading


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def parquet(**columns: object) -> bytes:
    full = {
        "Model": ["One"],
        "Organization": ["Acme"],
        "Publication date": ["2020-05-28"],
        "Parameters": ["175B"],
        "Model accessibility": ["Open"],
        **{name.replace("_", " "): values for name, values in columns.items()},
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(full), buffer, dictionary_pagesize_limit=2**30)
    return buffer.getvalue()


def test_a_row_is_read(read: Callable[..., Theirs]) -> None:
    theirs = read(rows('One,"Acme, Institute of Two ",2020-05,"175,000,000,000",Open,x'))
    assert theirs.rows.row(0, named=True) == {
        "row": 1,
        "name": "One",
        "organisations": ["Acme", "Institute of Two"],
        "parameters": 175e9,
        "parameters_text": "175,000,000,000",
        "starts": date(2020, 5, 1),
        "ends": date(2020, 5, 31),
        "date_text": "2020-05",
        "access": "Open",
        "labels": ["open", "conditional"],
        "identifier": None,
    }
    assert theirs.unreadable.height == 0


PLAIN = rows("One,Acme,2020-05-28,175B,Open,x", "Two,,2021,7e9,,")
FORMS: dict[str, bytes] = {
    "CRLF": PLAIN.replace("\n", "\r\n").encode(),
    "a byte order mark": PLAIN.encode("utf-8-sig"),
    "gzip": gzip.compress(PLAIN.encode()),
    "gzip in parts": gzip.compress(PLAIN[:50].encode()) + gzip.compress(PLAIN[50:].encode()),
    "no line break at the end": PLAIN.rstrip("\n").encode(),
    "a blank line at the end": PLAIN.encode() + b"\n",
    "a short row": PLAIN.replace("Two,,2021,7e9,,", "Two,,2021,7e9").encode(),
    "other columns": ('x,"y\nz",' + PLAIN.replace("\n", "\n1,2,", 2)).encode(),
    "texts in Parquet": parquet(
        Model=["One", "Two"],
        Organization=["Acme", None],
        Publication_date=["2020-05-28", "2021"],
        Parameters=["175B", "7e9"],
        Model_accessibility=["Open", None],
    ),
    "views in Parquet": parquet(
        Model=pa.array(["One", "Two"], pa.string_view()),
        Organization=pa.array(["Acme", None], pa.string_view()),
        Publication_date=["2020-05-28", "2021"],
        Parameters=["175B", "7e9"],
        Model_accessibility=pa.array(["Open", None], pa.string_view()),
    ),
    "kinds in Parquet": parquet(
        Model=pa.array(["One", "Two"], pa.large_string()),
        Organization=pa.array(["Acme", None]).dictionary_encode(),
        Publication_date=["2020-05-28", "2021"],
        Parameters=[175e9, 7e9],
        Model_accessibility=["Open", None],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_the_same(read: Callable[..., Theirs], form: str) -> None:
    theirs = read(FORMS[form])
    assert theirs.rows.select("row", "name", "parameters", "ends", "labels").rows() == [
        (1, "One", 175e9, date(2020, 5, 28), ["open", "conditional"]),
        (2, "Two", 7e9, date(2021, 12, 31), None),
    ]
    assert theirs.unreadable.height == 0


def test_dates_and_times_of_parquet_are_days(read: Callable[..., Theirs]) -> None:
    for kind in (pa.date32(), pa.timestamp("us"), pa.timestamp("ns")):
        day = pa.array([date(2020, 5, 28)]).cast(kind)
        assert read(parquet(Publication_date=day)).rows["starts"].to_list() == [date(2020, 5, 28)]


def test_another_encoding_and_separator(read: Callable[..., Theirs]) -> None:
    mapping = MAPPING.model_copy(update={"encoding": "cp932", "separator": "\t"})
    assert read(rows("ワン,Acme,2020,1e9,Open,").replace(",", "\t").encode("cp932"), mapping).rows[
        "name"
    ].to_list() == ["ワン"]


NUMBERS: dict[str, float | str] = {
    "175B": 175e9,
    "175 billion": 175e9,
    "1.6T": 1.6e12,
    "1,600,000": 1.6e6,
    "175 000 000 000": 175e9,
    "1750億": 175e9,
    "１７５Ｂ": 175e9,
    "~175B": 175e9,
    "2.57e8": 257e6,
    "256999999.99999997": 256999999.99999997,
    "175.000.000.000": 175e9,
    "1.780.000.000": 1.78e9,
    "175'000'000'000": 175e9,
    "1 300 000 000": 1.3e9,
    "1\u00a0300\u00a0000": 1.3e6,
    "1.300.000.000,0": 1.3e9,
    "176 milliards": 176e9,
    "1,3 Milliarden Parameter": 1.3e9,
    "20 Mio.": 20e6,
    "100 млрд": 100e9,
    "1.5 Billionen": 1.5e12,
    "175 billion parameters": 175e9,
    "175 billion (dense)": 175e9,
    "8x7B": "several numbers could be meant: 8 or 7,000,000,000",
    "7B (1.3B active)": "several numbers could be meant: 1,300,000,000 or 7,000,000,000",
    "6.7B-13B": "several numbers could be meant: 6,700,000,000 or 13,000,000,000",
    "175 or so, 13B": "several numbers could be meant: 175 or 13,000,000,000",
    "1.300B": "several numbers could be meant: 1,300,000,000 or 1,300,000,000,000",
    "1.300": "several numbers could be meant: 1.3 or 1,300",
    "340,000": "several numbers could be meant: 340 or 340,000",
    "1 300": "several numbers could be meant: 1 or 300 or 1,300",
    "1,5 billion": "several numbers could be meant: 1,500,000,000 or 1,500,000,000,000",
    "3 bln": "several numbers could be meant: 3,000,000,000 or 3,000,000,000,000",
    "2K": "several numbers could be meant: 2,000 or 2,048",
    "175": "it is not said what it counts, it could be 175,000,000 or 175,000,000,000 or 175,000,000,000,000; "
    "say `unit` in the mapping",
    "1,3": "it is not said what it counts, it could be 1,300,000 or 1,300,000,000 or 1,300,000,000,000; "
    "say `unit` in the mapping",
    "175 myriads": "'myriads' is no word of scale that is known; mend the cell",
    "1.2.3": "'1.2.3' is no number as tables write them; say `decimal` or `thousands`, or mend the cell",
    "<100M": "a bound is no number",
    "up to 7B": "a bound is no number",
    "-5": "no count of parameters can be so",
    "−5": "no count of parameters can be so",
    "0": "no count of parameters can be so",
    "0.5": "it is not said what it counts, it could be 500,000 or 500,000,000 or 500,000,000,000; "
    "say `unit` in the mapping",
    "1e300": "no count of parameters can be so",
    "1e999": "no count of parameters can be so",
    "9" * 400: "no count of parameters can be so",
    "9007199254740994": "no count of parameters can be so",
    "nan": "no number stands there",
    "inf": "no number stands there",
    "many": "no number stands there",
    "٣": "no number stands there",
}


def test_numbers_are_read_or_listed(read: Callable[..., Theirs]) -> None:
    theirs = read(rows(*(f'One,Acme,2020,"{cell}",Open,' for cell in NUMBERS)))
    found = dict(zip(NUMBERS, theirs.rows["parameters"], strict=True))
    why = dict(theirs.unreadable.select("cell", "reason").rows())
    for cell, meant in NUMBERS.items():
        if isinstance(meant, str):
            assert found[cell] is None and why[cell[:80]] == meant, cell
        else:
            assert found[cell] == pytest.approx(meant, rel=1e-12) and cell not in why, cell


@pytest.mark.parametrize(
    ("numbers", "cell", "meant"),
    [
        ({"decimal": "."}, "1.300B", 1.3e9),
        ({"decimal": ","}, "1.300B", 1.3e12),
        ({"thousands": "."}, "340.000", 340e3),
        ({"decimal": "."}, "340,000", 340e3),
        ({"decimal": ","}, "1,300B", 1.3e9),
        ({"thousands": " "}, "340 000", 340e3),
        ({"unit": 1e9}, "0.34", 340e6),
        ({"unit": 1e9}, "175", 175e9),
        ({"unit": 1e9}, "175M", 175e6),
        ({"unit": 1e9, "decimal": ","}, "20,6", 20.6e9),
        ({"unit": 1e6}, "1 300", None),
        ({"unit": 1}, "40", 40),
        ({"scale": "long"}, "1 billion", 1e12),
        ({"scale": "short"}, "1,5 billion", 1.5e9),
        ({"unit": 1e9}, "175,000,000,000", None),
    ],
)
def test_the_mapping_says_how_numbers_are_written(
    read: Callable[..., Theirs], numbers: dict[str, object], cell: str, meant: float | None
) -> None:
    mapping = Mapping.model_validate({**MAPPING.model_dump(exclude_none=True), "numbers": numbers})
    theirs = read(rows(f'One,Acme,2020,"{cell}",Open,'), mapping)
    assert theirs.rows["parameters"].to_list() == [pytest.approx(meant) if meant else None]
    assert theirs.unreadable.height == (meant is None)


@pytest.mark.parametrize(
    ("head", "meant"),
    [
        ("#Params (B)", 1.3e9),
        ("Parameters [million]", 1.3e6),
        ("sizes in billions", 1.3e9),
        ("Millionen of parameters", 1.3e6),
        ("パラメータ数(億)", 1.3e8),
        ("Params B", None),
        ("Parameters (total)", None),
        ("Parameters (mil)", None),
    ],
)
def test_the_head_of_a_column_says_what_it_counts(read: Callable[..., Theirs], head: str, meant: float | None) -> None:
    mapping = Mapping.model_validate({"name": "mine", "columns": {"name": "Model", "parameters": head}})
    assert read(f"Model,{head}\nOne,1.3\n", mapping).rows["parameters"].to_list() == [meant]
    own = {**mapping.model_dump(exclude_none=True), "numbers": {"unit": 1e12}}
    assert read(f"Model,{head}\nOne,1.3\n", Mapping.model_validate(own)).rows["parameters"].to_list() == [1.3e12]


def test_numbers_of_parquet_are_no_texts(read: Callable[..., Theirs]) -> None:
    billions = Mapping.model_validate({**MAPPING.model_dump(exclude_none=True), "numbers": {"unit": 1e9}})
    assert read(parquet(Parameters=[1.125]), billions).rows["parameters"].to_list() == [1.125e9]
    assert read(parquet(Parameters=["1.125"]), billions).rows["parameters"].to_list() == [None]
    assert read(parquet(Parameters=[175.0])).rows["parameters"].to_list() == [None]


DATES: dict[str, tuple[date, date] | None] = {
    "2020": (date(2020, 1, 1), date(2020, 12, 31)),
    "2020-02": (date(2020, 2, 1), date(2020, 2, 29)),
    "2020-05-28": (date(2020, 5, 28), date(2020, 5, 28)),
    "2020-05-28T10:00:00Z": (date(2020, 5, 28), date(2020, 5, 28)),
    "9999": (date(9999, 1, 1), date(9999, 12, 31)),
    "2020-13": None,
    "2020-02-30": None,
    "28/05/2020": None,
    "May 2020": None,
    "0000": None,
    "99999": None,
    "2020-5": None,
}


def test_dates_are_periods_or_listed(read: Callable[..., Theirs]) -> None:
    theirs = read(rows(*(f'One,Acme,"{cell}",1e9,Open,' for cell in DATES)))
    found = dict(zip(DATES, theirs.rows.select("starts", "ends").rows(), strict=True))
    assert found == {cell: period or (None, None) for cell, period in DATES.items()}
    assert theirs.unreadable["cell"].to_list() == [cell for cell, period in DATES.items() if period is None]


def test_what_cannot_be_read_has_its_place(read: Callable[..., Theirs]) -> None:
    theirs = read(rows("One,Acme,2020,1e9,Open,", "Two,Acme,someday,many,Ajar,", ",Acme,2020,1e9,Open,", ",,,,,"))
    assert theirs.unreadable.select("row", "column", "cell").rows() == [
        (2, "Model accessibility", "Ajar"),
        (2, "Parameters", "many"),
        (2, "Publication date", "someday"),
        (3, "Model", None),
    ]
    assert "[values.access] of the mapping mine" in theirs.unreadable["reason"][0]
    assert theirs.rows["name"].to_list() == ["One", "Two"]


def test_blanks_are_no_values(read: Callable[..., Theirs]) -> None:
    theirs = read(rows("One,unknown,-, UNKNOWN ,-,"))
    assert theirs.rows.select("organisations", "date_text", "parameters", "access").row(0) == (None, None, None, None)
    assert theirs.unreadable.height == 0


def test_control_characters_do_not_get_through(read: Callable[..., Theirs]) -> None:
    theirs = read(rows('"O\x1b[31mne\u202e\x07\nx\0",Acme,"\x1b]0;x",a\x9bb,\u2066,'))
    assert theirs.rows["name"].to_list() == ["O�[31mne�� x�"]
    assert all(cell.isprintable() for cell in theirs.unreadable["cell"])


def test_a_cell_that_is_too_long_is_listed_and_cut(read: Callable[..., Theirs]) -> None:
    theirs = read(rows(f"{'x' * 2001},Acme,2020,1e9,Open,", f"{'y' * 2000},Acme,2020,1e9,Open,"))
    assert theirs.unreadable.select("row", "column", "reason").rows() == [(1, "Model", "the cell is too long")]
    assert len(theirs.unreadable["cell"][0]) == 80
    assert theirs.rows["row"].to_list() == [2]


def many(content: str) -> Callable[[], bytes]:
    return lambda: content.encode()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (many(""), "no rows"),
    "a header alone": (many(HEADER), "no rows"),
    "no columns of the mapping": (many("a,b\n1,2\n"), "no column 'Model' and has no column 'Organization'"),
    "a column twice": (many(HEADER + ",Parameters\n1,2,3,4,5,6,7\n"), "the column 'Parameters' twice"),
    "too many columns": (many(",".join(f"c{n}" for n in range(3000)) + "\n"), "more than 1000"),
    "another separator": (many(PLAIN.replace(",", ";")), "no column"),
    "rows that are longer than the header": (
        many(PLAIN + "a,b,c,d,e,f,g,h,i\n" * 3),
        "most of its rows cannot be read, first that on line 4 (it has more cells than the header; put those that hold",
    ),
    "a title above the header": (many("Sizes of models\n\n" + PLAIN), "has its header on line 3, below other lines"),
    "open quotation marks": (many(PLAIN + '"Three,a\n' * 3), "no CSV with the separator ','"),
    "quotation marks within words": (many(PLAIN + '"T"hree,a\n' * 101), "more than 100 rows like that which begins on"),
    "another encoding": (lambda: PLAIN.replace("One", "Ün").encode("latin-1"), "not utf-8 at byte"),
    "UTF-16": (lambda: PLAIN.encode("utf-16"), "set `encoding`"),
    "half a gzip file": (lambda: gzip.compress(PLAIN.encode())[:-6], "no whole gzip file"),
    "a gzip file with a tail": (lambda: gzip.compress(PLAIN.encode()) + b"tail", "no whole gzip file"),
    "a bomb": (lambda: gzip.compress(b"0" * 2**25), "larger than"),
    "too many bytes": (lambda: b"x" * (2**23 + 1), "larger than"),
    "too many rows": (lambda: (HEADER + "\n" + "One,,,,,\n" * 2001).encode(), "more than 2000 rows"),
    "half a Parquet file": (lambda: parquet()[:-20], "no Parquet file"),
    "Parquet in name": (lambda: b"PAR1" + bytes(100) + b"PAR1", "no Parquet file"),
    "lists in Parquet": (lambda: parquet(Model=[["One"]]), "'Model' must hold texts"),
    "bytes in Parquet": (lambda: parquet(Parameters=[b"175B"]), "'Parameters' must hold texts"),
    "no rows in Parquet": (
        lambda: parquet(**{name.replace(" ", "_"): pa.array([], pa.string()) for name in HEADER.split(",")[:5]}),
        "no rows",
    ),
    "too many rows in Parquet": (
        lambda: parquet(**{name.replace(" ", "_"): ["x"] * 2001 for name in HEADER.split(",")[:5]}),
        "more than 2000 rows",
    ),
    "one text in many rows of Parquet": (
        lambda: parquet(
            **{name.replace(" ", "_"): ["x"] * 2000 for name in HEADER.split(",")[1:5]},
            Model=pa.DictionaryArray.from_arrays(pa.array([0] * 2000), pa.array(["x" * 100_000])),
        ),
        "more than 2000 rows or 8388608 bytes",
    ),
}


BAD_ROWS = {
    "a mark within a word": ('"Thr"ee,Acme,2020,1e9,Open,', "',' expected after '\"'; see to its quotation marks"),
    "a mark that nothing closes": ('"Three,Acme,2020,1e9,Open,', "unexpected end of data; see to its quotation marks"),
    "an unquoted separator": (
        "Three,Acme,2020,1e9,Open,a,b",
        "it has more cells than the header; put those that hold ',' ",
    ),
}


@pytest.mark.parametrize("fault", BAD_ROWS)
def test_a_row_that_is_badly_quoted_is_listed_with_its_line_and_the_rest_is_read(
    read: Callable[..., Theirs], fault: str
) -> None:
    line, reason = BAD_ROWS[fault]
    theirs = read(rows('One,Acme,2020,1e9,Open,"two\nlines"', line, "Two,Acme,2021,2e9,Open,x"))
    assert theirs.rows.select("row", "name").rows() == [(1, "One"), (3, "Two")]
    [(row, column, cell, told)] = theirs.unreadable.rows()
    assert (row, column, cell) == (2, "line 4", line) and told.startswith(reason)


def test_a_mark_that_is_open_for_a_thousand_lines_hides_no_more(read: Callable[..., Theirs]) -> None:
    good = [f"Model {number},Acme,2020,1e9,Open,x" for number in range(1200)]
    theirs = read(rows('"Open,Acme', *good, 'Last,Acme,2020,1e9,Open,"x"'))
    assert theirs.rows.height == 1201
    assert theirs.unreadable["column"].to_list() == ["line 2"]


@pytest.mark.parametrize("fault", REFUSED)
def test_a_file_that_is_no_table_is_refused(
    read: Callable[..., Theirs], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(foreign_file, "MAX_BYTES", 2**23)
    monkeypatch.setattr(foreign_file, "MAX_ROWS", 2000)
    make, words = REFUSED[fault]
    with pytest.raises(UserError) as refused:
        read(make())
    assert words in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_bomb_is_not_unpacked(read: Callable[..., Theirs], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_file, "MAX_BYTES", 2**22)
    content = gzip.compress(bytes(2**20)) * 512
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match="larger"):
        read(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 * 1024  # of 512 MiB


@pytest.mark.parametrize("place", ["/nowhere/table.csv", "nul\0", "", "."])
def test_a_file_that_is_not_there_is_told(place: str) -> None:
    with pytest.raises(UserError, match="give a file, or an address"):
        read_theirs(place, MAPPING)


def test_an_address_is_read(tmp_path: Path) -> None:
    (tmp_path / "my table.csv.gz").write_bytes(gzip.compress(PLAIN.encode()))
    with web_server(tmp_path) as web:
        assert read_theirs(f"{web.url}/my%20table.csv.gz", MAPPING).rows.height == 2
        with pytest.raises(UserError, match="missing"):
            read_theirs(f"{web.url}/other.csv", MAPPING)


@pytest.mark.parametrize(
    "address", ["http://", "https://host.test", "https://host.test/", "https://host.test/a?b", "https://[::1/x.csv"]
)
def test_an_address_of_no_file_is_refused(address: str) -> None:
    with pytest.raises(UserError, match=r"write https://host/path/table\.csv|is no URL"):
        read_theirs(address, MAPPING)


def test_credentials_of_an_address_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_file, "MAX_BYTES", 1000)
    bodies = {"/a/empty.csv": b"", "/a/large.csv": b"x" * 2000, "/a/other.csv": b"a,b\n1,2\n", "/a/bad.csv": b"\xff"}
    with hostile_server(lambda path, number: answer(bodies[path])) as server:
        for path in bodies:
            with pytest.raises(UserError) as refused:
                read_theirs(f"{server.url.replace('://', '://user:secret@')}{path}", MAPPING)
            assert "secret" not in str(refused.value)
