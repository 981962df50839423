"""The derivation alone, on the ingested tables of the real records multiplied: what each step costs, and how it grows."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from flows.check import check
from flows.derive.database import Database
from flows.derive.products import hand_in
from flows.derive.steps import STEPS
from schemas.tables import Tables

ROOT = Path(__file__).parents[1]
AS_OF = date(2026, 11, 26)
SIZES = (1_000, 10_000, 100_000)
#: columns that begin with the id of a model, up to `#`
_IDS = {
    "models": ("model_id",),
    "sources": ("model_id", "source_id"),
    "statements": ("model_id", "source_id", "statement_id"),
}


def multiplied(tables: Tables, count: int) -> Tables:
    """The same tables with `count` models, copies under ids of their own; what refers to other models stays as it is."""
    models = tables["models"].height
    copies = pl.DataFrame({"copy": range(-(-count // models))})
    suffix = pl.when(pl.col("copy") > 0).then(pl.format("-copy-{}", "copy")).otherwise(pl.lit(""))
    many = {}
    for name, columns in _IDS.items():
        renamed = [
            pl.concat_str(
                pl.col(c).str.extract("^([^#]*)"), suffix, pl.col(c).str.extract("(#.*)$").fill_null("")
            ).alias(c)
            for c in columns
        ]
        crossed = copies.join(tables[name], how="cross").with_columns(renamed)
        many[name] = crossed.drop("copy")
    kept = many["models"].head(count)
    return {
        **tables,
        **{name: table.join(kept.select("model_id"), on="model_id", how="semi") for name, table in many.items()},
    }


def timed(count: int) -> dict[str, float]:
    """Seconds of every step on `count` models, and the peak memory of the process in MB."""
    tables = multiplied(check(ROOT, AS_OF).tables, count)
    seconds = {}
    with Database(tables) as database:
        hand_in(database, AS_OF)
        for step in STEPS:
            start = time.perf_counter()
            database.run(step)
            seconds[step] = time.perf_counter() - start
    return {**seconds, "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main(sizes: Sequence[int]) -> None:
    """Print seconds and share of every step, a column a size."""
    found = {}
    for size in sizes:
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, "--one", str(size)], capture_output=True, check=True
        )
        found[size] = json.loads(done.stdout)
    table = Table("step", *(f"{size:,} models" for size in sizes))
    totals = {size: sum(found[size][step] for step in STEPS) for size in sizes}
    for step in STEPS:
        table.add_row(step, *(f"{found[s][step]:7.2f} s {found[s][step] / totals[s]:5.0%}" for s in sizes))
    table.add_row("all", *(f"{totals[size]:7.2f} s" for size in sizes))
    table.add_row("peak", *(f"{found[size]['peak MB']:7.0f} MB" for size in sizes))
    Console(width=40 + 20 * len(sizes)).print(table)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--one", size]:
            print(json.dumps(timed(int(size))))
        case given:
            main([int(size) for size in given] or SIZES)
