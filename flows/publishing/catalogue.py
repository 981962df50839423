"""The files beside the releases: a DCAT catalogue and an Atom feed, made from the index alone.

Links are relative to the root, and names are URNs: a store may lie anywhere, and be moved or
mirrored. The same index gives the same text.
"""

import html
from datetime import UTC, datetime
from io import StringIO

from feedgenerator import Atom1Feed

from flows.about import (
    AUTHOR,
    DESCRIPTION,
    DESCRIPTION_JA,
    KEYWORDS,
    LABEL,
    LANGUAGES,
    LICENCE_TITLE,
    LICENCE_URL,
    NAME,
    TITLE,
    TITLE_JA,
    places,
)
from flows.canonical import to_json
from flows.layout import CATALOGUE, DATA_PACKAGE, DATABASE, FEED, INDEX, MANIFEST, is_hub, release_urn
from flows.publishing.index import Entry, latest

_SERIES = f"urn:{NAME}:releases"
_DAY_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_STATUS = {
    "published": "http://purl.org/adms/status/Completed",
    "yanked": "http://purl.org/adms/status/Withdrawn",
}

_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _id(iri: str) -> dict[str, str]:
    return {"@id": iri}


def _texts(en: str, ja: str) -> list[dict[str, str]]:
    return [{"@language": "en", "@value": en}, {"@language": "ja", "@value": ja}]


def _day(text: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": text}


def _common() -> dict[str, object]:
    known = places()
    here = {"dcat:landingPage": _id(known["homepage"])} if "homepage" in known else {}
    asked = {"@type": "vcard:Kind", "vcard:hasURL": _id(known["issues"])} if "issues" in known else None
    return {
        **here,
        **({"dcat:contactPoint": asked} if asked else {}),
        "dct:description": _texts(DESCRIPTION, DESCRIPTION_JA),
        "dct:language": list(LANGUAGES),
        "dct:license": _id(LICENCE_URL),
        "dct:publisher": {"@id": f"urn:{NAME}:publisher", "@type": "foaf:Agent", "foaf:name": AUTHOR},
    }


def _distribution(release: Entry, name: str, media_type: str, title: str) -> dict[str, object]:
    path = f"{release.version}/{name}"
    entry: dict[str, object] = {
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dct:license": _id(LICENCE_URL),
        "dcat:accessURL": _id(path),
        "dcat:downloadURL": _id(path),
        "dcat:mediaType": _id(f"https://www.iana.org/assignments/media-types/{media_type}"),
    }
    if name == MANIFEST:  # whose hash stands in the index, and who has the hashes of all others
        entry["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": release.manifest_sha256},
        }
    return entry


def _dataset(release: Entry) -> dict[str, object]:
    notes = _texts(f"yanked: {release.reason}", f"取り下げ: {release.reason}") if release.state == "yanked" else []
    for erratum in release.errata:
        notes += _texts(f"{erratum.id}: {erratum.text}", f"{erratum.id}: {erratum.text_ja}")
    entry = _common() | {
        "@id": release_urn(release.version),
        "@type": "dcat:Dataset",
        "dct:title": _texts(f"{TITLE}, {release.version}", f"{TITLE_JA} {release.version}"),
        "dct:issued": _day(release.as_of),
        **({"dct:temporal": {"dcat:endDate": _day(release.collected_until)}} if release.collected_until else {}),
        "dct:identifier": release_urn(release.version),
        "dcat:version": release.version,
        "dcat:inSeries": _id(_SERIES),
        "dcat:keyword": list(KEYWORDS),
        "adms:status": _id(_STATUS[release.state]),
        "dcat:distribution": [
            _distribution(release, MANIFEST, "application/json", "Manifest: every file with its SHA-256"),
            _distribution(release, DATA_PACKAGE, "application/json", "Data Package: every table as CSV and Parquet"),
            _distribution(release, DATABASE, "application/octet-stream", "All tables in one DuckDB file"),
        ],
    }
    if release.previous:
        entry["dcat:previousVersion"] = entry["dcat:prev"] = _id(release_urn(release.previous))
    if notes:
        entry["adms:versionNotes"] = notes
    return entry


def catalog(entries: list[Entry]) -> str:
    """Text of `catalog.jsonld`: the releases of an index as a DCAT 3 catalogue.

    The current version is `latest` of the index; what is yanked has the status Withdrawn, and
    its reason and errata as version notes.
    """
    series: dict[str, object] = _common() | {
        "@id": _SERIES,
        "@type": "dcat:DatasetSeries",
        "dct:title": _texts(TITLE, TITLE_JA),
    }
    if entries:
        series["dcat:last"] = _id(release_urn(entries[-1].version))
    if (current := latest(entries)) is not None:
        series["dcat:hasCurrentVersion"] = _id(release_urn(current))
    body = _common() | {
        "@context": _CONTEXT,
        "@id": CATALOGUE,
        "@type": "dcat:Catalog",
        "dct:title": _texts(TITLE, TITLE_JA),
        "dcat:dataset": [series, *(_dataset(release) for release in entries)],
    }
    return to_json(body)


class _Feed(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """An Atom feed that never asks the clock, also not while it is empty."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_DAY_BEFORE_ALL)


def _instant(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _paragraphs(release: Entry) -> list[str]:
    rows = release.rows
    counts = ", ".join(f"{rows[name]} {name}" for name in ("models", "statements", "sources") if name in rows)
    against = f" Previous release: {release.previous}." if release.previous else ""
    collected = f" Models up to {release.collected_until}." if release.collected_until else ""
    said = [f"As of {release.as_of}: {counts}.{collected} Schema version {release.schema_version}.{against}"]
    if release.state == "yanked":
        said.insert(0, f"Yanked on {release.yanked_on}: {release.reason}")
    for erratum in release.errata:
        mended = f" Corrected in {erratum.corrected_in}." if erratum.corrected_in else ""
        place = f" in {erratum.table}" if erratum.table else ""
        said.append(f"Erratum {erratum.id}{place} ({erratum.on}): {erratum.text} {erratum.text_ja}{mended}")
    return said


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(c if c.isprintable() else " " for c in text)


def feed(entries: list[Entry]) -> str:
    """Text of `feed.atom`: the releases of an index, newest first.

    An entry is published on the release's day and updated on that day, or when it was yanked
    or an erratum was noted, so that readers show it again.
    """
    atom = _Feed(
        title=TITLE,
        link=INDEX,
        description=DESCRIPTION,
        language="en",
        author_name=AUTHOR,
        feed_url=FEED,
        feed_guid=_SERIES,
        feed_copyright=LICENCE_TITLE,
    )
    for release in reversed(entries):
        yanked = " (yanked)" if release.state == "yanked" else ""
        days = [release.as_of, release.yanked_on, *(erratum.on for erratum in release.errata)]
        atom.add_item(
            title=f"{LABEL} {release.version}{yanked}",
            link=f"{release.version}/README.md",
            description="".join(f"<p>{html.escape(_printable(said))}</p>" for said in _paragraphs(release)),
            unique_id=release_urn(release.version),
            pubdate=_instant(release.as_of),
            updateddate=_instant(max(day for day in days if day)),
        )
    out = StringIO()
    atom.write(out, "utf-8")
    return out.getvalue() + "\n"


def files_beside(entries: list[Entry]) -> dict[str, bytes]:
    """The files of a store's root that are made from its index, by name; one of the hub layer has none."""
    if entries and is_hub(entries[-1].rows):
        return {}
    return {FEED: feed(entries).encode("utf-8"), CATALOGUE: catalog(entries).encode("utf-8")}
