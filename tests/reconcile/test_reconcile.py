"""Reconcile: equal names meet, unclear ones are listed, and only true differences are told."""

import json
from collections.abc import Mapping as Tables
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.check import check
from flows.cli import reconcile as cli_reconcile
from flows.derive.products import products
from flows.errors import UserError
from flows.observed.sheets import defused
from flows.reconcile.mapping import Mapping, read_mapping
from flows.reconcile.matching import REASONS
from flows.reconcile.ours import Ours, ours_of, read_ours
from flows.reconcile.report import DISAGREEMENTS, Report, reconcile, write_report
from flows.reconcile.theirs import read_theirs
from schemas.tables import frames
from support.project import ONE, ORGANISATIONS, TODAY, TWO, Project, make_project
from support.tables import arrow_tables

HEADER = "Model,Organization,Publication date,Parameters,Model accessibility"
EPOCH = read_mapping("epoch-notable")

SISTER = """
name          = "Uno Mas"
aliases       = ["Sister (7B)", "Duo"]
organisations = ["institute"]

[[sources]]
key       = "paper"
kind      = "paper"
title     = "Another"
url       = "https://sister.test/paper"
published = "2021"
accessed  = 2022-05-31

[sources.states]
announced  = { value = "2021" }
parameters = { undisclosed = true }

[[sources.variants]]
name       = "7B"
parameters = { value = 7_100_000_000, printed = "7.1B" }

[[sources.variants]]
name       = "7B long"
parameters = { value = 6_900_000_000, printed = "6.9B" }

[[sources.variants]]
name       = "base"
parameters = { value = 100_000_000, printed = "100M" }
"""


def ours_from(tables: dict[str, pl.DataFrame], as_of: date) -> Ours:
    """What is compared, of tables that a test may have changed."""
    return ours_of(arrow_tables(tables), as_of)


def tables_of(project: Project) -> dict[str, pl.DataFrame]:
    checked = check(project.root, TODAY)
    assert not checked.errors, checked.errors
    return frames(products(checked.tables, TODAY))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """One (175B; a variant of 125M) and Two (7B) of Acme, and Uno Mas of the Institute, with an alias of One."""
    project = make_project(tmp_path_factory.mktemp("reconcile"))
    project.write("raw/models/institute/uno-mas.toml", SISTER)
    made = tables_of(project)
    # a check refuses one name of two models, so it is given here
    shared = pl.when(pl.col("model_id") == "institute/uno-mas").then(pl.concat_list("aliases", pl.lit("u-no")))
    return made | {"models": made["models"].with_columns(shared.otherwise("aliases").alias("aliases"))}


@pytest.fixture(scope="module")
def ours(tables: dict[str, pl.DataFrame]) -> Ours:
    return ours_from(tables, TODAY)


def held(ours: Ours, folder: Path, *lines: str, mapping: Mapping = EPOCH) -> Report:
    path = folder / "theirs.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return reconcile(read_theirs(str(path), mapping), ours, mapping)


def matched(report: Report) -> list[tuple[str, str | None, int]]:
    return list(report.matches.select("model_id", "variant", "their_row").rows())


def unclear(report: Report) -> list[tuple[int, str]]:
    return list(report.ambiguous.sort("their_row").select("their_row", "reason").rows())


def only(report: Report) -> dict[str, object]:
    assert report.disagreements.height == 1, report.disagreements
    return report.disagreements.row(0, named=True)


# names

FITTING = {
    "One": ("acme/one", None),
    "ONE": ("acme/one", None),
    "ワン": ("acme/one", None),
    "One-175B": ("acme/one", None),
    "One (175B)": ("acme/one", None),
    "One 175.4B": ("acme/one", None),  # within 1 %
    "One (uno)": ("acme/one", None),  # outside and inside are both its names
    "One Small": ("acme/one", "One Small"),
    "One 125M": ("acme/one", "One Small"),
    "One (0.125B)": ("acme/one", "One Small"),
    "Two 7B": ("acme/two", None),
    "Sister (100M)": ("institute/uno-mas", "base"),
    "Uno Mas base": ("institute/uno-mas", "base"),
    "Uno Mas 7B long": ("institute/uno-mas", "7B long"),
}


@pytest.mark.parametrize("name", FITTING)
def test_a_name_meets_its_model_or_variant(ours: Ours, tmp_path: Path, name: str) -> None:
    model, variant = FITTING[name]
    maker = "Acme" if model.startswith("acme") else "Institute of Two"
    assert matched(held(ours, tmp_path, f'"{name}",{maker},,,')) == [(model, variant, 1)]


UNCLEAR = {
    "uno,,,,": "several-models",
    "One 13B,Acme,,,": "another-size",
    "Uno Mas 0.007T,Institute of Two,,,": "several-sizes",
    "One,Somebody else,,,": "organisation",
    "One (dense),Acme,,,": "part-of-name",
    "Great leap (Two),Acme,,,": "part-of-name",
}


@pytest.mark.parametrize("line", UNCLEAR)
def test_what_is_unclear_is_listed_and_never_guessed(ours: Ours, tmp_path: Path, line: str) -> None:
    report = held(ours, tmp_path, line)
    assert unclear(report) == [(1, UNCLEAR[line])]
    assert report.matches.height == report.missing.height == report.disagreements.height == 0
    assert report.ambiguous["what_to_do"].to_list() == [REASONS[UNCLEAR[line]]]


MISSING = [
    "Three,Acme,,,",
    "base,Acme,,,",
    "Small,Acme,,,",
    "175B,Acme,,,",
    "Onesmall 2,Acme,,,",
    "One (dense),Somebody,,,",
    "…,Acme,,,",
]


@pytest.mark.parametrize("line", MISSING)
def test_an_organisation_or_size_alone_makes_no_match(ours: Ours, tmp_path: Path, line: str) -> None:
    report = held(ours, tmp_path, line)
    assert report.missing["their_row"].to_list() == [1]
    assert report.matches.height == report.ambiguous.height == 0


@pytest.mark.parametrize(
    ("maker", "model"),
    [
        ("Acme", "acme/one"),
        ("acme research", "acme/one"),
        ("Institute of Two", "institute/uno-mas"),
        ('"Somebody, Institute of Two"', "institute/uno-mas"),
        ("The Acme", None),
        ("Acmeology", None),
    ],
)
def test_organisations_part_equal_names(ours: Ours, tmp_path: Path, maker: str, model: str | None) -> None:
    report = held(ours, tmp_path, f"uno,{maker},,,")
    assert [found for found, *_ in matched(report)] == ([model] if model else [])


def test_the_mapping_names_organisations(ours: Ours, tmp_path: Path) -> None:
    mapping = EPOCH.model_copy(
        update={"values": EPOCH.values.model_copy(update={"organisations": {"Coyote": ["acme", "nobody"]}})}
    )
    assert matched(held(ours, tmp_path, "uno,Coyote,,,", mapping=mapping)) == [("acme/one", None, 1)]


@pytest.fixture(scope="module")
def on_hub(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """The model card of Two, a model of 7 billion parameters, is a repository of the hub."""
    project = make_project(tmp_path_factory.mktemp("hub"))
    project.edit(TWO, "https://two.test/card", "https://huggingface.co/Institute/two-instruct")
    return ours_from(tables_of(project), TODAY)


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("institute/Two-Instruct", "acme/two"),
        ("https://huggingface.co/Institute/two-instruct/", "acme/two"),
        ("[Institute/two-instruct](https://example.test/x)", "acme/two"),
        ('<a href="https://example.test">Institute/two-instruct</a>', "acme/two"),
        ("[Two](https://example.test/x)", "acme/two"),
        ("somebody/two", "owner"),
        ("somebody/two-7b", "owner"),
        ("somebody/two-instruct", None),
        ("Institute/other", None),
    ],
)
def test_a_repository_of_the_hub_is_the_model_whose_record_names_it(
    on_hub: Ours, tmp_path: Path, name: str, fate: str | None
) -> None:
    cell = name.replace('"', '""')
    report = held(on_hub, tmp_path, f'"{cell}",,,,')
    assert [*report.matches["model_id"], *report.ambiguous["reason"]] == ([fate] if fate else [])


def test_several_rows_of_one_model_are_unclear(ours: Ours, tmp_path: Path) -> None:
    report = held(ours, tmp_path, "One,Acme,,,", "One 175B,Acme,,,", "Two,Acme,,,")
    assert unclear(report) == [(1, "several-rows"), (2, "several-rows")]
    assert matched(report) == [("acme/two", None, 3)]


def test_rows_of_a_model_and_its_variant_are_both_clear(ours: Ours, tmp_path: Path) -> None:
    report = held(ours, tmp_path, "One,Acme,,175B,", "One Small,Acme,,125M,")
    assert matched(report) == [("acme/one", None, 1), ("acme/one", "One Small", 2)]
    assert report.disagreements.height == 0


def test_the_whole_name_goes_before_one_without_its_size(ours: Ours, tmp_path: Path) -> None:
    report = held(ours, tmp_path, "Two,Acme,,,", "Two 7B,Acme,,,")
    assert matched(report) == [("acme/two", None, 1)]
    assert unclear(report) == [(2, "several-rows")]


def test_a_name_without_its_size_is_told_apart_by_parameters(ours: Ours, tmp_path: Path) -> None:
    assert matched(held(ours, tmp_path, "Sister,,,100M,")) == [("institute/uno-mas", "base", 1)]
    assert unclear(held(ours, tmp_path, "Sister,,,30B,")) == [(1, "another-size")]


# values


@pytest.mark.parametrize(
    "line",
    [
        "One,Acme,2020-05-28,175000000000,API access",
        "One,Acme,2020-05,176B,",  # within 1 %, and a month that covers the day
        "One,Acme,2020,,",
        "Two,Acme,2021-03-15,7.07B,Open weights (unrestricted)",  # ours is a month
        "Uno Mas,Institute of Two,2021-12-31,,",  # ours is a year
    ],
)
def test_what_agrees_is_not_told(ours: Ours, tmp_path: Path, line: str) -> None:
    report = held(ours, tmp_path, line)
    assert report.matches.height == 1
    assert report.disagreements.height == 0


def test_numbers_differ_beyond_one_percent(ours: Ours, tmp_path: Path) -> None:
    row = only(held(ours, tmp_path, "One,Acme,,177 billion,"))
    assert row == {
        "model_id": "acme/one",
        "variant": None,
        "field": "parameters",
        "kind": "differs",
        "our_value": "175000000000",
        "our_state": "stated",
        "their_value": "177 billion",
        "their_reading": "177000000000",
        "difference": "theirs / ours = 1.0114",
        "ratio": 1.011429,
        "days": None,
        "their_row": 1,
        "their_name": "One",
        "statement_ids": row["statement_ids"],
        "by_maker": True,
        "source_urls": ["https://one.test/paper"],
    }
    assert row["statement_ids"] and "parameters" in row["statement_ids"][0]
    assert tuple(row) == DISAGREEMENTS


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("175000", "; perhaps the unit"),
        ("125M", "; the figure of One Small"),
        ("200B", "; one is the other, rounded"),
        ("350B", "= 2.0"),
    ],
)
def test_a_number_that_differs_has_a_hint(ours: Ours, tmp_path: Path, printed: str, words: str) -> None:
    row = only(held(ours, tmp_path, f"One,Acme,,{printed},"))
    assert str(row["difference"]).endswith(words)


def test_a_variant_is_held_against_its_own_figure(ours: Ours, tmp_path: Path) -> None:
    row = only(held(ours, tmp_path, "One Small,Acme,2020-05-28,175B,Open weights (unrestricted)"))
    assert (row["variant"], row["our_value"], row["our_state"]) == ("One Small", "125000000", "stated")
    assert str(row["difference"]).endswith("; the figure of the model itself")


@pytest.mark.parametrize(
    ("printed", "days", "words"),
    [("2020-06-27", 30, "later, by 30 d"), ("2020-04", -28, "earlier, by 28 d"), ("2019", -149, "earlier, by 149 d")],
)
def test_dates_differ_where_periods_do_not_overlap(
    ours: Ours, tmp_path: Path, printed: str, days: int, words: str
) -> None:
    row = only(held(ours, tmp_path, f"One,Acme,{printed},,"))
    assert (row["field"], row["our_value"], row["their_value"], row["days"]) == (
        "announced",
        "2020-05-28",
        printed,
        days,
    )
    assert str(row["difference"]).endswith(words)


def test_a_date_may_agree_with_one_of_several_fields(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    is_paper = (pl.col("model_id") == "acme/one") & (pl.col("field") == "paper_date")
    moved = pl.when(is_paper).then(pl.lit(date(2020, 7, 1))).otherwise("value_date")
    ours = ours_from({**tables, "facts": tables["facts"].with_columns(value_date=moved)}, TODAY)
    assert held(ours, tmp_path, "One,Acme,2020-07-01,,").disagreements.height == 0
    assert held(ours, tmp_path, "One,Acme,2020-05-28,,").disagreements.height == 0
    assert only(held(ours, tmp_path, "One,Acme,2020-07-03,,"))["field"] == "paper_date"  # the nearer one
    alone = EPOCH.model_copy(update={"dates": EPOCH.dates.model_copy(update={"announced": ["announced"]})})
    assert only(held(ours, tmp_path, "One,Acme,2020-07-01,,", mapping=alone))["field"] == "announced"


def test_access_is_that_of_the_day(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    line = "One,Acme,,,Unreleased"
    row = only(held(ours_from(tables, TODAY), tmp_path, line))
    assert (row["field"], row["our_value"], row["their_value"], row["their_reading"]) == (
        "access", "paid", "Unreleased", "unreleased or withdrawn or partial",
    )  # fmt: skip
    assert row["our_state"] == "access.paid.api" and row["source_urls"] == ["https://one.test/paper"]
    at_first = ours_from(tables, date(2020, 6, 1))
    assert only(held(at_first, tmp_path, line))["kind"] == "only-theirs"  # nothing is known of that day
    meanwhile = held(ours_from(tables, date(2021, 1, 1)), tmp_path, "One,Acme,,,API access")
    assert all(kind == "only-theirs" for kind in meanwhile.disagreements["kind"])


def test_what_only_they_have_is_a_lead_and_no_disagreement(ours: Ours, tmp_path: Path) -> None:
    report = held(ours, tmp_path, "Uno Mas,Institute of Two,2021,7B,Unreleased")
    assert report.disagreements.select("field", "kind", "our_value", "our_state", "their_reading").rows() == [
        ("parameters", "only-theirs", None, "undisclosed", "7000000000"),
        ("access", "only-theirs", None, "access.unknown.weights", "unreleased or withdrawn or partial"),
    ]


def test_a_word_that_says_nothing_is_held_against_nothing(ours: Ours, tmp_path: Path) -> None:
    values = EPOCH.values.model_copy(update={"access": {"Some": []}})
    mapping = EPOCH.model_copy(update={"values": values})
    report = held(ours, tmp_path, 'One,"Acme, ,",,,Some', mapping=mapping)
    assert report.matches.height == 1 and report.disagreements.height == report.unreadable.height == 0


def test_an_undated_model_gets_a_lead(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    blank = tables["facts"].with_columns(
        value_date=pl.lit(None, pl.Date), state=pl.lit("unresearched"), statement_ids=pl.lit(None, pl.List(pl.String))
    )
    row = only(held(ours_from({**tables, "facts": blank}, TODAY), tmp_path, "Two,Acme,2021-03,,"))
    assert (row["kind"], row["field"], row["our_state"], row["days"]) == (
        "only-theirs",
        "announced",
        "unresearched",
        None,
    )
    assert row["statement_ids"] is None and row["source_urls"] is None


# days


@pytest.mark.parametrize(
    ("their_day", "word", "kind"),
    [
        (None, "Unreleased", "differs"),  # nobody says of which day theirs is
        (date(2021, 11, 17), "Unreleased", "only-theirs"),  # the day before the word on weights
        (date(2021, 11, 18), "Unreleased", "differs"),
        (date(2022, 5, 31), "Unreleased", "differs"),  # the day up to which One was followed
        (date(2022, 6, 1), "Unreleased", "not-known-yet"),
        (date(2022, 6, 1), "API access", None),
    ],
)
def test_access_is_compared_on_a_day_that_both_know(
    tables: dict[str, pl.DataFrame], tmp_path: Path, their_day: date | None, word: str, kind: str | None
) -> None:
    ours = ours_of(arrow_tables(tables), TODAY, their_day)
    found = held(ours, tmp_path, f"One,Acme,,,{word}").disagreements
    assert found["kind"].to_list() == ([kind] if kind else [])


def test_a_row_after_the_day_up_to_which_models_were_looked_for_is_later_and_not_missing(
    tables: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    horizon = tables["horizon"].with_columns(collected_until=pl.lit(date(2022, 5, 31)))
    ours = ours_from({**tables, "horizon": horizon}, TODAY)
    report = held(ours, tmp_path, "Three,Acme,2022-05-31,,", "Four,Acme,2022-06-01,,", "Five,Acme,,,")
    assert report.later["their_name"].to_list() == ["Four"]
    assert report.missing["their_name"].to_list() == ["Three", "Five"]


# the report


def test_missing_rows_come_in_a_useful_order(ours: Ours, tmp_path: Path) -> None:
    report = held(
        ours, tmp_path, "Old,Acme,1999,9e12,", "Small,Acme,2021,1B,", "Large,Acme,2021,9B,", "Other,Nobody,2021,99B,",
        "Unsized,Acme,2021,,", "Early,,2020-12,1e6,",
    )  # fmt: skip
    assert report.missing["their_name"].to_list() == ["Large", "Small", "Unsized", "Old", "Other", "Early"]
    assert report.missing.row(0, named=True) == {
        "their_row": 3,
        "their_name": "Large",
        "organisations": ["Acme"],
        "our_organisations": ["acme"],
        "announced": "2021",
        "parameters": 9_000_000_000,
        "access": None,
        "perhaps": None,
    }


def test_a_missing_row_has_leads_but_no_match(ours: Ours, tmp_path: Path) -> None:
    lines = ["Oneness,Acme,2020-12,180B,", "Oneness,Acme,2020-12,190B,", "Oneness,Acme,2021-12,180B,", "Oneness,X,2020-12,180B,",
             "Ono,Acme,2020-12,180B,"]  # fmt: skip
    missing = held(ours, tmp_path, *lines).missing.sort("their_row")
    assert missing["perhaps"].to_list() == [["acme/one"], None, None, None, None]


def test_the_largest_differences_come_first(ours: Ours, tmp_path: Path) -> None:
    report = held(ours, tmp_path, "One,Acme,2023,200B,Unreleased", "Two,Acme,2021-05,70B,")
    assert report.disagreements.select("field", "model_id").rows() == [
        ("parameters", "acme/two"), ("parameters", "acme/one"), ("announced", "acme/one"), ("announced", "acme/two"),
        ("access", "acme/one"),
    ]  # fmt: skip


def test_every_value_of_theirs_that_is_matched_is_counted_once_by_how_it_came_out(
    tables: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    ours = ours_from(tables, date(2022, 6, 30))
    agree = held(ours, tmp_path, "One,Acme,2020-05-28,175e9,API access")
    assert agree.counts.rows() == [(field, "agrees", 1) for field in ("access", "date", "parameters")]
    differ = held(ours, tmp_path, "One,Acme,1999-01-01,3e9,API access")
    assert dict(
        differ.counts.filter(pl.col("comparison_verdict") == "maker").select("compared_field", "cells_count").rows()
    ) == {
        "date": 1,
        "parameters": 1,
    }
    others = tables["sources"].with_columns(pl.lit(False).alias("is_primary"))
    by_others = held(ours_from({**tables, "sources": others}, date(2022, 6, 30)), tmp_path, "One,Acme,1999-01-01,3e9,")
    assert set(by_others.counts["comparison_verdict"]) == {"open"}


def test_models_that_no_row_names_are_counted(ours: Ours, tmp_path: Path) -> None:
    assert held(ours, tmp_path, "One,Acme,,,", "Three,,,,").unmatched == 2
    assert held(ours, tmp_path, "uno,,,,").unmatched == 1  # it may be one of two


def test_every_row_has_one_fate(ours: Ours, tmp_path: Path) -> None:
    lines = [*UNCLEAR, *MISSING, *(f'"{name}",Acme,,,' for name in FITTING), *(f"Model {n},,,{n}," for n in range(200))]
    report = held(ours, tmp_path, *lines)
    fates = [*report.matches["their_row"], *report.ambiguous["their_row"], *report.missing["their_row"]]
    assert sorted(fates) == list(range(1, len(lines) + 1))


def test_the_sheets_hold_no_formulas(ours: Ours, tmp_path: Path) -> None:
    report = held(
        ours, tmp_path, '"=HYPERLINK(""http://x"")",Acme,,,', '" +1+1",@acme,,many,', '"One","=A1, Acme",,2B,-2+3'
    )
    folder = tmp_path / "report"
    write_report(folder, report)
    write_report(folder, report)
    names = ["ambiguous", "counts", "disagreements", "later", "matches", "missing", "unreadable"]
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.csv" for name in names]
    for name in names:
        for line in (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines():
            assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for cell in line.split(","))
    said = pl.read_csv(folder / "missing.csv")["their_name"].to_list()
    assert said == ['\'=HYPERLINK("http://x")', "'+1+1"]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", " =1", "\r", "\n=x", "\x00=1", "＝1"])
def test_a_cell_that_looks_like_a_formula_is_text(cell: str) -> None:
    assert defused(pl.DataFrame({"a": [cell], "b": [[cell, "x"]]})).row(0) == ("'" + cell, "'" + cell + ";x")


def test_an_empty_report_has_its_columns(ours: Ours, tmp_path: Path) -> None:
    report = held(ours, tmp_path, "Three,,,,")
    assert tuple(report.disagreements.columns) == DISAGREEMENTS
    write_report(tmp_path, report)
    assert (tmp_path / "disagreements.csv").read_text(encoding="utf-8").strip() == ",".join(DISAGREEMENTS)


def test_a_dataset_without_models_misses_all(tables: Tables[str, pl.DataFrame], tmp_path: Path) -> None:
    none = ours_from({name: table.clear() for name, table in tables.items()}, TODAY)
    assert held(none, tmp_path, "One,Acme,2020,1B,Unreleased").missing.height == 1


# the command


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.csv"
    path.write_text(
        f"{HEADER}\n[red]One,Acme,,,\nOne,Acme,2020-05-28,200B,Unreleased\nThree,Acme,,many,\n", encoding="utf-8"
    )
    return path


def test_the_command_reports_and_changes_nothing(
    project: Project, theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in project.path("raw").rglob("*") if path.is_file()}
    assert cli_reconcile.reconcile_command(str(theirs), mapping="epoch-notable", root=project.root) == 0
    out = capsys.readouterr().out
    assert "1 of their rows are ours, 2 are missing here, 0 are ambiguous; 1 models of ours are not among theirs" in out
    assert "2 disagreements: access 1, parameters 1; 0 values that only they have" in out
    assert "1 cell could not be read" in out
    folder = project.path("build/reconcile/epoch-notable")
    assert f"written to {folder}" in out and (folder / "missing.csv").is_file()
    assert before == {path: path.read_bytes() for path in project.path("raw").rglob("*") if path.is_file()}


def test_the_command_takes_a_release(
    project: Project, theirs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "2026.11.0"
    (folder / "data").mkdir(parents=True)
    for name, table in tables_of(project).items():
        table.write_parquet(folder / "data" / f"{name}.parquet")
    (folder / "release.json").write_text(json.dumps({"as_of": "2022-05-31"}), encoding="utf-8")
    project.edit(ONE, 'name          = "One"', 'name          = "Another"')
    done = cli_reconcile.reconcile_command(
        str(theirs), mapping="epoch-notable", to=tmp_path / "out", release=str(folder), root=project.root
    )
    assert done == 0 and "1 of their rows are ours" in capsys.readouterr().out
    assert (tmp_path / "out" / "disagreements.csv").is_file()
    assert not project.path("build").exists()
    cli_reconcile.reconcile_command(
        str(theirs), mapping="epoch-notable", to=tmp_path / "out", release=str(folder), as_of=TODAY, root=project.root
    )
    assert "2 disagreements" not in capsys.readouterr().out
    (folder / "data" / "facts.parquet").write_bytes(b"PAR1")
    with pytest.raises(UserError, match="holds no release"):
        read_ours(folder)


def test_records_with_errors_are_not_compared(project: Project, theirs: Path) -> None:
    project.edit(TWO, 'name          = "Two"', "name          = 2")
    with pytest.raises(UserError, match="1 error; nothing was written"):
        cli_reconcile.reconcile_command(str(theirs), mapping="epoch-notable", root=project.root)
    assert not project.path("build").exists()


def test_names_of_organisations_may_be_japanese(project: Project, tmp_path: Path) -> None:
    project.edit(ORGANISATIONS, 'name    = "Acme"', 'name    = "Acme"\nname_ja = "アクメ"')
    ours = ours_from(tables_of(project), TODAY)
    assert matched(held(ours, tmp_path, "One,アクメ 研究所,,,")) == [("acme/one", None, 1)]
