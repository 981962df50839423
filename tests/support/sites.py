"""Sites of small stores, and what stands in their pages."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from support.project import REPOSITORY

#: where an operator, or CI, has the engine of the SQL page; see OPERATING
ENGINE = Path(os.environ.get("KIBAN_SQL_ENGINE") or REPOSITORY / "build/engine/node_modules/@duckdb/duckdb-wasm/dist")


@dataclass(frozen=True)
class Html:
    """A page of a site."""

    site: Path
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)

    @cached_property
    def ids(self) -> set[str]:
        return {str(node.attributes["id"]) for node in self.tree.css("[id]")}

    def links(self) -> Iterator[str]:
        """Every target of an element, as it stands there."""
        for attribute in ("href", "src", "data-engine", "data-database"):
            for node in self.tree.css(f"[{attribute}]"):
                if node.tag != "base":
                    yield str(node.attributes[attribute])

    def target(self, link: str) -> Path:
        """The file that a link within the site leads to, as a plain host finds it."""
        base = self.site if self.tree.css_first("base") else self.path.parent
        parts = urlsplit(link)
        place = (base / unquote(parts.path)).resolve() if parts.path else self.path
        return (
            place / "index.html"
            if place.is_dir() and link.split("#")[0].endswith("/") and "engine" not in link
            else place
        )


def pages_of(site: Path) -> list[Html]:
    """Every page of ours in a site; what lies in releases has tests of its own."""
    outer = [site / "index.html", site / "404.html"]
    inner = sorted(path for language in ("en", "ja") for path in (site / language).rglob("*.html"))
    return [Html(site, path) for path in (*outer, *inner)]
