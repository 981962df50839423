"""The derivation alone, on the ingested tables of the real records multiplied: what each step costs, and how it grows.

python -m benchmarks.derivation [SIZE …]           from tables that are mapped from disk, in one go
python -m benchmarks.derivation --parts [SIZE …]   by parts on disk, which are written part by part
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

import polars as pl
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.used import used
from flows.check import check
from flows.derive import parts, products
from flows.derive.database import MEMORY_LIMIT, Database
from flows.derive.steps import STEPS
from schemas.tables import frames

ROOT = Path(__file__).parents[1]
AS_OF = date(2026, 11, 26)
SIZES = (1_000, 10_000, 100_000)
GOAL = (
    "at most 10 x from 10,000 to 100,000 models; 100,000 of 35 statements each in 20 s, 5.7 s a million statements, "
    "and 3,000 MB, input mapped from disk"
)
SIZES_IN_PARTS = (100_000, 1_000_000)
GOAL_IN_PARTS = "at most 10 x from 100,000 to 1,000,000 models, and 4,000 MB"
#: writing the tables into the file of a release, or of a part, and reading the input
_WRITTEN = "read and written"
#: columns that begin with the id of a model
_IDS = {
    "models": ["model_id"],
    "sources": ["model_id", "source_id"],
    "statements": ["model_id", "source_id", "statement_id"],
    "identifiers": ["model_id"],
}


def multiplied(tables: Mapping[str, pl.DataFrame], count: int, first: int = 0) -> dict[str, pl.DataFrame]:
    """The tables of `count` models from the one numbered `first` on, of an endless row of copies in the order of ids.

    Copies have ids of their own; what refers to other models stays as it is, and so do tables that are not of models.
    """
    height = tables["models"].height
    copies = pl.DataFrame({"copy": range(first // height, -(-(first + count) // height))})
    many = dict(tables)
    for name, columns in _IDS.items():
        ids = [pl.format("{}-{}", pl.col("copy").cast(pl.String).str.zfill(6), c).alias(c) for c in columns]
        many[name] = copies.join(tables[name].sort("model_id", maintain_order=True), how="cross").with_columns(ids)
    many["models"] = many["models"].slice(first % height, count)
    kept = many["models"].select("model_id")
    return {
        **many,
        **{name: many[name].drop("copy").join(kept, on="model_id", how="semi", maintain_order="left") for name in _IDS},
    }


def write_in_parts(tables: Mapping[str, pl.DataFrame], count: int, folder: Path) -> None:
    """Write so many models in parts below a folder; no more than one part is in memory."""
    parts.write_codebooks(folder, {name: tables[name].to_arrow() for name in tables})
    step = products.models_at_a_time(tables["models"].height, tables["statements"].height)
    for number, first in enumerate(range(0, count, step)):
        part = multiplied(tables, min(step, count - first), first)
        parts.write_part(folder, number, {name: part[name].to_arrow() for name in products.OF_MODELS})


class _Timed(Database):
    """A database that keeps how many seconds each step took, over all parts."""

    seconds: ClassVar[dict[str, float]] = dict.fromkeys(STEPS, 0.0)

    def run(self, name: str) -> None:
        start = time.perf_counter()
        super().run(name)
        self.seconds[name] += time.perf_counter() - start


def _spent(start: float) -> dict[str, float]:
    """Seconds of every step since `start`, of what else was done, and of processors; peak memory of the process in MB."""
    written = time.perf_counter() - start - sum(_Timed.seconds.values())
    return {**_Timed.seconds, _WRITTEN: written, **used()}


def timed(folder: Path) -> dict[str, float]:
    """What it costs to derive the tables in a folder as a release does: by step, of writing, of the process."""
    tables = {path.stem: pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in folder.iterdir()}
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as made, patch.object(products, "Database", _Timed):
        products.write_derived(Path(made, "release.duckdb"), tables, AS_OF)
    return _spent(start)


def timed_in_parts(folder: Path) -> dict[str, float]:
    """What it costs to derive the parts in a folder one after the other in one process, and to put them together.

    Besides as `timed`: seconds of putting together, in which steps across models are too, and MB on disk.
    """
    start = time.perf_counter()
    with patch.object(parts, "Database", _Timed):
        made = [parts.derive_once(part, folder / "derived", AS_OF) for part in parts.parts_in(folder)]
        derived = time.perf_counter()
        parts.put_together(folder / "release.duckdb", folder, made, AS_OF)
    together = time.perf_counter() - derived
    sizes = {f"disk: {name}": _megabytes(folder / name) for name in ("parts", "derived", "release.duckdb")}
    return {**_spent(start), "put together": together, **sizes}


def _megabytes(place: Path) -> float:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 1e6


def _measured(tables: Mapping[str, pl.DataFrame], size: int, *, in_parts: bool) -> dict[str, float]:
    """What a process of its own measures of so many models."""
    with tempfile.TemporaryDirectory() as folder:
        if in_parts:
            write_in_parts(tables, size, Path(folder))
        else:
            for name, table in multiplied(tables, size).items():
                table.write_ipc(Path(folder) / f"{name}.arrow", compat_level=pl.CompatLevel.oldest())
        command = [sys.executable, "-m", "benchmarks.derivation", "--parts-in" if in_parts else "--in", folder]
        found: dict[str, float] = json.loads(
            subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        )
        return found


def main(sizes: Sequence[int], *, in_parts: bool) -> None:
    """Print seconds and share of every step, a column a size, and what the last one took of the one before."""
    tables = frames(check(ROOT, AS_OF).tables)
    found = [_measured(tables, size, in_parts=in_parts) for size in sizes]
    totals = [sum(one[step] for step in STEPS) for one in found]
    walls = [total + one[_WRITTEN] for total, one in zip(totals, found, strict=True)]
    shown = Table("step", *(f"{size:,} models" for size in sizes))
    for step in STEPS:
        shown.add_row(
            step, *(f"{one[step]:6.2f} s {one[step] / all_:4.0%}" for one, all_ in zip(found, totals, strict=True))
        )
    shown.add_row("all", *(f"{total:6.2f} s" for total in totals))
    shown.add_row(_WRITTEN, *(f"{one[_WRITTEN]:6.2f} s" for one in found))
    shown.add_row("time", *(f"{wall:6.2f} s" for wall in walls))
    a_model = tables["statements"].height / tables["models"].height
    shown.add_row(
        f"a million statements, {a_model:.0f} a model",
        *(f"{wall / (size * a_model / 1e6):6.2f} s" for wall, size in zip(walls, sizes, strict=True)),
    )
    shown.add_row("times the one before", "", *(f"{after / before:6.1f} x" for before, after in pairwise(walls)))
    if in_parts:
        shown.add_row("put together, of it", *(f"{one['put together']:6.2f} s" for one in found))
    shown.add_row("processors", *(f"{one['processor']:6.2f} s" for one in found))
    for row in [name for name in found[0] if name == "peak" or name.startswith("disk")]:
        shown.add_row(row, *(f"{one[row]:6,.0f} MB" for one in found))
    Console(width=40 + 20 * len(sizes)).print(shown)
    if in_parts:
        print(f"DuckDB may hold {MEMORY_LIMIT}, putting together {parts.TOGETHER_LIMIT}. Goal: {GOAL_IN_PARTS}")
    else:
        print(f"DuckDB may hold {MEMORY_LIMIT}. Goal: {GOAL}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--in", folder]:
            print(json.dumps(timed(Path(folder))))
        case ["--parts-in", folder]:
            print(json.dumps(timed_in_parts(Path(folder))))
        case ["--parts", *given]:
            main([int(size) for size in given] or SIZES_IN_PARTS, in_parts=True)
        case given:
            main([int(size) for size in given] or SIZES, in_parts=False)
