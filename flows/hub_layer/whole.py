"""Tables that look across the parts of a hub: sums, families, what the curated records say of it, and what has changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.feather as feather

from flows.derive.database import Database
from flows.derive.products import write_derived
from flows.derive.quoting import literal, quoted
from flows.hub_layer.derive import AXES, MEMORY_LIMIT, PARTED, sql_of, write_table
from schemas.hub import HUB_TABLES
from schemas.tables import Tables

#: the tables that are made of the parts before a release is published; `hub_changes` needs the one before it
WHOLE = ("hub_trends", "hub_families", "hub_agreement", "hub_codes", "licences", "thresholds")
_ENTERED = ("hub_codes", "licences", "thresholds")

#: what is counted like an axis, though no rule of ours decides it
_OF_THE_HUB = pa.table(
    {
        "axis": ["licence", "licence"],
        "label": ["tagged", "untagged"],
        "meaning_en": ["The repository has a licence tag, whatever it says", "The repository has no licence tag"],
        "meaning_ja": ["ライセンスのタグがある(内容は問わない)", "ライセンスのタグがない"],
    }
)

_CURATED = """
    select models.model_id, identifiers.identifier as repository, models.parameters, models.routing, models.licence,
        licences.spdx_id, models.languages, models.modalities_in, models.modalities_out, models.instruction_tuning
    from identifiers
    inner join models on identifiers.model_id = models.model_id
    left join licences on models.licence = licences.licence_id
    where identifiers.scheme = 'huggingface' and identifiers.identifier_relation = 'exact'
    order by models.model_id, identifiers.identifier"""

_CURATED_LABELS = """
    select labels.model_id, labels.axis, labels.label
    from labels
    where labels.valid_from <= $day and (labels.valid_to is null or labels.valid_to > $day)
        and list_contains($axes, labels.axis)
        and labels.model_id in (select identifiers.model_id from identifiers where identifiers.scheme = 'huggingface')
    order by all"""


def write_curated(tables: Tables, day: date, folder: Path) -> None:
    """Write what the checked records say on a day of the models whose repository they name, and the codebook of labels.

    `tables` are those of ingest. The labels come by the same rules as those of the hub, so of the same code and day.
    """
    folder.mkdir(parents=True)
    with TemporaryDirectory() as beside:
        derived = Path(beside, "curated.duckdb")
        write_derived(derived, tables, day)
        with duckdb.connect(str(derived), read_only=True) as connection:
            made = {
                "curated": connection.execute(_CURATED).to_arrow_table(),
                "curated_labels": connection.execute(
                    _CURATED_LABELS, {"day": day, "axes": list(AXES)}
                ).to_arrow_table(),
            }
    made["axis_labels"] = tables["axis_labels"].select(["axis", "label", "meaning_en", "meaning_ja"])
    for name, table in made.items():
        feather.write_feather(table, str(folder / f"{name}.arrow"), compression="uncompressed")


def _view(connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path]) -> None:
    listed = ", ".join(literal(str(path)) for path in paths)
    connection.execute(f"create view {quoted(name)} as from read_parquet([{listed}])")


def _entered(name: str) -> str:
    product = HUB_TABLES[name]
    columns = ", ".join(map(quoted, product.columns))
    return f"select {columns} from in_{name} order by {', '.join(map(quoted, product.key))}"


def sum_up(derived: Sequence[Path], codebooks: Path, curated: Path, folder: Path, threads: int | None = None) -> None:
    """Write the tables of `WHOLE` into `folder`, which is not there yet.

    `derived` are the folders of the parts, `codebooks` that of the ingested licences and thresholds, `curated` that of
    `write_curated`. `threads` are those of the engine, by default one a core.
    """
    folder.mkdir(parents=True)
    handed = [*codebooks.glob("*.arrow"), *curated.glob("*.arrow")]
    with Database({path.stem: feather.read_table(str(path)) for path in handed}, threads, MEMORY_LIMIT) as database:
        connection = database.connection
        for name in (*PARTED, "hub_counts"):
            _view(connection, name, [part / f"{name}.parquet" for part in derived])
        connection.execute("create view counts as from hub_counts")
        for name in ("curated", "curated_labels"):
            connection.execute(f"create view {name} as from in_{name}")
        connection.register("of_the_hub", _OF_THE_HUB)
        axes = ", ".join(map(literal, AXES))
        connection.execute(
            f"create view in_hub_codes as select axis, label, meaning_en, meaning_ja from in_axis_labels "
            f"where axis in ({axes}) union all from of_the_hub"
        )
        for name in WHOLE:
            query = _entered(name) if name in _ENTERED else sql_of(name)
            write_table(connection, query, folder / f"{name}.parquet")


def write_changes(before: Mapping[str, Sequence[Path]], after: Mapping[str, Sequence[Path]], path: Path) -> None:
    """Write `hub_changes`, what happened between two releases, each given as the files of `hub_models` and `hub_labels`.

    Nothing happened where nothing was before.
    """
    with Database({}, memory=MEMORY_LIMIT) as database:
        for name in ("hub_models", "hub_labels"):
            _view(database.connection, name, after[name])
            if before:
                _view(database.connection, name.replace("hub", "before"), before[name])
            else:
                database.execute(f"create view {name.replace('hub', 'before')} as from {name} where false")
        query = sql_of("hub_changes")
        write_table(database.connection, query if before else f"from ({query}) where false", path)
