"""Releases that were staged before: the same draft gives the same files, and to make them takes most of a publisher's time.

For tests of what a publisher does with a release, not of how it makes one.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import flows.publishing.publish
import flows.publishing.staging
from flows.publishing.staging import Draft, stage
from flows.release_files.table_files import csv_hash
from schemas.products import FILES


def _state(draft: Draft) -> str | None:
    """A hash of what a release is made from; None if it follows none, for then its tables alone would tell."""
    if draft.comparison is None:
        return None
    changes = csv_hash(draft.comparison.changes, FILES["changes"].key)
    state = repr([draft.root, draft.identity, changes, draft.before, draft.key, draft.with_figures])
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


@pytest.fixture(scope="module")
def staged_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Publishers of a module stage a draft once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows.publishing.publish, "stage", stage)
        patch.setattr(flows.publishing.staging, "validate_products", flows.publishing.staging.validate_products)
        stage_once(tmp_path_factory.mktemp("staged"))
        yield
