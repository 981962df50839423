"""Releases that were staged before, and hold no more than publishers look at: to make them takes most of their time.

For tests of what a publisher does with a release, not of how it makes one.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

import flows.publishing.publish
import flows.publishing.staging
import flows.publishing.take_up
from flows.canonical import sha256
from flows.publishing.staging import Draft, stage
from flows.release_files.table_files import csv_hash
from schemas import validation
from schemas.products import FILES


def _state(draft: Draft) -> str | None:
    """A hash of what a release is made from; None if it follows none, for then its tables alone would tell."""
    if draft.comparison is None:
        return None
    changes = csv_hash(draft.comparison.changes, FILES["changes"].key)
    records = [(path.name, sha256(path)) for path in sorted((draft.root / "raw").rglob("*")) if path.is_file()]
    state = repr([records, draft.identity, changes, draft.before, draft.key, draft.with_figures])
    return hashlib.sha256(state.encode()).hexdigest()


def _no_figures(_: Path, to: Path, *__: object) -> list[object]:
    (to / "figures").mkdir()
    (to / "figures" / "figures.json").write_text("[]")
    return []


def small_releases(patch: pytest.MonkeyPatch) -> None:
    """Publishers stage a release without what nobody who publishes or copies it opens, and which is most of its bytes.

    Its tables are not validated, nor is it read back: they are those of projects without a finding.
    """
    staging = flows.publishing.staging
    patch.setattr(staging, "write_duckdb", lambda path, *_: path.write_bytes(b"no database"))
    patch.setattr(staging, "draw_figures", _no_figures)
    patch.setattr(staging, "explorer", lambda *_: "no page")
    patch.setattr(validation, "validate_products", lambda _: None)
    patch.setattr(staging, "_read_back", lambda *_: None)


def _hash_once(kept: Path, patch: pytest.MonkeyPatch) -> None:
    """The content hash of a table is made once, and then known by what lies in memory."""

    def hashed(table: pa.Table, key: Sequence[str]) -> str:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        known = kept / f"{hashlib.sha256(sink.getvalue()).hexdigest()}-{'-'.join(key)}"
        if not known.exists():
            own = kept / f"{known.name}-{os.getpid()}"
            own.write_text(csv_hash(table, key))
            own.rename(known)
        return known.read_text()

    for module in (flows.publishing.publish, flows.publishing.take_up):
        patch.setattr(module, "csv_hash", hashed)


def stage_once(kept: Path, patch: pytest.MonkeyPatch) -> None:
    """From now on publishers stage a small release, a draft once, and copy it from `kept`."""

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

    small_releases(patch)
    _hash_once(kept, patch)
    patch.setattr(flows.publishing.publish, "stage", staged)


@pytest.fixture(scope="session")
def staged_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where staged releases are kept."""
    return tmp_path_factory.mktemp("staged")


@pytest.fixture
def staged_once(staged_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishers of a test stage small releases, and a draft that was staged before no more."""
    stage_once(staged_folder, monkeypatch)
