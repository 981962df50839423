"""The explorer in a real browser: what a reader does with it, by file and by address, in both languages."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from flows.release_files.duckdb_file import write_duckdb
from flows.release_files.explorer import explorer
from schemas.products import FILES
from schemas.tables import Tables
from support.explorer_pages import HOSTILE, IDENTITY, hostile
from support.published import two_records
from support.release_folder import one_change
from support.servers import web_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return two_records()


@pytest.fixture(scope="module")
def folder(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of two records, and that of the same records meaning harm."""
    folder = tmp_path_factory.mktemp("explorer")
    (folder / "index.html").write_text(explorer(tables, IDENTITY), encoding="utf-8")
    (folder / "hostile.html").write_text(explorer(hostile(tables), IDENTITY), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def database(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "kiban.duckdb"
    everything = {**tables, "changes": one_change()}
    write_duckdb(path, {name: everything[name] for name in FILES}, IDENTITY.as_of.isoformat())
    return path


def show(page: "Page", folder: Path, hash_: str = "lang=en", name: str = "index.html") -> None:
    """Open the page afresh, without network."""
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"{(folder / name).as_uri()}#{hash_}")
    page.wait_for_selector("h1")


def names(page: "Page") -> list[str]:
    """Names of the models in the table, in its order."""
    return page.locator("section.models tbody th").all_inner_texts()


def count(page: "Page") -> str:
    return page.locator(".bar [role=status]").inner_text()


def column(page: "Page", title: str) -> list[str]:
    """What the table says in a column."""
    heads = [text.strip(" ▾▴") for text in page.locator("section.models thead th").all_inner_texts()]
    place = heads.index(title)  # of the cells beside the name, the first is for choosing
    return page.locator(f"section.models tbody tr td:nth-child({place + 2})").all_inner_texts()


def test_it_opens_from_a_file_without_network(page: "Page", folder: Path) -> None:
    show(page, folder)
    assert names(page) == ["Two", "One"]
    assert count(page) == "2 of 2 models known on 2026-11-23"
    assert page.title() == "Kiban: the landscape of foundation models · Kiban 2026.11.0"


def test_it_opens_from_a_server_and_asks_it_for_nothing_more(page: "Page", folder: Path) -> None:
    with web_server(folder) as web:
        page.goto(f"{web.url}/index.html#lang=en")
        page.wait_for_selector("h1")
        page.get_by_role("link", name="One").click()
        page.get_by_role("heading", name="Sources").wait_for()
    assert {path for _, path, _, _ in web.requests} <= {"/index.html", "/favicon.ico"}


def test_a_click_on_a_head_sorts_and_says_so(page: "Page", folder: Path) -> None:
    show(page, folder)
    head = page.locator("th", has=page.get_by_role("button", name="Parameters"))
    head.get_by_role("button").click()
    assert (names(page), head.get_attribute("aria-sort")) == (["One", "Two"], "descending")
    head.get_by_role("button").click()
    assert (names(page), head.get_attribute("aria-sort")) == (["Two", "One"], "ascending")
    expect(page.locator("th[aria-sort]")).to_have_count(1)


def test_filters_leave_rows_and_count_what_each_would_leave(page: "Page", folder: Path) -> None:
    show(page, folder)
    makers = page.locator("aside details", has=page.get_by_text("Makers", exact=True)).last
    assert makers.locator("li").all_inner_texts() == ["Acme\n2", "Institute of Two\n1"]
    makers.get_by_label("Institute of Two").check()
    assert (names(page), count(page)) == (["Two"], "1 of 2 models known on 2026-11-23")
    page.get_by_label("Parameters: from").fill("100B")
    page.get_by_label("Parameters: from").blur()
    assert names(page) == []
    page.get_by_label("Institute of Two").click()  # it goes, since it would leave nothing
    assert names(page) == ["One"]
    page.get_by_role("button", name="Clear all").click()
    assert names(page) == ["Two", "One"]


SEARCHES = {
    "ワン": ["One"],
    "\uff9c\uff9d": ["One"],  # half as wide
    "ONE-175b": ["One"],
    "one 175 b": ["One"],
    "acme uno": ["One"],
    "institute": ["Two"],
    "nothing of it": [],
}


def test_names_are_found_in_any_script_width_and_spelling(page: "Page", folder: Path) -> None:
    show(page, folder)
    found = {}
    for typed in SEARCHES:
        page.get_by_role("searchbox").fill(typed)
        found[typed] = names(page)
    assert found == SEARCHES


def test_the_language_is_switched_with_names_and_words(page: "Page", folder: Path) -> None:
    show(page, folder)
    page.get_by_role("button", name="日本語で表示").click()
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.locator("h1").inner_text() == "基盤:基盤モデルの全体像"
    assert names(page) == ["Two", "ワン"]
    assert column(page, "パラメータ数") == ["70億", "1750億"]


def test_the_day_moves_rows_labels_and_charts(page: "Page", folder: Path) -> None:
    show(page, folder)
    assert column(page, "Access") == ["Open", "Paid"]
    page.get_by_label("Day of the landscape").fill(str((date(2020, 12, 31) - date(1970, 1, 1)).days))
    assert (names(page), column(page, "Access")) == (["One"], ["Unknown"])
    page.get_by_role("link", name="Charts").click()
    expect(page.locator("circle")).to_have_count(1)
    page.get_by_role("button", name="Newest").click()
    expect(page.locator("circle")).to_have_count(2)


def test_a_model_shows_facts_labels_and_where_they_come_from(page: "Page", folder: Path) -> None:
    show(page, folder)
    page.get_by_role("link", name="One").click()
    page.get_by_role("heading", name="Sources").wait_for()
    row = page.locator("section[aria-label=Facts] tr", has=page.get_by_text("Layers", exact=True)).first
    assert row.locator("td").all_inner_texts()[:3] == ["96", "stated", "maker"]
    row.get_by_role("button").click()
    assert page.locator("td.opened q").all_inner_texts() == ["96 layers", "96"]
    assert page.locator("td.opened a", has_text="One Is Enough").get_attribute("href") == "https://one.test/paper"
    scale = page.locator("section[aria-label='Labels and their rules'] tr", has_text="scale.gpt-3-class.parameters")
    scale.get_by_role("button").click()
    assert "175,000,000,000 stated, maker" in page.locator("td.opened").last.inner_text()
    assert page.locator("section[aria-label='Access over time'] tbody th").all_inner_texts()[-1] == "2021-11-18"
    page.get_by_role("link", name="Two").first.click()  # a relative, with the factor that it claims
    page.get_by_role("heading", name="Two").wait_for()
    assert page.title() == "Two · Kiban 2026.11.0"
    page.go_back()
    page.get_by_role("heading", name="One", exact=True).wait_for()


def test_a_model_that_is_not_there_is_named(page: "Page", folder: Path) -> None:
    show(page, folder, "lang=en&view=model&model=acme/three")
    assert "This release has no model acme/three." in page.locator("main").inner_text()


def test_models_stand_side_by_side(page: "Page", folder: Path) -> None:
    show(page, folder)
    page.get_by_label("Compare One").check()
    page.get_by_label("Compare Two").check()
    page.get_by_role("link", name="Compare (2)").click()
    page.get_by_role("row", name="Layers").wait_for()
    assert page.get_by_role("columnheader").locator("a").all_inner_texts() == ["One", "Two"]
    row = page.get_by_role("row", name="Parameters (differs)")
    assert row.locator("td").all_inner_texts()[0].strip() == "175,000,000,000"


def test_a_link_shows_what_was_on_the_screen(page: "Page", folder: Path) -> None:
    show(page, folder)
    page.get_by_role("searchbox").fill("acme")
    page.get_by_label("Parameters: to").fill("1兆")
    page.get_by_label("Parameters: to").blur()
    page.get_by_role("button", name="Name").click()
    page.get_by_role("textbox", name="The landscape on").fill("2022-01-01")
    page.wait_for_url(re.compile("day=2022-01-01"))
    hash_ = page.evaluate("location.hash.slice(1)")
    assert hash_ == "lang=en&day=2022-01-01&q=acme&parameters=..1000000000000&sort=name"
    show(page, folder, hash_)
    assert (names(page), count(page)) == (["One", "Two"], "2 of 2 models known on 2022-01-01")
    assert page.get_by_role("searchbox").input_value() == "acme"


@pytest.mark.parametrize("hash_", ["%", "day=2022-13-45&sort=nothing&columns=x,y&access=nobody&parameters=a..b&view=z"])
def test_an_address_that_says_nothing_sensible_shows_everything(hash_: str, page: "Page", folder: Path) -> None:
    show(page, folder, f"lang=en&{hash_}")
    assert names(page) == ["Two", "One"]


def test_rows_are_downloaded_with_licence_and_filter(page: "Page", folder: Path) -> None:
    show(page, folder, "lang=en&access=paid&columns=parameters,openness,known_since")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "kiban-2026.11.0-models-2026-11-23.csv"
    text = download.value.path().read_text(encoding="utf-8")
    notes = [line for line in text.splitlines() if line.startswith("#")]
    assert "CC-BY-4.0" in notes[0]
    assert notes[2] == "# Access: Paid"
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert list(csv.DictReader(io.StringIO(body))) == [
        {
            "model_id": "acme/one",
            "name": "One",
            "parameters": "175000000000",
            "openness": "unknown",
            "known_since": "2020-05-28",
        }
    ]


def test_a_chart_is_downloaded_with_title_legend_and_source(page: "Page", folder: Path) -> None:
    show(page, folder, "lang=en&view=charts&organisations=institute")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download SVG").first.click()
    drawing = ET.parse(download.value.path()).getroot()
    texts = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Models over time, by size", "Open", "Makers: Institute of Two"} <= set(texts)
    assert any(text and "Kiban 2026.11.0, CC-BY-4.0" in text for text in texts)


FILTERS = (
    "",
    "day=2020-12-31",
    "q=%E3%83%AF%E3%83%B3",
    "q=acme%20uno",
    "q=it's",
    "access=paid,open&sort=name",
    "openness=weights",
    "organisations=institute",
    "countries=JP&sort=-parameters",
    "licence=apache-2-0",
    "commercial_use=true",
    "languages=ja",
    "routing=dense&columns=licence,commercial_use,languages,knowledge_cutoff",
    "parameters=1e10..&known_since=2020-01-01..2020-12-31",
    "parameters=..1e10",
    "training_flop=1e23..1e24",
)


def test_the_query_gives_the_rows_of_the_screen(page: "Page", folder: Path, database: Path) -> None:
    show(page, folder)
    on_screen, given = {}, {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for hash_ in FILTERS:
            page.evaluate("hash => { location.hash = hash }", f"lang=en&{hash_}")
            page.get_by_role("button", name="Copy as SQL").click()
            query = page.get_by_role("textbox", name="Copy as SQL").input_value()
            page.get_by_role("button", name="Close").click()
            on_screen[hash_] = names(page)
            given[hash_] = [row[1] for row in connection.execute(query).fetchall()]
    assert given == on_screen
    assert {tuple(found) for found in given.values()} >= {(), ("One",), ("Two",), ("One", "Two"), ("Two", "One")}


VIEWS = ("table", "charts", "model&model=acme/one", "compare&compare=acme/one,acme/two")


@pytest.mark.parametrize("view", VIEWS, ids=[view.partition("&")[0] for view in VIEWS])
def test_a_screen_reader_finds_nothing_amiss_and_colours_are_apart_in_the_dark_too(
    view: str, page: "Page", folder: Path
) -> None:
    show(page, folder, f"lang=ja&view={view}")
    if "model" in view:
        page.get_by_role("heading", name="出典").wait_for()
    found = [Axe().run(page)]
    page.emulate_media(color_scheme="dark")
    found.append(Axe().run(page, options={"runOnly": ["color-contrast"]}))
    assert [scan.response["violations"] for scan in found] == [[], []], [scan.generate_report() for scan in found]


def test_the_keyboard_skips_to_the_results(page: "Page", folder: Path) -> None:
    show(page, folder)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "results"


@pytest.mark.parametrize("view", VIEWS, ids=[view.partition("&")[0] for view in VIEWS])
def test_a_phone_scrolls_in_one_direction(view: str, page: "Page", folder: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    show(page, folder, f"lang=en&view={view}")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("view", VIEWS, ids=[view.partition("&")[0] for view in VIEWS])
def test_a_text_of_a_record_is_never_markup(view: str, page: "Page", folder: Path) -> None:
    show(page, folder, f"lang=en&view={view}", "hostile.html")
    if "model" in view:
        page.get_by_role("heading", name="Sources").wait_for()
        page.locator("button[aria-expanded=false]").evaluate_all("all => all.forEach(button => button.click())")
    assert HOSTILE in (page.locator("main").text_content() or "")
    assert page.locator("img, script:not([type]) ~ script:not([type])").count() == 0
    links = page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href') ?? '')")
    assert [link for link in links if not link.startswith(("#", "https://"))] == []


def test_a_text_of_a_record_is_never_markup_in_a_download(page: "Page", folder: Path) -> None:
    show(page, folder, "lang=en&view=charts&by=organisations&access=paid", "hostile.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download SVG").first.click()
    drawing = ET.parse(download.value.path()).getroot()
    assert {element.tag.partition("}")[2] for element in drawing.iter()} <= {
        *("svg", "g", "rect", "line", "text", "circle", "title")
    }
    assert HOSTILE in [element.text for element in drawing.iter()]
