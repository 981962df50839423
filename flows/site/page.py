"""A page of the site, and how it is rendered in each language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import flows.about as about
from flows.layout import FEED
from flows.site.newest import Newest
from flows.site.texts import conclusion, texts, word
from flows.site.wording import Codebook, day, exact, percent, short, size, value_of

#: pages of the head of every page: where they lie from the folder of a language, and their word
MENU = {
    "models/": "models",
    "organisations/": "organisations",
    "methods/": "methods",
    "dictionary/": "dictionary",
    "changes/": "changes",
    "releases/": "releases",
}


@dataclass(frozen=True)
class Page:
    """One page in all languages: where it lies from the folder of a language, template and what that is given.

    `title` is a word of the texts, or a title for each language. `data` is what search engines read, as JSON-LD; a
    page that is not `is_listed` is kept out of the sitemap.
    """

    path: str
    template: str
    title: str | Mapping[str, str]
    context: Mapping[str, object] = field(default_factory=dict)
    data: Mapping[str, object] | None = None
    is_listed: bool = True


@dataclass(frozen=True)
class Site:
    """What every page is told: the release, the site's address if it has one, what there is beside the pages."""

    release: Newest
    address: str | None
    has_explorer: bool
    has_sql: bool
    has_api: bool
    has_hub: bool = False


def safe_json(value: object) -> Markup:
    """JSON for an element `script`, in which no text can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def is_address(text: str | None) -> bool:
    """Whether a text may be the target of a link: an address of the web, nothing that runs."""
    return bool(text) and str(text).startswith(("https://", "http://"))


class Renderer:
    """What renders pages in one language."""

    def __init__(self, site: Site, language: str) -> None:
        rows = site.release.rows
        self._site, self._language = site, language
        self._texts = texts(language)
        codebook = Codebook(rows["axes"], rows["axis_labels"], language)
        environment = Environment(
            loader=PackageLoader("flows", "templates/site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            short=lambda value: short(value, language),
            word=lambda code: word(code, language) if code else "",
            value_of=lambda row: value_of(row, language),
            conclusion=lambda state: conclusion(state, language),
            # what tables say in both languages: `row | own("meaning")`
            own=lambda row, column: row[f"{column}_{language}"],
            # what is named in one language, and in Japanese where a Japanese name is known
            name=lambda row, column: (language == "ja" and row[f"{column}_ja"]) or row[column],
            meaning=lambda column: column.en if language == "en" else column.ja,
            exact=exact,
            day=day,
            percent=percent,
            size=size,
            axis=codebook.axis,
            label=codebook.label,
            label_meaning=codebook.meaning,
            safe_json=safe_json,
            as_json=lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True),
        )
        environment.tests["address"] = is_address
        environment.globals.update(
            about=about,
            t=self._texts,
            language=language,
            release=site.release,
            site=site,
            menu=MENU,
            feed=FEED,
        )
        self._environment = environment

    def title(self, page: Page) -> str:
        """Title of a page in this language."""
        return self._texts[page.title] if isinstance(page.title, str) else page.title[self._language]

    def render(self, page: Page) -> str:
        """Text of a page that lies in the folder of this language."""
        path = f"{self._language}/{page.path}"
        paths = {language: f"{language}/{page.path}" for language in about.LANGUAGES}
        return self._rendered(page, "../" * path.count("/"), path, paths)

    def render_outer(self, page: Page, paths: Mapping[str, str]) -> str:
        """Text of a page that lies in the root, and belongs to no language; `paths` lead to the languages."""
        return self._rendered(page, "", None, paths)

    def _rendered(self, page: Page, root: str, path: str | None, paths: Mapping[str, str]) -> str:
        own = {"root": root, "page": page, "title": self.title(page), "paths": paths, "path": path}
        return self._environment.get_template(page.template).render({**page.context, **own})
