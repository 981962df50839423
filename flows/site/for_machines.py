"""Files of the site for programs: what else is made from the release, and what says where everything lies."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

import flows.about as about
from flows.api.files import api_files
from flows.layout import CATALOGUE, DATABASE, FEED, INDEX, QUERIES, README
from flows.release_files.kiban_sql import sql_files
from flows.site.newest import Newest
from flows.site.page import Site

_LLMS = """\
# {title}

> {description}

Version {version}, as of {as_of}: {models} models, {statements} statements. Licence: {licence}; name {author}.
Every value has a source. A missing value is told apart in the table `facts` (column `state`): never take `unresearched` for "no".

## Data

- [{database}]({at}latest/{database}): all tables in one DuckDB file; `landscape(date '2022-05-31')` gives the models of a day
- [data/models.parquet]({at}latest/data/models.parquet): a row a model; also as [CSV]({at}latest/data/models.csv)
- [{queries}]({at}latest/{queries}): questions in English and Japanese, each with its query
- [{readme}]({at}latest/{readme}): how to read and check a release, data dictionary
- [{index}]({at}{index}): every version; `latest` names the newest
- [{catalogue}]({at}{catalogue}): the same as a DCAT catalogue
- [{feed}]({at}{feed}): new releases

## Pages

- [Models]({at}en/models/): a page each, at en/models/<organisation>/<model>/ and ja/models/<organisation>/<model>/
- [Makers]({at}en/organisations/)
- [Data dictionary]({at}en/dictionary/)
- [Methods and quality]({at}en/methods/): error rates, coverage, errata
- [Changes]({at}en/changes/)
"""


def machine_files(release: Newest, address: str | None) -> Iterator[tuple[str, str]]:
    """Path, from the root of the site, and text of every file for programs that is made from the release alone.

    Views over the Parquet files need an address to name.
    """
    yield from api_files(release.tables, release.identity)
    if address:
        yield from sql_files(f"{address}{release.version}", release.tables, release.identity.as_of).items()
    sitemap = f"Sitemap: {address}sitemap.xml\n" if address else ""
    yield "robots.txt", f"User-agent: *\nAllow: /\n{sitemap}"


def llms(site: Site) -> str:
    """Text of `llms.txt`: what a language model that was sent to the site is to know, and where it finds what."""
    release, at = site.release, site.address or ""
    text = _LLMS.format(
        title=about.TITLE,
        description=about.DESCRIPTION,
        version=release.version,
        as_of=release.identity.as_of,
        models=len(release.rows["models"]),
        statements=len(release.rows["statements"]),
        licence=about.LICENCE_TITLE,
        author=about.AUTHOR,
        at=at,
        database=DATABASE,
        queries=QUERIES,
        readme=README,
        index=INDEX,
        catalogue=CATALOGUE,
        feed=FEED,
    )
    more = (
        (
            site.has_api,
            f"- [JSON]({at}api/index.json): a document a model, with facts, labels and sources, and JSON Schemas",
        ),
        (site.has_explorer, f"- [Explorer]({at}latest/): search, filter and compare, for people"),
        (site.has_sql, f"- [SQL]({at}en/sql/): queries in the browser, for people"),
    )
    return text + "".join(f"{line}\n" for is_there, line in more if is_there)


def sitemap(pages: Iterable[str], address: str, day: str) -> str:
    """Text of `sitemap.xml`: every page in every language, each with its others. `pages` are paths below a language."""

    def alternates(path: str) -> str:
        return "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(f"{address}{language}/{path}")}"/>'
            for language in about.LANGUAGES
        )

    urls = "".join(
        f"<url><loc>{escape(f'{address}{language}/{path}')}</loc><lastmod>{day}</lastmod>{alternates(path)}</url>\n"
        for path in pages
        for language in about.LANGUAGES
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{urls}</urlset>\n'
    )
