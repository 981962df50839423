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
from support.hub_snapshots import Row, based, counted, write_snapshot
from support.project import TODAY, TWO, Project

FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 27)


def write_books(project: Project, folder: Path) -> Path:
    """Write the ingested codebooks of a project as the flow does."""
    folder.mkdir()
    for name, table in check(project.root, TODAY).tables.items():
        if name in ("licences", "thresholds"):
            feather.write_feather(table.drop_columns(["path", "pointer"]), str(folder / f"{name}.arrow"))
    return folder


def published(
    project: Project,
    folder: Path,
    rows: Sequence[Row],
    day: date,
    signed_by: Path | None = None,
    store: Path | None = None,
) -> str | None:
    """Derive a snapshot and publish it into a store, by default the folder `store`; the version, or None if nothing changed."""
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
    return publish_hub(project.root, made, work / "whole", described, FolderStore(store or folder / "store"), signed_by)


def beside(project: Project, folder: Path, store: Path) -> None:
    """Publish a small hub beside the curated releases in a store: some months, families, and the repository of Two."""
    project.append(
        TWO,
        '\n[[identifiers]]\nscheme = "huggingface"\nid = "acme/two"\nrelation = "exact"\n'
        'source = "https://two.test/card"\naccessed = 2022-05-31\n',
    )
    said = {"tags": ["license:mit"], "safetensors": counted(BF16=70_000_000_000)}
    rows: list[Row] = [{"id": "acme/two", "createdAt": "2023-11-02T00:00:00", **said}]
    for number in range(24):
        base = "acme/two" if number % 3 else '<b onclick="x">/"two'
        made = based(("finetune", "quantized", "adapter", "merge", None)[number % 5], base)
        tags = [["license:apache-2.0"], [], ["license:mit"]][number % 3]
        created = f"{2024 + number // 12}-{number % 12 + 1:02}-03T00:00:00"
        rows.append({"id": f"owner-{number}/made", "createdAt": created, "tags": tags, "baseModels": made})
    rows.append(
        {"id": "owner-1/further", "createdAt": rows[-1]["createdAt"], "baseModels": based("finetune", "owner-1/made")}
    )
    published(project, folder, rows, FIRST, store=store / "hub")
