"""A store as the publisher makes it, of the small project."""

import shutil
from pathlib import Path

from flows.check import check
from flows.derive.products import products
from flows.publishing.publish import publish
from flows.stores.folder import FolderStore
from support.project import REPOSITORY, TODAY, TWO, edited, make_project
from support.tampering import Store

FIRST, SECOND = "2026.11.0", "2026.11.1"


def make_store(folder: Path, key: Path | None) -> Store:
    """A store with two releases of the small project; between them one figure is printed otherwise."""
    project = make_project(folder / "project")
    shutil.copyfile(REPOSITORY / "raw" / "LICENSE", project.path("raw/LICENSE"))
    target = FolderStore(folder / "store")
    publish(project.root, products(check(project.root, TODAY).tables, TODAY), TODAY, target, FIRST, key)
    edited(TWO, 'printed = "7 billion"', 'printed = "7000 million"')(project)
    publish(project.root, products(check(project.root, TODAY).tables, TODAY), TODAY, target, SECOND, key)
    return Store(folder / "store", SECOND, key)
