"""Staging: write the files of a release into a folder that nobody reads yet, and read them back."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.canonical import sha256
from flows.changes.changelog import changelog
from flows.changes.compare import Comparison, no_changes
from flows.derive.products import rules
from flows.errors import UserError, refusal
from flows.figures.draw import Draw, Drawn, draw_figures, drawing
from flows.layout import (
    CHANGELOG,
    CHECKING,
    CITATION,
    CROISSANT,
    DATA_PACKAGE,
    DATABASE,
    EXPLORER,
    KIBAN_SQL,
    LICENCE_FILE,
    MANIFEST,
    PROVENANCE,
    QUERIES,
    README,
    RECIPES,
    SUMS,
    SUMS_SIGNATURE,
    Identity,
    table_path,
)
from flows.publishing.signing import sign
from flows.release_files.checking import how_to_check
from flows.release_files.citation import citation
from flows.release_files.croissant import croissant
from flows.release_files.data_package import data_package
from flows.release_files.duckdb_file import write_duckdb
from flows.release_files.explorer import explorer
from flows.release_files.kiban_sql import kiban_sql
from flows.release_files.manifest import manifest
from flows.release_files.provenance import provenance
from flows.release_files.questions import queries
from flows.release_files.readme import readme
from flows.release_files.recipes import recipes
from flows.release_files.table_files import read_parquet, with_metadata, write_csv, write_parquet
from schemas.products import FILES
from schemas.tables import Tables

# a commit fails only when the disk does: nobody else has that file
_DISK = (OSError, duckdb.IOException, duckdb.FatalException, duckdb.TransactionException)


class StagingError(UserError):
    """What was written does not read back as it was; nothing of it was published."""


@dataclass(frozen=True)
class Draft:
    """What a release is made from.

    `root` is the project's folder; `comparison` and `before`, the changelog of the release
    before, are None if it follows none; `key` signs it; a preview goes without figures, which take longer than all else.
    """

    root: Path
    identity: Identity
    tables: Tables
    comparison: Comparison | None = None
    before: str | None = None
    key: Path | None = None
    with_figures: bool = True


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Raise StagingError, in one line, for what the disk refuses while a release is made in `folder`."""
    try:
        yield
    except _DISK as error:
        named = error.filename if isinstance(error, OSError) else None
        outside = isinstance(named, str) and not Path(named).is_relative_to(folder)
        raise StagingError(
            f"{named if outside else folder.parent}: the release cannot be made: {refusal(error)}"
        ) from error


def licence(root: Path) -> Path:
    """The licence that every release carries. Raises StagingError if the project has none."""
    path = root / "raw" / LICENCE_FILE
    if not path.is_file():
        raise StagingError(f"{path} is missing; put the licence of the data there, it is part of every release")
    return path


@contextmanager
def validated(tables: Tables) -> Iterator[Callable[[], None]]:
    """Validate products beside what the `with` block does. Raises ProductError at its end, or instead of its error.

    Yields the function that awaits the verdict, for who may not go on without it.
    """
    # pandera takes long to load, so who deploys or yanks does without; it is loaded before anything runs beside it
    from schemas.validation import validate_products

    with ThreadPoolExecutor(max_workers=1) as beside:
        validation = beside.submit(validate_products, tables)
        try:
            yield validation.result
        except Exception:
            validation.result()  # a table that is not fit is why it could not be written
            raise
        validation.result()


def stage(folder: Path, draft: Draft) -> None:
    """Write a release into `folder`, which is not there yet, and read it back.

    Raises StagingError if the disk refuses, or if something does not read back as it was.
    """
    changes = draft.comparison.changes if draft.comparison else no_changes()
    tables = {**draft.tables, "changes": changes}
    keys = {"kiban.version": draft.identity.version, "kiban.as_of": draft.identity.as_of.isoformat()}
    written = {name: with_metadata(FILES[name], table, keys) for name, table in tables.items()}
    figures = drawing(draft.tables["models"].num_rows) if draft.with_figures else nullcontext()
    with _refusals(folder), figures as draw, ThreadPoolExecutor(max_workers=2) as beside:
        (folder / "data").mkdir(parents=True)
        # DuckDB's file takes as long as all the others, and figures, which are drawn of it, longer than all else
        drawn = beside.submit(_write_database, folder, written, draft.identity, draw)
        page = beside.submit(explorer, tables, draft.identity)
        for name, table in written.items():
            write_parquet(folder / table_path(name, "parquet"), table, FILES[name])
            write_csv(folder / table_path(name, "csv"), table, FILES[name].key)
        _write_rules(folder / "rules")
        shutil.copyfile(licence(draft.root), folder / LICENCE_FILE)
        _write_texts(folder, tables, draft, drawn, page)
        seal(folder, draft.key)
        _read_back(folder, tables)


def _write_database(folder: Path, tables: Tables, identity: Identity, draw: Draw | None) -> list[Drawn]:
    """Write DuckDB's file, and the figures, if they are to be drawn."""
    write_duckdb(folder / DATABASE, tables, identity.as_of.isoformat())
    return draw_figures(folder, folder, identity.version, identity.as_of, draw) if draw else []


def _write_rules(folder: Path) -> None:
    folder.mkdir()
    for number, (name, sql) in enumerate(rules().items(), start=1):
        (folder / f"{number:02}-{name}.sql").write_text(sql, encoding="utf-8")


def _write_texts(folder: Path, tables: Tables, draft: Draft, drawn: Future[list[Drawn]], page: Future[str]) -> None:
    def write(name: str, text: str) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    identity = draft.identity
    write(QUERIES, queries())
    write(RECIPES, recipes(identity))
    write(KIBAN_SQL, kiban_sql("", tables, identity.as_of))
    write(CHECKING, how_to_check())
    write(CHANGELOG, changelog(draft.comparison, draft.tables, identity, draft.before))
    write(CITATION, citation(identity))
    write(EXPLORER, page.result())
    write(README, readme(tables, identity, drawn.result()))
    write(DATA_PACKAGE, data_package(folder, identity))
    write(CROISSANT, croissant(folder, identity))
    write(PROVENANCE, provenance(folder, identity, draft.root))  # names the files above
    write(MANIFEST, manifest(folder, draft.tables, identity))  # names all of them


def seal(folder: Path, key: Path | None) -> None:
    """Write the SHA-256 of every file of a release into SHA256SUMS, and sign that with the key, if there is one."""
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    sums = "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files))
    (folder / SUMS).write_text(sums, encoding="utf-8")
    if key is not None:
        (folder / SUMS_SIGNATURE).write_bytes(sign(sums.encode("utf-8"), key))


def _read_back(folder: Path, tables: Tables) -> None:
    """Compare what lies in a folder with its tables, types and values. Raises StagingError."""
    wrong = []
    for name, table in tables.items():
        back = read_parquet(folder / table_path(name, "parquet"))
        if not back.schema.equals(table.schema) or not back.equals(table):
            wrong.append(f"{name}.parquet does not give back its table")
    with duckdb.connect(str(folder / DATABASE), read_only=True, config={"threads": 1}) as connection:
        for name, table in tables.items():
            row = connection.execute(f'select count(*) from "{name}"').fetchone()
            if row is None or row[0] != table.num_rows:
                wrong.append(f"kiban.duckdb has not all rows of {name}")
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        found, _, path = line.partition("  ")
        if sha256(folder / path) != found:
            wrong.append(f"{path} does not have its checksum")
    if wrong:
        raise StagingError("what was written does not read back:\n" + "\n".join(wrong))
