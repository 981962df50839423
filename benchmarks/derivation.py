"""The derivation alone, on the ingested tables of the real records multiplied: what each step costs, and how it grows."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

import polars as pl
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from flows.check import check
from flows.derive import products
from flows.derive.database import MEMORY_LIMIT, Database
from flows.derive.steps import STEPS
from schemas.tables import frames

ROOT = Path(__file__).parents[1]
AS_OF = date(2026, 11, 26)
SIZES = (1_000, 10_000, 100_000)
GOAL = "at most 10 x from 10,000 to 100,000 models; 100,000 in 20 s and 3,000 MB, input mapped from disk"
#: writing the tables into the file of a release, and reading the input
_WRITTEN = "read and written"
#: columns that begin with the id of a model, up to `#`
_IDS = {
    "models": ["model_id"],
    "sources": ["model_id", "source_id"],
    "statements": ["model_id", "source_id", "statement_id"],
}


def multiplied(tables: Mapping[str, pl.DataFrame], count: int) -> dict[str, pl.DataFrame]:
    """The same tables with `count` models, copies under ids of their own; what refers to other models stays as it is."""
    copies = pl.DataFrame({"copy": range(-(-count // tables["models"].height))})
    suffix = pl.when(pl.col("copy") > 0).then(pl.format("-copy-{}", "copy")).otherwise(pl.lit(""))
    many = dict(tables)
    for name, columns in _IDS.items():
        ids = [
            pl.concat_str(
                pl.col(c).str.extract("^([^#]*)"), suffix, pl.col(c).str.extract("(#.*)$"), ignore_nulls=True
            ).alias(c)
            for c in columns
        ]
        many[name] = copies.join(tables[name], how="cross").with_columns(ids).drop("copy")
    many["models"] = many["models"].head(count)
    kept = many["models"].select("model_id")
    return {**many, **{name: many[name].join(kept, on="model_id", how="semi") for name in _IDS}}


class _Timed(Database):
    """A database that keeps how many seconds each step took, over all parts."""

    seconds: ClassVar[dict[str, float]] = dict.fromkeys(STEPS, 0.0)

    def run(self, name: str) -> None:
        start = time.perf_counter()
        super().run(name)
        self.seconds[name] += time.perf_counter() - start


def timed(folder: Path) -> dict[str, float]:
    """Seconds of every step over the tables in a folder, as a release runs them, and of writing what they made.

    Of the process, seconds of processors and peak memory in MB.
    """
    tables = {path.stem: pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in folder.iterdir()}
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as made, patch.object(products, "Database", _Timed):
        products.write_derived(Path(made, "release.duckdb"), tables, AS_OF)
    written = time.perf_counter() - start - sum(_Timed.seconds.values())
    used = resource.getrusage(resource.RUSAGE_SELF)
    processor = used.ru_utime + used.ru_stime
    return {**_Timed.seconds, _WRITTEN: written, "processor": processor, "peak": used.ru_maxrss / 1024}


def main(sizes: Sequence[int]) -> None:
    """Print seconds and share of every step, a column a size."""
    tables, found = frames(check(ROOT, AS_OF).tables), []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for name, table in multiplied(tables, size).items():
                if "model_id" in table.columns:
                    table = table.sort("model_id", maintain_order=True)  # as ingest leaves them
                table.write_ipc(Path(folder) / f"{name}.arrow", compat_level=pl.CompatLevel.oldest())
            command = [sys.executable, "-m", "benchmarks.derivation", "--in", folder]
            found.append(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout))
    totals = [sum(one[step] for step in STEPS) for one in found]
    written = [one[_WRITTEN] for one in found]
    shown = Table("step", *(f"{size:,} models" for size in sizes))
    for step in STEPS:
        shown.add_row(
            step, *(f"{one[step]:6.2f} s {one[step] / all_:4.0%}" for one, all_ in zip(found, totals, strict=True))
        )
    shown.add_row("all", *(f"{total:6.2f} s" for total in totals))
    shown.add_row(_WRITTEN, *(f"{seconds:6.2f} s" for seconds in written))
    shown.add_row("processors", *(f"{one['processor']:6.2f} s" for one in found))
    shown.add_row("peak", *(f"{one['peak']:6,.0f} MB" for one in found))
    Console(width=40 + 20 * len(sizes)).print(shown)
    print(f"DuckDB may hold {MEMORY_LIMIT}. Goal: {GOAL}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--in", folder]:
            print(json.dumps(timed(Path(folder))))
        case given:
            main([int(size) for size in given] or SIZES)
