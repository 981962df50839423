"""A store as a site: whole, the same for the same store, every link leads somewhere, and no text of a record is markup."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.canonical import digest
from flows.check import check
from flows.cli.main import app
from flows.derive.products import products
from flows.errors import UserError
from flows.layout import signature_path
from flows.publishing.publish import publish, yank
from flows.site.build import lay_out
from flows.site.overview import changelog_html, figures_of
from flows.site.wording import day, exact, short
from flows.stores.folder import FolderStore
from support.keys import key
from support.project import HORIZON, LICENCES, ONE, ORGANISATIONS, TODAY, make_project
from support.published import FIRST, SECOND, make_store
from support.sites import Html, pages_of

pytestmark = pytest.mark.xdist_group("site")
ADDRESS = "https://example.org/kiban"
#: markup, quotes of all kinds, SQL, Markdown, an end of a script, a mark that turns the direction
HARM = "</script><img src=x onerror=alert(1)>\"') drop table models -- [x](javascript:alert(1)) {{ 7*7 }} \u202e"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("site"), key()).folder


@pytest.fixture(scope="module")
def site(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laid-out") / "site"
    lay_out(folder, str(store), ADDRESS)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Html]:
    return pages_of(site)


def page_of(pages: list[Html], path: str) -> Html:
    return next(page for page in pages if page.path == page.site / path / "index.html")


def test_every_link_within_the_site_leads_to_a_file_and_a_place_in_it(pages: list[Html]) -> None:
    by_path = {page.path: page for page in pages}
    wrong = []
    for page in pages:
        for link in page.links():
            inner = link.removeprefix(f"{ADDRESS}/")
            if "://" in link and inner == link:
                continue
            target = Html(page.site, page.site / "index.html").target(inner) if inner != link else page.target(link)
            place = link.partition("#")[2]
            if not target.exists() or (place and target in by_path and place not in by_path[target].ids):
                wrong.append(f"{page.path}: {link}")
    assert wrong == []


def test_no_page_asks_anything_of_elsewhere(pages: list[Html]) -> None:
    for page in pages:
        loaded = page.tree.css("script[src], img, iframe, link[rel=stylesheet], link[rel=icon]")
        assert all("://" not in str(node.attributes.get("src") or node.attributes.get("href")) for node in loaded)
        policy = page.tree.css_first("meta[http-equiv=Content-Security-Policy]")
        assert policy is not None and "default-src 'none'" in str(policy.attributes["content"])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_model_has_a_page_that_says_all_without_a_script(pages: list[Html], language: str) -> None:
    page = page_of(pages, f"{language}/models/acme/one")
    assert page.tree.css_first("html").attributes["lang"] == language
    assert page.tree.css_first("h1").text() == {"en": "One", "ja": "ワン"}[language]
    said = page.tree.css_first("main").text()
    for expected in (
        "acme/one",
        "One 175B",
        "175,000,000,000",
        "175.0B",
        "Table 2.1",
        "density.dense.routing",
        "One Small",
    ):
        assert expected in said
    assert {"en": "175 billion", "ja": "1750億"}[language] in said
    density = next(row for row in page.tree.css("tr") if "density.dense.routing" in row.text())
    assert [node.attributes["href"].rpartition("-")[2] for node in density.css("td a")] == ["density.sql", "1"]
    assert page.tree.css_first("#source-1 a").attributes["href"] == "https://one.test/paper"
    assert not page.tree.css("main script")


def test_pages_name_themselves_and_their_other_language(pages: list[Html]) -> None:
    page = page_of(pages, "ja/organisations/institute")
    assert page.tree.css_first("link[rel=canonical]").attributes["href"] == f"{ADDRESS}/ja/organisations/institute/"
    others = {node.attributes["hreflang"]: node.attributes["href"] for node in page.tree.css("link[hreflang]")}
    assert others["en"] == others["x-default"] == f"{ADDRESS}/en/organisations/institute/"
    assert page.tree.css_first("nav a[hreflang=en]").attributes["href"] == "../../../en/organisations/institute/"


def test_the_address_of_an_id_that_was_given_up_leads_to_the_one_in_its_place(pages: list[Html]) -> None:
    page = page_of(pages, "ja/models/acme/zero")
    assert (
        page.tree.css_first("meta[http-equiv=refresh]").attributes["content"]
        == "0; url=../../../../ja/models/acme/one/"
    )
    assert page.tree.css_first("main a").attributes["href"] == "../../../../ja/models/acme/one/"
    assert "announced under another name" in page.text


def test_search_engines_find_a_dataset_and_software(pages: list[Html]) -> None:
    def data(path: str) -> dict[str, object]:
        found = json.loads(page_of(pages, path).tree.css_first("script[type='application/ld+json']").text())
        assert isinstance(found, dict)
        return found

    assert data("en")["@type"] == "Dataset" and data("en")["version"] == SECOND
    one = data("en/models/acme/one")
    assert (one["name"], one["alternateName"], one["datePublished"]) == (
        "One",
        ["ワン", "One 175B", "uno"],
        "2020-05-28",
    )
    assert data("ja/organisations/acme") == {"@context": "https://schema.org", "@type": "Organization", "name": "Acme"}


def test_the_start_page_answers_three_questions(pages: list[Html]) -> None:
    main = page_of(pages, "en").tree.css_first("main")
    assert len(main.css("h3 + pre + .wide table")) == 3
    rows = [[cell.text() for cell in row.css("td")] for row in main.css(".wide")[0].css("tbody tr")]
    assert rows == [["Two", "acme, institute", "7,000,000,000", "open"]]


def test_the_page_of_methods_tells_how_often_the_data_are_wrong(pages: list[Html]) -> None:
    said = page_of(pages, "en/methods").tree.css_first("main").text()
    for expected in (
        "Cells that the second reading corrected",
        "Draws",
        "no address was asked again",
        "All models of Acme.",
    ):
        assert expected in said


def test_the_root_is_a_store_with_its_signatures_and_latest_beside_its_versions(site: Path, store: Path) -> None:
    published, laid_out = files_of(store), files_of(site)
    of_index = signature_path(digest(published["releases.json"]))  # those of older indexes are not kept
    published = {
        path: content
        for path, content in published.items()
        if not path.endswith(".lock") and (path == of_index or not path.startswith("signatures/"))
    }
    assert {path: laid_out.get(path) for path in published} == published
    assert {"allowed_signers", of_index, f"{SECOND}/SHA256SUMS.sig"} < published.keys()
    assert files_of(site / "latest") == files_of(store / SECOND)
    assert "latest/kiban.duckdb" in (site / "llms.txt").read_text()


def test_the_sitemap_has_every_page_of_a_language(site: Path, pages: list[Html]) -> None:
    listed = (site / "sitemap.xml").read_text().count("<loc>")
    assert (
        listed == len(pages) - 4
    )  # not the entrance, the page of what is missing, and a renamed model's in each language
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (site / "robots.txt").read_text()


def test_the_same_store_gives_the_same_bytes(site: Path, store: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "again", str(store), f"{ADDRESS}/")
    assert files_of(tmp_path / "again") == files_of(site)


def test_a_site_is_replaced_and_anything_else_refused(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    lay_out(folder, str(store))
    assert not (folder / "sitemap.xml").exists()
    (folder / "en" / "old.html").write_text("old")
    lay_out(folder, str(store))
    assert not (folder / "en" / "old.html").exists()
    before = files_of(folder)
    with pytest.raises(UserError, match="there is no engine for the SQL page"):
        lay_out(folder, str(store), engine=tmp_path)
    (folder / ".git").mkdir()
    with pytest.raises(UserError, match=r"no site of ours \(\.git\)"):
        lay_out(folder, str(store))
    assert files_of(folder) == before
    with pytest.raises(UserError, match="no site of ours"):
        lay_out(store, str(store))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_the_command_says_what_it_laid_out(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app(["site", str(tmp_path / "site"), "--store", str(store)], result_action="return_value")
    assert f"{SECOND}: 11 pages in two languages in {tmp_path / 'site'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "address", "said"),
    [
        ("nothing", None, "there are no releases in"),
        ("empty", None, "kiban release"),
        ("empty", "ftp://x", "no address of a site"),
    ],
)
def test_what_cannot_be_laid_out_is_told_and_nothing_is_left(
    tmp_path: Path, place: str, address: str | None, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=said):
        lay_out(tmp_path / "site", str(tmp_path / place), address)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_yanked_release_stays_and_says_so_and_latest_is_the_one_before(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store, tmp_path / "store")
    yank(FolderStore(tmp_path / "store"), SECOND, "wrong <b>figures</b>", date(2026, 11, 24), key())
    made = lay_out(tmp_path / "site", str(tmp_path / "store"))
    assert made.version == FIRST
    releases = page_of(pages_of(tmp_path / "site"), "en/releases")
    assert "yanked: not to be used" in releases.text and "wrong &lt;b&gt;figures" in releases.text
    assert (tmp_path / "site" / SECOND / "release.json").is_file()


def test_texts_of_records_never_become_markup(tmp_path: Path) -> None:
    project, harm = make_project(tmp_path / "project"), json.dumps(HARM)
    project.edit(ONE, '"One"\n', f"{harm}\n")
    project.edit(ONE, '"ワン"', harm)
    project.edit(ONE, '["One 175B", "uno"]', f"[{harm}]")
    project.edit(ONE, '"One Is Enough"', harm)
    project.edit(ONE, '"One Small"', harm)
    project.edit(ONE, 'value = "dense", at = "Section 2"', f'value = "dense", at = {harm}')
    project.edit(ORGANISATIONS, '"Acme"', harm)
    project.edit(LICENCES, '"Apache License 2.0"', harm)
    project.edit(HORIZON, '"All models of Acme."', harm)
    publish(
        project.root,
        products(check(project.root, TODAY).tables, TODAY),
        TODAY,
        FolderStore(tmp_path / "store"),
        FIRST,
        None,
    )
    lay_out(tmp_path / "site", str(tmp_path / "store"))
    pages = pages_of(tmp_path / "site")
    assert page_of(pages, "en/models/acme/one").tree.css_first("h1").text() == HARM
    for page in pages:
        assert not page.tree.css("iframe, object, embed, form")
        assert all("latest/figures/" in str(node.attributes["src"]) for node in page.tree.css("img"))
        scripts = page.tree.css("script")
        assert all(str(node.attributes.get("src") or "assets/").lstrip("./").startswith("assets/") for node in scripts)
        for node in scripts:
            if node.attributes.get("type") == "application/ld+json":
                json.loads(node.text())
        assert all(
            link.startswith(("https://", "http://", "#", "../", "en/", "ja/", "assets/", "latest/", "feed.atom"))
            for link in page.links()
        )
        assert not [name for node in page.tree.css("*") for name in node.attributes if name.startswith("on")]
        assert "49" not in page.tree.css_first("title").text()


def test_a_changelog_makes_tables_and_code_but_neither_links_nor_markup() -> None:
    made = changelog_html(
        "# Changes\n\n## 1\n\n| a | b |\n|---|---:|\n| `x` | <b>y</b> |\n\n- [n](https://x.test) ![p](x.png) <i>\n"
    )
    assert 'class="wide"' in made and 'class="number"' in made and "style=" not in made
    assert "<table>" in made and "<code>x</code>" in made and "<h2>1</h2>" in made
    assert "&lt;b&gt;" in made and "&lt;i&gt;" in made
    assert "<a" not in made and "<img" not in made and "Changes" not in made


def test_figures_are_shown_in_their_order_with_their_words(tmp_path: Path) -> None:
    assert figures_of(tmp_path) == {"en": [], "ja": []}
    (tmp_path / "figures").mkdir()
    for name in ("a-new-one", "b"):
        for language in ("en", "ja"):
            (tmp_path / f"figures/{name}.{language}.svg").touch()
    described = {
        language: {"svg": f"figures/b.{language}.svg", "alt": f"A line ({language})"} for language in ("en", "ja")
    }
    (tmp_path / "figures/figures.json").write_text(json.dumps({"figures": [{"name": "b", **described}]}))
    assert figures_of(tmp_path)["ja"] == [
        {"path": "figures/b.ja.svg", "alt": "A line (ja)"},
        {"path": "figures/a-new-one.ja.svg", "alt": "a new one"},
    ]
    (tmp_path / "figures/figures.json").write_text("[]")
    with pytest.raises(UserError, match="describes no figures"):
        figures_of(tmp_path)


@pytest.mark.parametrize(
    ("value", "en", "ja"),
    [
        (175_000_000_000, "175 billion", "1750億"),
        (1_100_000_000_000, "1.1 trillion", "1.1兆"),
        (125_000_000, "125 million", "1.25億"),
        (96, "96", "96"),
        (999_999, "999,999", "100万"),
        (3.14e23, "3.14e+23", "3.14e+23"),
        (0.1, "0.1", "0.1"),
        (None, "", ""),
    ],
)
def test_numbers_are_said_as_people_say_them(value: float | None, en: str, ja: str) -> None:
    assert (short(value, "en"), short(value, "ja")) == (en, ja)


def test_exact_numbers_have_all_digits_and_days_those_that_are_known() -> None:
    assert (exact(174_600_000_000), exact(1287.0), exact(552.1)) == ("174,600,000,000", "1,287", "552.1")
    assert [day(date(2021, 3, 1), precision) for precision in ("year", "month", "day")] == [
        "2021",
        "2021-03",
        "2021-03-01",
    ]
