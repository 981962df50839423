"""Releases that were staged before: the same draft gives the same files, and to make them takes most of a publisher's time.

For tests of what a publisher does with a release, not of how it makes one.
"""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

import flows.publishing.publish
import flows.publishing.staging
from flows.canonical import sha256
from flows.publishing.staging import Draft, stage
from flows.release_files.table_files import csv_hash
from schemas.products import FILES


def _state(draft: Draft) -> str | None:
    """A hash of what a release is made from; None if it follows none, for then its tables alone would tell."""
    if draft.comparison is None:
        return None
    changes = csv_hash(draft.comparison.changes, FILES["changes"].key)
    records = [(path.name, sha256(path)) for path in sorted((draft.root / "raw").rglob("*")) if path.is_file()]
    state = repr([records, draft.identity, changes, draft.before, draft.key, draft.with_figures])
    return hashlib.sha256(state.encode()).hexdigest()


def stage_once(kept: Path) -> None:
    """From now on publishers of this process, and of those that it forks, stage a draft once, and copy it from `kept`.

    Tables are not validated: they are those of projects without a finding.
    """

    def staged(folder: Path, draft: Draft) -> None:
        state = _state(draft)
        if state is None:
            stage(folder, draft)
        elif (kept / state).exists():
            shutil.copytree(kept / state, folder)
        else:
            stage(folder, draft)
            own = kept / f"{state}-{os.getpid()}"
            shutil.copytree(folder, own)
            try:
                own.rename(kept / state)
            except OSError:  # another one was faster
                shutil.rmtree(own)

    flows.publishing.publish.stage = staged
    flows.publishing.staging.validate_products = lambda _: None


@pytest.fixture(scope="session")
def staged_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where staged releases are kept."""
    return tmp_path_factory.mktemp("staged")


@pytest.fixture
def staged_once(staged_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishers of a test stage a draft that was staged before no more."""
    monkeypatch.setattr(flows.publishing.publish, "stage", stage)
    monkeypatch.setattr(flows.publishing.staging, "validate_products", flows.publishing.staging.validate_products)
    stage_once(staged_folder)
