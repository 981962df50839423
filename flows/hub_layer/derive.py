"""From a snapshot of the hub to labels: one scan into parts, the rules over each part, and sums of the parts."""

import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.feather as feather

from flows.canonical import sha256
from flows.derive.quoting import literal
from flows.derive.steps import step_sql
from flows.hub_layer.layout import Layout, expressions
from schemas.codes import codes
from schemas.tables import Tables

#: the axes that the hub can decide; their steps are those of the curated models
AXES = ("density", "scale", "language_scope", "media", "multitask", "access", "openness")
#: the tables of a release of the hub that lie in parts, and whether they are counted up at the end
PARTED = ("hub_models", "hub_labels", "hub_relations")
#: repositories that are derived at once: that many take some 700 MB
AT_A_TIME = 250_000
#: what DuckDB may hold in memory in one process
MEMORY_LIMIT = "1000MB"
_ROW_GROUP = 50_000
_TOML = ("model_types", "pipelines", "licence_tags")


@contextmanager
def _connected(threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with TemporaryDirectory(prefix="kiban-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": spill,
        }
        with duckdb.connect(":memory:", config=config | ({"threads": threads} if threads else {})) as connection:
            connection.execute("set enable_progress_bar = false")
            yield connection


def own_sql(name: str) -> str:
    """The query of a step of the hub layer alone, as it stands in `flows/hub_layer/sql/<name>.sql`."""
    return files("flows.hub_layer").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _toml(name: str) -> dict[str, dict[str, object]]:
    table: dict[str, dict[str, object]] = tomllib.loads(
        files("flows.hub_layer").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    )[name]
    return table


def split(snapshot: Path, layout: Layout, folder: Path, threads: int | None = None) -> list[Path]:
    """Write what is read of a snapshot, a Parquet file or a folder of them, into parts of some `AT_A_TIME` repositories.

    All repositories of an owner lie in one part, by a hash of the owner's name. Returns the parts in their order.
    Raises UserError if the snapshot has not what the layout needs.
    """
    source = f"read_parquet({literal(str(snapshot / '*.parquet' if snapshot.is_dir() else snapshot))})"
    folder.mkdir(parents=True)
    with _connected(threads) as connection:
        relation = connection.sql(f"from {source}")
        taken = ", ".join(f"{sql} as {name}" for name, sql in expressions(layout, relation).items())
        row = connection.execute(f"select count(*) from {source}").fetchone()
        parts = -(-(row[0] if row else 0) // AT_A_TIME) or 1
        connection.execute(
            f"copy (select {taken}, hash(split_part(hub_id, '/', 1)) % {parts} as part from {source}) "
            f"to {literal(str(folder))} (format parquet, compression zstd, partition_by (part), overwrite_or_ignore)"
        )
    return [path for number in range(parts) if (path := folder / f"part={number}").is_dir()]


def derive_once(part: Path, home: Path, codebooks: Path, threads: int | None = None) -> Path:
    """Derive one part into a folder of `home` that is named by all that it is made from; return that folder.

    What lies there already was derived before, perhaps by a run that was killed, and is taken as it is: a folder
    comes into its place whole. `codebooks` has `licences.arrow` and `thresholds.arrow`, as ingested.
    """
    inputs = hashlib.sha256(f"duckdb {duckdb.__version__}".encode())
    texts = [
        *files("flows.hub_layer").joinpath("sql").iterdir(),
        *(files("flows.hub_layer").joinpath(f"{n}.toml") for n in _TOML),
    ]
    for text in [*sorted(entry.read_text(encoding="utf-8") for entry in texts), *map(step_sql, AXES)]:
        inputs.update(text.encode())
    for path in (*sorted(part.glob("*.parquet")), *sorted(codebooks.glob("*.arrow"))):
        inputs.update(bytes.fromhex(sha256(path)))
    folder = home / inputs.hexdigest()[:32]
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home, prefix=".part-") as beside:
        made = Path(beside, "made")
        tables = {path.stem: feather.read_table(str(path)) for path in codebooks.glob("*.arrow")}
        derive_part(part, made, tables, threads)
        with suppress(OSError):  # another one was faster, with the same
            made.rename(folder)
    return folder


def derive_part(part: Path, folder: Path, codebooks: Tables, threads: int | None = None) -> None:
    """Derive the tables of one part into `folder`, as Parquet, sorted by their keys.

    `codebooks` are the ingested licences and thresholds of the curated records.
    """
    folder.mkdir(parents=True)
    with _connected(threads) as connection:
        _hand_in(connection, part, codebooks)
        connection.execute(f"create table listed as {own_sql('listed')}")
        connection.execute(f"create view known as {own_sql('known')}")
        connection.execute(f"create view channels as {own_sql('channels')}")
        connection.execute("create table silences (model_id varchar, field varchar, statement_ids varchar[])")
        for axis in AXES:
            connection.execute(f"create view {axis} as {step_sql(axis)}")
        connection.execute(f"create table hub_labels as {own_sql('hub_labels')}")
        for name in (*PARTED, "hub_counts"):
            query = "select * exclude (model_id) from hub_labels" if name == "hub_labels" else own_sql(name)
            connection.execute(
                f"copy ({query}) to {literal(str(folder / f'{name}.parquet'))} "
                f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})"
            )


def _hand_in(connection: duckdb.DuckDBPyConnection, part: Path, codebooks: Tables) -> None:
    connection.execute(f"create view listing as from read_parquet({literal(str(part / '*.parquet'))})")
    connection.register("in_licences", codebooks["licences"])
    connection.register("in_thresholds", codebooks["thresholds"])
    connection.execute("create macro threshold(a, t) as getvariable('thresholds')[a || '.' || t]")
    connection.execute(
        "set variable thresholds = "
        "(select map(list(axis || '.' || threshold), list(threshold_value)) from in_thresholds)"
    )
    tags = _toml("licence_tags")
    connection.register(
        "licence_tags", pa.table({"tag": list(tags), "licence_id": [str(found["licence"]) for found in tags.values()]})
    )
    connection.execute(f"create view licence_codes as {own_sql('licence_codes')}")
    languages = sorted(code for code in codes("language") if len(code) == 2)
    connection.execute(f"set variable languages = [{', '.join(map(literal, languages))}]")
    types = _toml("model_types")
    connection.register(
        "model_types",
        pa.table({"model_type": list(types), "routing": [str(found["routing"]) for found in types.values()]}),
    )
    pipelines = _toml("pipelines")
    sides = pa.list_(pa.string())
    connection.register(
        "pipelines",
        pa.table(
            {
                "pipeline": list(pipelines),
                "modalities_in": pa.array([found["in"] for found in pipelines.values()], sides),
                "modalities_out": pa.array([found["out"] for found in pipelines.values()], sides),
            }
        ),
    )


def sum_up(folders: list[Path], path: Path) -> None:
    """Write `hub_trends`, the sums over the parts that were derived into these folders."""
    counted = ", ".join(literal(str(folder / "hub_counts.parquet")) for folder in folders)
    with _connected(None) as connection:
        connection.execute(f"create view counts as from read_parquet([{counted}])")
        connection.execute(f"copy ({own_sql('hub_trends')}) to {literal(str(path))} (format parquet, compression zstd)")
