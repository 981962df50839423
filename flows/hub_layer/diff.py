"""What `kiban diff` prints of two releases of the hub layer that lie in folders."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import polars as pl

from flows.hub_layer.release import files_of
from flows.hub_layer.whole import write_changes
from flows.release_files.hub_summary import changes_by_kind
from flows.release_files.reading import manifest_in
from flows.release_files.table_files import csv_bytes, read_parquet
from schemas.hub import HUB_TABLES

#: how many ways in which values changed are shown of an aspect
_SHOWN = 5


@contextmanager
def _changes(old: Path, new: Path) -> Iterator[Path]:
    """A file with the table `hub_changes` that `new` would have if it followed `old`."""
    with TemporaryDirectory(prefix="kiban-") as folder:
        path = Path(folder, "hub_changes.parquet")
        write_changes(files_of(old), files_of(new), path)
        yield path


def as_text(old: Path, new: Path) -> str:
    """How many repositories came, went and changed, and the most frequent ways in which values did."""
    with _changes(old, new) as path:
        kinds = changes_by_kind(path)
        moved = (
            pl.scan_parquet(path).filter(pl.col("aspect") != "repository").group_by("aspect", "old_value", "new_value")
        )
        counts = moved.len().sort("aspect", "len", "old_value", "new_value", descending=[False, True, False, False])
        shown = counts.group_by("aspect", maintain_order=True).head(_SHOWN).collect()
    before, after = manifest_in(old), manifest_in(new)
    lines = [f"## {after.version} against {before.version}", ""]
    lines += [f"- {count:,} {kind}" for kind, count in kinds.items()]
    lines += ["", "| what | before | after | repositories |", "|---|---|---|---|"] if shown.height else []
    lines += [f"| {aspect} | {was or ''} | {now or ''} | {count:,} |" for aspect, was, now, count in shown.rows()]
    return "\n".join(lines) + "\n"


def as_rows(old: Path, new: Path, form: Literal["csv", "json"]) -> str:
    """Every change between two releases, as `hub_changes` would hold it."""
    with _changes(old, new) as path:
        changes = read_parquet(path)
    if form == "csv":
        return csv_bytes(changes, HUB_TABLES["hub_changes"].key).decode("utf-8")
    return json.dumps(changes.to_pylist(), ensure_ascii=False, indent=2) + "\n"
