"""The site in a real browser: readable on a screen and a phone, by a screen reader too, and SQL over the release, offline."""

import csv
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from flows.publishing.publish import publish
from flows.site.build import lay_out
from flows.site.engine import storage_version
from flows.site.serve import application
from flows.stores.folder import FolderStore
from support.hub_releases import beside
from support.project import TODAY, make_project
from support.published import two_records
from support.sites import ENGINE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")
VERSION, HAS_ENGINE = "2026.11.0", ENGINE.is_dir()
#: queries that fail, and words of the engine that the page then shows
WRONG = (
    ("select nothing from models", 'Referenced column "nothing" not found'),
    ("from 'https://example.org/x.parquet'", "does not exist"),
    ("load icu", "disabled"),
    ("set enable_external_access = true", "locked"),
    ("drop table models", "read-only"),
)
needs_engine = pytest.mark.skipif(not HAS_ENGINE, reason=f"the engine of the SQL page is not in {ENGINE.parent}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outer = tmp_path_factory.mktemp("browsed")
    project = make_project(outer / "project")
    publish(project.root, two_records(), TODAY, FolderStore(outer / "store"), VERSION, None)
    beside(project, outer, outer / "store")
    return lay_out(outer / "site", str(outer / "store"), engine=ENGINE if HAS_ENGINE else None).folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The site served as `kiban serve` does."""
    config = uvicorn.Config(
        application(folder), port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join()


def faults(page: "Page") -> list[str]:
    """What axe finds wrong, and whether the page is wider than the screen."""
    found = [str(violation["id"]) for violation in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["too wide"] if wide else [])]


def test_pages_are_accessible_on_a_screen_and_in_the_dark_on_a_phone(page: "Page", address: str) -> None:
    for path, scheme, width in (
        ("en/", "light", 1280),
        ("ja/models/acme/one/", "dark", 360),
        ("en/methods/", "dark", 360),
        ("ja/hub/", "light", 1280),
        ("en/hub/", "dark", 360),
    ):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address + path)
        assert faults(page) == [], path


def test_the_entrance_leads_to_the_language_of_the_reader_and_pages_to_their_other(page: "Page", address: str) -> None:
    page.goto(address)
    page.wait_for_url("**/en/")
    page.get_by_role("link", name="Models", exact=True).click()
    page.get_by_role("link", name="One", exact=True).click()
    page.get_by_role("link", name="日本語").click()
    page.wait_for_url("**/ja/models/acme/one/")
    assert page.locator("h1").inner_text() == "ワン"


@needs_engine
def test_sql_runs_in_the_browser_over_the_release(page: "Page", address: str, folder: Path, tmp_path: Path) -> None:
    page.goto(f"{address}en/sql/#question-3")  # models of each country
    page.wait_for_selector("#result table", timeout=60_000)
    assert page.locator("#result tbody tr").all_inner_texts() == ["US\t2", "JP\t1"]
    assert faults(page) == []
    page.context.set_offline(True)  # all is here by now
    for wrong, told in WRONG:
        page.locator("#query").fill(wrong)
        page.locator("#run").click()
        page.wait_for_selector(f"#error:not([hidden]):has-text('{told}')")
    query = """select model_id, announced, aliases, 1e11::decimal(20, 2) as d, -1::hugeint as h, null as n,
      timestamp '2020-01-02 03:04:05' as t, {'a': 1} as s, 'a "b",' || chr(10) as q
      from landscape(date '2022-05-31') join models using (model_id, announced) order by model_id limit 1"""
    page.locator("#query").fill(query)
    page.locator("#query").press("Control+Enter")
    page.wait_for_selector("#result th:has-text('model_id')")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download as CSV").click()
    assert begun.value.suggested_filename == f"kiban-{VERSION}.csv"
    begun.value.save_as(tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(newline="", encoding="utf-8") as file:
        names, row = csv.reader(file)
    assert names == ["model_id", "announced", "aliases", "d", "h", "n", "t", "s", "q"]
    assert row == [
        "acme/one", "2020-05-28", "One 175B;uno", "100000000000.00", "-1", "", "2020-01-02 03:04:05", '{"a":1}', 'a "b",\n',
    ]  # fmt: skip


@needs_engine
def test_every_question_of_the_cookbook_runs_in_the_browser(page: "Page", address: str) -> None:
    page.goto(f"{address}en/sql/")
    count = page.locator("#question option").count()
    assert count >= 30
    for number in range(count):
        page.locator("#question").select_option(index=number)
        page.wait_for_selector("#csv:not([disabled]), #error:not([hidden])", timeout=60_000)
        assert page.locator("#error").inner_text() == "", number


def test_the_file_of_a_release_is_readable_by_old_engines(folder: Path) -> None:
    assert storage_version(folder / "latest/kiban.duckdb") == "v1.0.0"
