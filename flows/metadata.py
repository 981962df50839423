"""What a release says of itself to people (README, which is its card too) and to machines (manifest)."""

import importlib.metadata
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

import flows.about as about
from flows.about import SCHEMA_VERSION, UNLISTED, Identity, table_path, to_json
from flows.formats import sha256
from flows.signing import NAMESPACE, SIGNER
from schemas.fields import COLUMNS
from schemas.products import FILES, PRODUCTS

__all__ = ["SCHEMA_VERSION", "UNLISTED", "Identity", "manifest", "readme", "source_commit", "to_json"]

_LIBRARIES = ("duckdb", "pandera", "polars", "pyarrow")

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

# what Hugging Face calls sizes: fewer rows than the number
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def library_versions() -> dict[str, str]:
    """Versions of the libraries that have a say in the bytes of a release."""
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


def source_commit(root: Path) -> tuple[str | None, bool]:
    """Commit that the project is at, and whether records and code are as committed.

    Outside a git checkout there is no commit, and nothing is known to be clean.
    """

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=root, capture_output=True, text=True, check=False, timeout=30
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    top = git("rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():  # a repository around it is not the project's
        return None, False
    commit = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--", "raw", "flows", "schemas")
    return commit, commit is not None and changed == ""


def size_category(rows: int) -> str:
    """Size of a dataset in the words of a Hugging Face card."""
    return next((name for limit, name in _SIZES if rows < limit), "n>10M")


def readme(tables: Mapping[str, pl.DataFrame], identity: Identity) -> str:
    """Text of a release's README: Hugging Face card, how to query and check it, data dictionary.

    `tables` are those of PRODUCTS; `changes` may be among them, and has no rows if it is not.
    """
    environment = Environment(
        loader=PackageLoader("flows"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False)
    labels = tables["axis_labels"].join(tables["axes"].select("axis", pl.col("position").alias("order")), on="axis")
    coverage = tables["coverage"].filter(pl.col("column_name") == "*").to_dicts()[0]
    rows = {"changes": 0} | {name: table.height for name, table in tables.items()}
    return environment.get_template("release.md.j2").render(
        about=about,
        identity=identity,
        size=size_category(sum(rows.values())),
        signing={"namespace": NAMESPACE, "signer": SIGNER},
        products=PRODUCTS.values(),
        files=FILES.values(),
        columns=COLUMNS,
        list_columns={name for name, column in COLUMNS.items() if column.sql_type == "VARCHAR[]"},
        table_path=table_path,
        rows=rows,
        axes=tables["axes"].sort("position").to_dicts(),
        labels=labels.sort("order", "position").to_dicts(),
        verdicts=dict(tables["claims"]["verdict"].value_counts().sort("verdict").rows()),
        coverage=coverage,
    )


def manifest(folder: Path, tables: Mapping[str, pl.DataFrame], identity: Identity) -> str:
    """Text of `release.json`: what the release is, and the bytes of every file but `UNLISTED`.

    It carries the errata too, so that the index can be made from manifests alone.
    """
    listed = sorted(p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder).as_posix() not in UNLISTED)
    body = {
        "name": about.NAME,
        "version": identity.version,
        "schema_version": SCHEMA_VERSION,
        "as_of": identity.as_of.isoformat(),
        "previous": identity.previous,
        "source": {"commit": identity.commit, "clean": identity.clean},
        "licence": about.LICENCE,
        "libraries": library_versions(),
        "tables": {
            name: {"rows": tables[name].height, "content_sha256": sha256(folder / table_path(name, "csv"))}
            for name in PRODUCTS
        },
        "errata": tables["errata"].select(**_ERRATA).with_columns(pl.col("on").cast(pl.String)).to_dicts(),
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in listed
        },
    }
    return to_json(body)
