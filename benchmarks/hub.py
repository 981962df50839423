"""The hub layer on synthetic hubs, beside bare DuckDB that scans and writes the same input once."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.feather as feather
from rich.console import Console
from rich.table import Table

from benchmarks.hub_snapshot import synthetic
from benchmarks.used import used
from flows.check import check
from flows.derive.quoting import literal
from flows.hub_layer.derive import derive_part, split
from flows.hub_layer.layout import read_layout
from flows.hub_layer.whole import sum_up, write_curated

ROOT = Path(__file__).parents[1]
AS_OF = date(2026, 11, 26)
SIZES = (30_000, 300_000, 3_000_000)
GOAL = "3,000,000 in at most 5 x the floor and 3,000 MB; at most 11 x from 300,000 to 3,000,000; two at once 1.6 x as fast as one"

_FLOOR = """
select
    id, "createdAt", downloads, likes, pipeline_tag, library_name,
    case when safetensors.total >= 175e9 then 'large' when safetensors.total is not null then 'small' else 'unknown' end as scale,
    lower(list_filter(tags, lambda t: t ^@ 'license:')[1][9:]) as licence,
    case when gated = 'manual' then 'restricted' when licence in ('apache-2.0', 'mit') then 'open'
        when licence like 'cc-by-nc%' then 'restricted' else 'unknown' end as access,
    list_sort(list_filter(tags, lambda t: length(t) = 2)) as languages,
    case when len(languages) > 1 then 'multilingual' when len(languages) = 1 then languages[1] else 'unknown' end as language,
    case when json_extract_string(config, '$.model_type') in ('mixtral', 'qwen3_moe') then 'sparse' else 'unknown' end as density,
    case when pipeline_tag like 'text-%' then 'text' else 'unknown' end as media,
    case when list_contains(tags, 'sft') then 'tuned' else 'unknown' end as multitask,
    "baseModels".relation as relation,
    json_extract_string(gguf, '$.total') as gguf_total
from read_parquet({snapshot})
order by id
"""


def floor(folder: Path, work: Path) -> None:
    """One scan with eight columns of labels, and one sorted write into `work`."""
    work.mkdir()
    with duckdb.connect(config={"memory_limit": "2000MB", "temp_directory": str(folder / "spill")}) as connection:
        connection.execute("set enable_progress_bar = false")
        query = _FLOOR.format(snapshot=literal(str(folder / "snapshot.parquet")))
        connection.execute(
            f"copy ({query}) to {literal(str(work / 'made-0.parquet'))} (format parquet, compression zstd)"
        )


def layer(folder: Path, work: Path, workers: int) -> None:
    """What the flow `hub` does without Prefect: split, derive the parts so many at once, add up."""
    books = {path.stem: feather.read_table(str(path)) for path in (folder / "books").glob("*.arrow")}
    parts = split(folder / "snapshot.parquet", read_layout("hub-stats"), work / "parts", threads=workers)
    made = [work / f"made-{number}" for number in range(len(parts))]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(lambda part, to: derive_part(part, to, books, 1), parts, made))
    sum_up(made, folder / "books", folder / "curated", work / "whole", threads=workers)


_MEASURED: dict[str, Callable[[Path, Path], None]] = {
    "floor": floor,
    "one": partial(layer, workers=1),
    "two": partial(layer, workers=2),
}


def _measure(what: str, folder: Path) -> dict[str, float]:
    """Seconds, peak memory in MB and output in MB of one of `_MEASURED`, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.hub", "--in", what, str(folder)]
    found: dict[str, float] = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return found


def _of_one(what: str, folder: Path) -> dict[str, float]:
    start = time.perf_counter()
    _MEASURED[what](folder, folder / what)
    seconds = time.perf_counter() - start
    files = [path for path in (folder / what).rglob("*.parquet") if "made-" in str(path)]
    size = sum(path.stat().st_size for path in files) / 1e6
    return {"seconds": seconds, "output": size, **used()}


def main(sizes: Sequence[int]) -> None:
    """Print one row a size: the floor, the layer by one thread and by two, and what it grew by."""
    books = check(ROOT, AS_OF).tables
    shown = Table("repositories", "floor", "one", "two", "two / floor", "one / two", "growth", "peak MB", "output MB")
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            synthetic(size, folder / "snapshot.parquet")
            (folder / "books").mkdir()
            for name in ("licences", "thresholds"):
                feather.write_feather(books[name], str(folder / "books" / f"{name}.arrow"))
            write_curated(books, AS_OF, folder / "curated")
            found = {}
            for what in _MEASURED:
                found[what] = _measure(what, folder)
                shutil.rmtree(folder / what)
        bare, one, two = (found[what]["seconds"] for what in _MEASURED)
        shown.add_row(
            f"{size:,}",
            *(f"{seconds:.1f} s" for seconds in (bare, one, two)),
            f"{two / bare:.1f}",
            f"{one / two:.1f}",
            f"{two / before:.1f} x" if before else "",
            f"{found['two']['peak']:,.0f}",
            f"{found['two']['output']:,.0f}",
        )
        before = two
    Console(width=140).print(shown)
    print(f"Goal: {GOAL}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--in", what, folder]:
            print(json.dumps(_of_one(what, Path(folder))))
        case given:
            main([int(size) for size in given] or SIZES)
