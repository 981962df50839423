"""Files of the site for programs: what else is made from the release, and what says where everything lies."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

import flows.about as about
from flows.layout import CATALOGUE, DATABASE, FEED, INDEX, QUERIES, README
from flows.site.newest import Newest

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
    """Path, from the root of the site, and text of every file for programs that is made from the release.

    What another room makes from the tables of a release for the site (`release.tables`, `release.identity`) joins here.
    """
    yield (
        "llms.txt",
        _LLMS.format(
            title=about.TITLE,
            description=about.DESCRIPTION,
            version=release.version,
            as_of=release.identity.as_of,
            models=len(release.rows["models"]),
            statements=len(release.rows["statements"]),
            licence=about.LICENCE_TITLE,
            author=about.AUTHOR,
            at=address or "",
            database=DATABASE,
            queries=QUERIES,
            readme=README,
            index=INDEX,
            catalogue=CATALOGUE,
            feed=FEED,
        ),
    )
    sitemap = f"Sitemap: {address}sitemap.xml\n" if address else ""
    yield "robots.txt", f"User-agent: *\nAllow: /\n{sitemap}"


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
