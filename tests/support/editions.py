"""Editions made from small projects, in folders as a release has them."""

from datetime import date
from pathlib import Path

from flows.changes.compare import Comparison, compare
from flows.changes.edition import Edition, edition_of, read_edition
from flows.check import check
from flows.derive.products import products
from flows.layout import Identity
from flows.publishing.move_index import entries_in
from flows.publishing.staging import Draft
from flows.publishing.staging import stage as write_release
from flows.release_files.table_files import csv_hash
from flows.stores.folder import FolderStore
from schemas.products import FILES
from schemas.tables import Tables
from support.project import Project

AS_OF = date(2022, 6, 30)
TODAY = date(2026, 11, 24)


def tables_of(project: Project, as_of: date = AS_OF) -> Tables:
    """Products of a project, which must have no errors."""
    checked = check(project.root, TODAY)
    assert not checked.errors, checked.errors
    return products(checked.tables, as_of)


def _edition(identity: Identity, tables: Tables) -> Edition:
    return edition_of(identity, tables, {name: csv_hash(table, FILES[name].key) for name, table in tables.items()})


def stage(
    root: Path, tables: Tables, folder: Path, version: str, previous: Path | None = None, as_of: date = AS_OF
) -> Comparison | None:
    """Write an edition into a folder, with its changes against the one in `previous`."""
    identity = Identity(version, as_of, previous.name if previous else None, None, False)
    comparison = compare(read_edition(previous), _edition(identity, tables)) if previous else None
    before = (previous / "CHANGELOG.md").read_text() if previous else None
    write_release(folder, Draft(root, identity, tables, comparison, before))
    return comparison


def published_versions(folder: Path) -> list[str]:
    """Versions in the index of a folder of releases, oldest first."""
    return [entry.version for entry in entries_in(FolderStore(folder))[0]] if folder.is_dir() else []
