"""The manifest of a release, `release.json`: what it is, what it was made from, and every byte of it."""

import importlib.metadata
from functools import cache
from pathlib import Path

import polars as pl

import flows.about as about
from flows.canonical import sha256, to_json
from flows.git import GitError, git
from flows.layout import UNLISTED, Identity, table_path
from schemas.products import PRODUCTS, SCHEMA_VERSION
from schemas.tables import Tables, frame

_LIBRARIES = ("duckdb", "matplotlib", "pandera", "polars", "pyarrow")
# names in the manifest and the index of what the table `errata` holds
_ERRATA = {
    "version": "version",
    "id": "erratum_id",
    "table": "table_name",
    "text": "erratum_en",
    "text_ja": "erratum_ja",
    "corrected_in": "corrected_in",
    "on": "noted_on",
}


@cache  # each is read from a file
def library_version(name: str) -> str:
    """Version of a library in this environment."""
    return importlib.metadata.version(name)


def library_versions() -> dict[str, str]:
    """Versions of the libraries that have a say in the bytes of a release."""
    return {name: library_version(name) for name in _LIBRARIES}


def source_commit(root: Path) -> tuple[str | None, bool]:
    """Commit that the project is at, and whether records and code are as committed.

    Outside a git checkout there is no commit, and nothing is known to be clean.
    """

    try:
        if Path(git(root, "rev-parse", "--show-toplevel")).resolve() != root.resolve():
            return None, False  # a repository around it is not the project's
        commit = git(root, "rev-parse", "HEAD")
        return commit, not git(root, "status", "--porcelain", "--", "raw", "flows", "schemas")
    except GitError:
        return None, False


def manifest(folder: Path, tables: Tables, identity: Identity) -> str:
    """Text of `release.json`: what the release is, and the bytes of every file but `UNLISTED`.

    It carries the errata too, so that the index can be made from manifests alone.
    """
    listed = sorted(p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder).as_posix() not in UNLISTED)
    body = {
        "name": about.NAME,
        "version": identity.version,
        "schema_version": SCHEMA_VERSION,
        "as_of": identity.as_of.isoformat(),
        "collected_until": identity.collected_until and identity.collected_until.isoformat(),
        "previous": identity.previous,
        "source": {"commit": identity.commit, "clean": identity.clean},
        "licence": about.LICENCE,
        **about.places(),
        "libraries": library_versions(),
        "tables": {
            name: {"rows": tables[name].num_rows, "content_sha256": sha256(folder / table_path(name, "csv"))}
            for name in PRODUCTS
        },
        "errata": frame(tables["errata"]).select(**_ERRATA).with_columns(pl.col("on").cast(pl.String)).to_dicts(),
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in listed
        },
    }
    return to_json(body)
