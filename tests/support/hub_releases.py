"""Releases of the hub layer, made of small snapshots without a flow."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow.feather as feather

from flows.check import check
from flows.hub_layer.derive import derive_part, split
from flows.hub_layer.layout import read_layout
from flows.hub_layer.release import Snapshot, hash_of, publish_hub
from flows.hub_layer.whole import sum_up, write_curated
from flows.stores.folder import FolderStore
from support.hub_snapshots import Row, write_snapshot
from support.project import TODAY, Project

FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 27)


def write_books(project: Project, folder: Path) -> Path:
    """Write the ingested codebooks of a project as the flow does."""
    folder.mkdir()
    for name, table in check(project.root, TODAY).tables.items():
        if name in ("licences", "thresholds"):
            feather.write_feather(table.drop_columns(["path", "pointer"]), str(folder / f"{name}.arrow"))
    return folder


def published(
    project: Project, folder: Path, rows: Sequence[Row], day: date, signed_by: Path | None = None
) -> str | None:
    """Derive a snapshot and publish it into the folder `store`; the version, or None if nothing changed."""
    work = folder / day.isoformat()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    snapshot = write_snapshot(work / "snapshot.parquet", rows)
    tables = check(project.root, TODAY).tables
    write_curated(tables, day, work / "curated")
    made = []
    for number, part in enumerate(split(snapshot, read_layout("hub-stats"), work / "parts")):
        made.append(work / f"made-{number}")
        derive_part(part, made[-1], tables)
    sum_up(made, write_books(project, work / "codebooks"), work / "curated", work / "whole")
    described = Snapshot(hash_of(snapshot), "hub-stats", day)
    return publish_hub(project.root, made, work / "whole", described, FolderStore(folder / "store"), signed_by)
