"""A store as the publisher makes it, of the small project."""

import functools
import shutil
import tempfile
from pathlib import Path

import pytest

from flows.check import check
from flows.derive.products import products
from flows.publishing.publish import publish
from flows.stores.folder import FolderStore
from schemas.tables import Tables
from support.keys import key as publishers_key
from support.project import ONE, REPOSITORY, TODAY, TWO, Project, edited, make_project
from support.tampering import Store

FIRST, SECOND = "2026.11.0", "2026.11.1"


def _products(project: Project) -> Tables:
    return products(check(project.root, TODAY).tables, TODAY)


@functools.cache
def _tables() -> tuple[Tables, Tables]:
    """Tables of the two releases; between them two figures are printed otherwise."""
    with tempfile.TemporaryDirectory(prefix="kiban-project-") as folder:
        project = make_project(Path(folder))
        first = _products(project)
        edited(ONE, 'printed = "125M"', 'printed = "125 million"')(project)
        edited(TWO, 'printed = "7 billion"', 'printed = "7000 million"')(project)
        return first, _products(project)


def two_records() -> Tables:
    """Published tables of the two records, derived once a process."""
    return _tables()[0]


def make_store(folder: Path, key: Path | None) -> Store:
    """A store with two releases of the small project."""
    root, target = folder / "project", FolderStore(folder / "store")
    (root / "raw").mkdir(parents=True)
    shutil.copyfile(REPOSITORY / "raw" / "LICENSE", root / "raw" / "LICENSE")
    for version, tables in zip((FIRST, SECOND), _tables(), strict=True):
        publish(root, tables, TODAY, target, version, key)
    return Store(folder / "store", SECOND, key)


@pytest.fixture(scope="session")
def signed_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A signed store, to look at: whoever changes it, or adds to it, makes a copy."""
    return make_store(tmp_path_factory.mktemp("signed"), publishers_key())
