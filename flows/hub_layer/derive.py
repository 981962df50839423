"""From a snapshot of the hub to labels: one scan into parts, and the rules over each part."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.feather as feather

from flows.canonical import made_once, to_json
from flows.derive.database import Database
from flows.derive.products import hand_in_thresholds
from flows.derive.quoting import literal
from flows.derive.steps import step_sql
from flows.hub_layer.layout import Layout, reading
from flows.release_files.table_files import metadata
from schemas.codes import codes
from schemas.hub import HUB_TABLES, hub_column_of
from schemas.tables import Tables

#: the axes that the hub can decide; their steps are those of the curated models
AXES = ("density", "scale", "language_scope", "media", "multitask", "access", "openness")
#: the tables of a release of the hub that lie in parts
PARTED = ("hub_models", "hub_labels", "hub_relations")
#: every query that is run, in its order: `flows/hub_layer/sql/<step>.sql`, or that of an axis
STEPS = (
    "licence_codes",
    "listed",
    "cases",
    "known",
    "channels",
    *AXES,
    "ruled",
    "hub_labels",
    "hub_models",
    "hub_relations",
    "hub_counts",
    "hub_trends",
    "hub_families",
    "hub_agreement",
    "hub_changes",
)
#: repositories that are derived at once: that many take some 700 MB
AT_A_TIME = 250_000
#: what DuckDB may hold in memory in one process
MEMORY_LIMIT = "1000MB"
_ROW_GROUP = 50_000
_TOML = ("model_types", "pipelines", "licence_tags")


def _own(path: str) -> str:
    return files("flows.hub_layer").joinpath(path).read_text(encoding="utf-8")


def sql_of(step: str) -> str:
    """The query of one of `STEPS`; those of the axes are the curated ones."""
    return step_sql(step) if step in AXES else _own(f"sql/{step}.sql")


def rules() -> dict[str, str]:
    """SQL of every step by name, in the order in which they run."""
    return {step: sql_of(step) for step in STEPS}


def _toml(name: str) -> dict[str, dict[str, object]]:
    table: dict[str, dict[str, object]] = tomllib.loads(_own(f"{name}.toml"))[name]
    return table


def split(snapshot: Path, layout: Layout, folder: Path, threads: int | None = None) -> list[Path]:
    """Write what is read of a snapshot, a Parquet file or a folder of them, into parts of some `AT_A_TIME` repositories.

    All repositories of an owner lie in one part, by a hash of the owner's name. Returns the parts in their order.
    Raises UserError if the snapshot has not what the layout needs.
    """
    source = f"read_parquet({literal(str(snapshot / '*.parquet' if snapshot.is_dir() else snapshot))})"
    folder.mkdir(parents=True)
    with Database({}, threads, MEMORY_LIMIT) as database:
        connection = database.connection
        query = reading(layout, connection.sql(f"from {source}"), source)
        row = connection.execute(f"select count(*) from {source}").fetchone()
        parts = -(-(row[0] if row else 0) // AT_A_TIME) or 1
        connection.execute(
            f"copy (select *, hash(split_part(hub_id, '/', 1)) % {parts} as part from ({query})) "
            f"to {literal(str(folder))} (format parquet, compression snappy, partition_by (part), overwrite_or_ignore)"
        )
    return [path for number in range(parts) if (path := folder / f"part={number}").is_dir()]


def derive_once(part: Path, home: Path, codebooks: Path, threads: int | None = None) -> Path:
    """Derive one part into a folder of `home` that is named by all that it is made from; return that folder.

    What lies there already is taken as it is. `codebooks` has `licences.arrow` and `thresholds.arrow`, as ingested.
    """
    described = (to_json(metadata(HUB_TABLES[name], hub_column_of)) for name in PARTED)
    own = (_own(f"{name}.toml") for name in _TOML)
    texts = (f"duckdb {duckdb.__version__}", *described, *rules().values(), *own)
    books = sorted(codebooks.glob("*.arrow"))

    def make(folder: Path) -> None:
        derive_part(part, folder, {path.stem: feather.read_table(str(path)) for path in books}, threads)

    return made_once(home, texts, (*sorted(part.glob("*.parquet")), *books), make)


def derive_part(part: Path, folder: Path, codebooks: Tables, threads: int | None = None) -> None:
    """Derive the tables of one part into `folder`, as Parquet, sorted by their keys.

    `codebooks` are the ingested licences and thresholds of the curated records.
    """
    folder.mkdir(parents=True)
    with Database(codebooks, threads, MEMORY_LIMIT) as database:
        connection = database.connection
        _hand_in(connection, part)
        connection.execute(f"create table listed as {sql_of('listed')}")
        connection.execute(f"create table cases as {sql_of('cases')}")
        connection.execute(f"create view known as {sql_of('known')}")
        connection.execute(f"create view channels as {sql_of('channels')}")
        connection.execute("create table silences (model_id varchar, field varchar, statement_ids varchar[])")
        for axis in AXES:
            connection.execute(f"create view {axis} as {sql_of(axis)}")
        _encode(connection, "ruled", ("axis", "label", "rule_id", "basis"))
        connection.execute(f"create table hub_labels as {sql_of('hub_labels')}")
        for name in (*PARTED, "hub_counts"):
            query = "select * exclude (model_id) from hub_labels" if name == "hub_labels" else sql_of(name)
            write_table(connection, query, folder / f"{name}.parquet")


def _encode(connection: duckdb.DuckDBPyConnection, step: str, columns: Sequence[str]) -> None:
    """Make the table of a step with numbers for the texts of columns, which sort as the texts do.

    Rows are millions, texts some dozens: so they are sorted and written in half of the time.
    """
    connection.execute(f"create table texts as {sql_of(step)}")
    for column in columns:
        connection.execute(
            f"create type {step}_{column} as enum "
            f"(select distinct {column} from texts where {column} is not null order by {column})"
        )
    encoded = ", ".join(f"{column}::{step}_{column} as {column}" for column in columns)
    connection.execute(f"create table {step} as select * replace ({encoded}) from texts")
    connection.execute("drop table texts")


def write_table(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of a query as the table that the file is named after, with what the schema says of it."""
    product = HUB_TABLES.get(path.stem)
    said = metadata(product, hub_column_of) if product else {}
    pairs = ", ".join(f"{literal(key)}: {literal(text)}" for key, text in said.items())
    connection.execute(
        f"copy ({query}) to {literal(str(path))} "
        f"(format parquet, compression zstd, row_group_size {_ROW_GROUP}{f', kv_metadata {{{pairs}}}' if pairs else ''})"
    )


def _hand_in(connection: duckdb.DuckDBPyConnection, part: Path) -> None:
    connection.execute(f"create view listing as from read_parquet({literal(str(part / '*.parquet'))})")
    hand_in_thresholds(connection)
    tags = _toml("licence_tags")
    connection.register(
        "licence_tags", pa.table({"tag": list(tags), "licence_id": [str(found["licence"]) for found in tags.values()]})
    )
    connection.execute(f"create view licence_codes as {sql_of('licence_codes')}")
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
