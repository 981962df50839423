"""The catalogue and the feed beside the releases say what the index says, and nothing more."""

import re
from dataclasses import replace

import feedparser
import pytest
from rdflib import Graph

from flows.publishing.catalogue import catalog, feed
from flows.publishing.index import Entry, Erratum

# rdflib's JSON-LD parser uses what rdflib deprecates
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

BASE = "https://somewhere.test/kiban/catalog.jsonld"

QUERY = """
prefix adms: <http://www.w3.org/ns/adms#>
prefix dcat: <http://www.w3.org/ns/dcat#>
prefix dct: <http://purl.org/dc/terms/>
prefix spdx: <http://spdx.org/rdf/terms#>
"""


RELEASE = Entry(
    version="2026.11.0",
    as_of="2026-11-23",
    schema_version="1.0.0",
    previous=None,
    signed=False,
    manifest_sha256="a" * 64,
    sums_sha256="b" * 64,
    rows={"models": 82, "statements": 2889, "sources": 493},
    errata=[],
)
YANKED = replace(
    RELEASE,
    version="2026.11.1",
    previous="2026.11.0",
    state="yanked",
    reason="dates of A & B are <wrong>\n",
    yanked_on="2026-12-01",
)


@pytest.fixture
def entries() -> list[Entry]:
    erratum = Erratum("e1", "models", "One has 96 layers, not <95>.", "層数は96。", "2026.11.0", "2026-11-25")
    return [
        replace(RELEASE, version="2026.9.0", as_of="2026-09-30", errata=[erratum], manifest_sha256="c" * 64),
        replace(RELEASE, previous="2026.9.0"),
        YANKED,
    ]


def parsed(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld", publicID=BASE)


@pytest.fixture
def graph(entries: list[Entry]) -> Graph:
    return parsed(catalog(entries))


def asked(graph: Graph, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(cell) for cell in row) for row in graph.query(QUERY + query))


def test_the_catalogue_lists_every_release_with_its_day_and_status(graph: Graph) -> None:
    found = asked(
        graph,
        """select ?version ?day ?status where {
            ?catalogue a dcat:Catalog ; dcat:dataset ?set .
            ?set a dcat:Dataset ; dcat:version ?version ; dct:issued ?day ; adms:status ?status ;
                 dct:license <https://creativecommons.org/licenses/by/4.0/> ; dcat:inSeries ?series .
            ?series a dcat:DatasetSeries }""",
    )
    status = "http://purl.org/adms/status/"
    assert found == [
        ("2026.11.0", "2026-11-23", f"{status}Completed"),
        ("2026.11.1", "2026-11-23", f"{status}Withdrawn"),
        ("2026.9.0", "2026-09-30", f"{status}Completed"),
    ]


def test_versions_lead_to_the_one_before_and_the_series_to_the_current_one(graph: Graph) -> None:
    before = asked(graph, "select ?a ?b where { ?a dcat:previousVersion ?b }")
    urn = "urn:kiban:release:"
    assert before == [(f"{urn}2026.11.0", f"{urn}2026.9.0"), (f"{urn}2026.11.1", f"{urn}2026.11.0")]
    assert asked(graph, "select ?v where { ?s dcat:hasCurrentVersion ?v }") == [(f"{urn}2026.11.0",)]


def test_downloads_are_relative_and_the_manifest_has_its_checksum(graph: Graph, entries: list[Entry]) -> None:
    found = asked(
        graph,
        """select ?url ?sum where { ?d dcat:downloadURL ?url ; spdx:checksum ?c .
            ?c spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum }""",
    )
    root = BASE.rpartition("/")[0]
    assert found == [
        (f"{root}/2026.11.0/release.json", "a" * 64),
        (f"{root}/2026.11.1/release.json", "a" * 64),
        (f"{root}/2026.9.0/release.json", "c" * 64),
    ]
    urls = {url for (url,) in asked(graph, "select ?url where { ?d dcat:downloadURL ?url }")}
    assert {f"{root}/2026.9.0/kiban.duckdb", f"{root}/2026.9.0/datapackage.json"} < urls
    hosts = {"www.w3.org", "purl.org", "xmlns.com", "spdx.org", "creativecommons.org", "www.iana.org"}
    assert {text.split("/")[2] for text in catalog(entries).split('"') if text.startswith("http")} == hosts


def test_the_catalogue_says_why_a_release_was_yanked_and_what_is_wrong_with_another(graph: Graph) -> None:
    found = asked(graph, "select ?v (lang(?n) as ?l) ?n where { ?s dcat:version ?v ; adms:versionNotes ?n }")
    assert ("2026.11.1", "en", "yanked: dates of A & B are <wrong>\n") in found
    assert ("2026.9.0", "en", "e1: One has 96 layers, not <95>.") in found
    assert ("2026.9.0", "ja", "e1: 層数は96。") in found


def test_the_feed_is_sound_and_has_the_newest_release_first(entries: list[Entry]) -> None:
    read = feedparser.parse(feed(entries).encode())
    assert not read.bozo
    assert [entry.id for entry in read.entries] == [
        f"urn:kiban:release:{version}" for version in ("2026.11.1", "2026.11.0", "2026.9.0")
    ]
    assert [entry.published[:10] for entry in read.entries] == ["2026-11-23", "2026-11-23", "2026-09-30"]
    assert read.entries[1].updated == "2026-11-23T00:00:00+00:00"
    assert read.entries[1].link == "2026.11.0/README.md"
    assert read.feed.id == "urn:kiban:releases"


def test_the_feed_shows_a_release_again_when_it_is_yanked_or_has_an_erratum(entries: list[Entry]) -> None:
    yanked, _, faulty = feedparser.parse(feed(entries).encode()).entries
    assert yanked.title == "Kiban 2026.11.1 (yanked)"
    assert "Yanked on 2026-12-01: dates of A &amp; B are &lt;wrong&gt;" in yanked.summary
    assert yanked.updated[:10] == "2026-12-01"
    assert "Erratum e1 in models (2026-11-25): One has 96 layers, not &lt;95&gt;. 層数は96。" in faulty.summary
    assert "Corrected in 2026.11.0." in faulty.summary
    assert faulty.updated[:10] == "2026-11-25"


def test_text_that_xml_cannot_hold_does_not_break_the_feed() -> None:
    read = feedparser.parse(feed([replace(YANKED, reason="bell \a and ]]>")]).encode())
    assert not read.bozo
    assert "bell   and ]]&gt;" in read.entries[0].summary


def test_no_text_has_a_day_that_the_index_has_not(entries: list[Entry]) -> None:
    days = re.compile(r"\d{4}-\d\d-\d\d")
    known = set(days.findall(str(entries)))
    assert set(days.findall(feed(entries))) | set(days.findall(catalog(entries))) == known
    assert set(days.findall(feed([]))) == {"1970-01-01"}


def test_the_same_index_gives_the_same_texts(entries: list[Entry]) -> None:
    assert [feed(entries), catalog(entries)] == [feed(entries), catalog(entries)]


def test_an_index_without_releases_has_a_catalogue_and_a_feed() -> None:
    read = feedparser.parse(feed([]).encode())
    assert not read.bozo
    assert read.entries == []
    graph = parsed(catalog([]))
    assert asked(graph, "select ?s where { ?s dcat:version ?v }") == []
