"""The page of the hub layer: made from the newest release of a store's `hub`, whatever stands in it."""

from pathlib import Path

import pytest

from flows.errors import UserError
from flows.publishing.publish import publish
from flows.site.build import lay_out
from flows.stores.folder import FolderStore
from support.hub_releases import beside
from support.project import TODAY, make_project
from support.published import two_records
from support.sites import Html, pages_of

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub-page")
    project = make_project(folder / "project")
    publish(project.root, two_records(), TODAY, FolderStore(folder / "store"))
    beside(project, folder, folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def pages(store: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Html]:
    return pages_of(lay_out(tmp_path_factory.mktemp("laid-out") / "site", str(store)).folder)


def hub_page(pages: list[Html], language: str) -> Html:
    return next(page for page in pages if page.path == page.site / language / "hub" / "index.html")


def test_the_hub_is_drawn_by_month_with_its_families_and_what_the_records_say(pages: list[Html]) -> None:
    page = hub_page(pages, "en")
    lines = [str(node.attributes["points"]).split() for node in page.tree.css("polyline")]
    assert [len(points) for points in lines] == [25, 25, 0, 0]  # months in which any was made; nobody is sparse
    first, *_, last = lines[1]
    assert (first.split(",")[0], last.split(",")[0]) == ("44.0", "684.0")
    tables = [
        [[cell.text().strip() for cell in row.css("th, td")] for row in node.css("tr")]
        for node in page.tree.css("table")
    ]
    months, families, agreement, differing = tables
    assert months[2] == ["2025-11", "100.0 %", "0.0 %", "0.0 %", "0.0 %"]
    assert months[3] == ["2025-10", "0.0 %", "100.0 %", "0.0 %", "0.0 %"]
    assert months[-1][:3] == ["2023-11", "0.0 %", "0.0 %"]
    assert families[1] == ["acme/two", "", "17", "16", "4", "4", "3", "3", "3"]
    assert ["Access", "–", "0", "0", "1", "0"] in agreement
    assert [row[0] for row in differing[1:]] == ["acme/two"] * len(differing[1:])
    assert ["acme/two", "parameters", "7000000000", "70000000000"] in differing


def test_names_of_the_hub_are_texts_and_links_lead_to_pages(pages: list[Html]) -> None:
    for language in ("en", "ja"):
        page = hub_page(pages, language)
        assert '<b onclick="x">/"two' in [node.text() for node in page.tree.css("tbody th")]
        assert not [name for node in page.tree.css("*") for name in node.attributes if name.startswith("on")]
        assert not page.tree.css("[style]")
        assert all(page.target(link).is_file() for link in page.links() if not link.startswith("https://"))
    assert all("/hub/" in "".join(page.links()) for page in pages if page.path.parts[-2] == "methods")


def test_without_a_hub_there_is_no_page_of_it_and_one_that_is_not_the_published_is_refused(
    store: Path, tmp_path: Path
) -> None:
    (store / "hub").rename(store.parent / "away")
    try:
        site = lay_out(tmp_path / "site", str(store)).folder
    finally:
        (store.parent / "away").rename(store / "hub")
    assert not (site / "en" / "hub").exists()
    assert "hub/" not in (site / "en" / "index.html").read_text()
    path = store / "hub" / "2026.11.20" / "hub_families-000.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"!")
    try:
        with pytest.raises(UserError, match=r"hub_families-000\.parquet is not the published one"):
            lay_out(tmp_path / "other", str(store))
    finally:
        path.write_bytes(content)
