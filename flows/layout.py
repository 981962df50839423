"""The layout of a release and of a store: names of files, versions (YYYY.M.N, ordered by number), identity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from flows.about import NAME
from schemas.version import VERSION

#: files at the root of a store: the index, what is made from it, and whose signatures count
INDEX, FEED, CATALOGUE, SIGNERS = "releases.json", "feed.atom", "catalog.jsonld", "allowed_signers"
#: folder of a store in which the releases of the hub layer have a store of their own
HUB = "hub"
#: what a release of the hub layer, and the index of its store, are called
HUB_NAME = f"{NAME}-{HUB}"
#: files of a release that name or seal the others
MANIFEST, SUMS, SUMS_SIGNATURE = "release.json", "SHA256SUMS", "SHA256SUMS.sig"
#: all tables in one file, which never repeats to the byte
DATABASE = "kiban.duckdb"
#: files of a release that describe it
DATA_PACKAGE, CROISSANT, PROVENANCE, CITATION = "datapackage.json", "croissant.json", "provenance.json", "CITATION.cff"
README, CHANGELOG, LICENCE_FILE, QUERIES = "README.md", "CHANGELOG.md", "LICENSE", "queries.sql"
#: views over the Parquet files, and how to read a release from one's own tools
KIBAN_SQL, RECIPES = "kiban.sql", "RECIPES.md"
#: how to check a release without any code of ours
CHECKING = "CHECK.md"
#: what the figures of a release show, in words
FIGURES_FILE = "figures/figures.json"
#: the explorer of a release, and the page without data that it is made from
EXPLORER, EXPLORER_PAGE = "index.html", "explorer.html"

#: files that no manifest can hold: itself, the checksums, their signature, and the file that never repeats
UNLISTED = (MANIFEST, SUMS, SUMS_SIGNATURE, DATABASE)
#: what the signatures are for; ssh-keygen refuses one that was made for something else
NAMESPACE = "kiban.release"
#: the principal of the key in `allowed_signers`
SIGNER = "kiban"


@dataclass(frozen=True)
class Identity:
    """Which release this is, what it was made from, and up to which day models were looked for."""

    version: str
    as_of: date
    previous: str | None
    commit: str | None
    clean: bool
    collected_until: date | None = None


def signature_path(sha256: str) -> str:
    """Where the signature of a file of a store's root lies, by the SHA-256 of what it signs."""
    return f"signatures/{sha256}.sig"


def stone_path(version: str) -> str:
    """Where the tombstone of a yanked version lies."""
    return f"yanked/{version}.json"


def release_urn(version: str) -> str:
    """Name of a release wherever an identifier is needed: it has no address of its own."""
    return f"urn:{NAME}:release:{version}"


def build_folder(home: Path) -> Path:
    """Where everything lies that is made in the project's folder `home`."""
    return home / "build"


def releases_folder(home: Path) -> Path:
    """The store that releases of the project in `home` go to, unless told otherwise."""
    return build_folder(home) / "releases"


def preview_folder(home: Path) -> Path:
    """Where the preview of the project in `home` lies."""
    return build_folder(home) / "preview"


def observations_folder(home: Path) -> Path:
    """Where the observations of the project in `home` lie."""
    return build_folder(home) / "observations"


def table_path(table: str, kind: Literal["csv", "parquet"]) -> str:
    """Where a table's file lies in a release; `changes` lies beside the data, since it is about it."""
    return f"changes.{kind}" if table == "changes" else f"data/{table}.{kind}"


def is_hub(tables: Iterable[str]) -> bool:
    """Whether a release with these tables is one of the hub layer."""
    return "hub_models" in tables


def hub_path(table: str, number: int) -> str:
    """Where a file of a table lies in a release of the hub layer."""
    return f"{table}-{number:03}.parquet"


def figure_path(name: str, language: str, kind: Literal["png", "svg"]) -> str:
    """Where a figure in a language lies in a release."""
    return f"figures/{name}.{language}.{kind}"


def is_version(text: str) -> bool:
    """Whether a text is a version, YYYY.M.N."""
    return VERSION.fullmatch(text) is not None


def version_key(version: str) -> tuple[int, ...]:
    """Order of versions: by year, month and number."""
    return tuple(int(part) for part in version.split("."))


def next_version(taken: Iterable[str], as_of: date) -> str:
    """The next free version of the month of `as_of`: one more than the highest number there, from 0."""
    month = (as_of.year, as_of.month)
    numbers = [version_key(v)[2] for v in taken if is_version(v) and version_key(v)[:2] == month]
    return f"{as_of.year}.{as_of.month}.{max(numbers, default=-1) + 1}"
