"""The derivation of very many models: they lie on disk in parts, each is derived by itself, and the parts are put together.

<folder>/codebooks/<table>.arrow         what is not of one model
<folder>/parts/<number>/<table>.parquet  tables `OF_MODELS` of so many models, parts in the order of the models' ids
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow.feather as feather
import pyarrow.parquet as pq

from flows.canonical import made_once
from flows.derive.database import Database
from flows.derive.products import (
    OF_MODELS,
    Release,
    hand_in,
    of_part,
    parts,
    require_thresholds,
    run_across,
    run_part,
    whole,
)
from flows.derive.quoting import literal
from flows.derive.steps import ACROSS, STEPS, reads, step_sql
from flows.errors import UserError
from flows.observed.observations import empty
from schemas.fields import STATED
from schemas.products import OBSERVED, PRODUCTS
from schemas.tables import INGESTED, Tables

#: what DuckDB may hold in memory while it puts parts together, beside which nothing runs; medians over all models lie in it
TOGETHER_LIMIT = "2000MB"
#: rows of a part's Parquet that lie together
_ROW_GROUP = 50_000


def write_codebooks(folder: Path, tables: Tables) -> None:
    """Write the tables that are not of one model below `folder`; those that were never observed have no rows."""
    (folder / "codebooks").mkdir(parents=True)
    for name, table in ({name: empty(name) for name in OBSERVED} | tables).items():
        if name not in OF_MODELS:
            feather.write_feather(table, str(folder / "codebooks" / f"{name}.arrow"), compression="uncompressed")


def write_part(folder: Path, number: int, part: Tables) -> Path:
    """Write the tables of some models as a part below `folder`; numbers rise with the models' ids. Returns its folder."""
    place = folder / "parts" / f"{number:06d}"
    place.mkdir(parents=True)
    for name in OF_MODELS:
        pq.write_table(part[name], place / f"{name}.parquet", compression="zstd", row_group_size=_ROW_GROUP)
    return place


def split(tables: Tables, folder: Path, at_a_time: int | None = None) -> list[Path]:
    """Write tables in parts of so many models below `folder`; returns the parts in their order."""
    write_codebooks(folder, tables)
    return [write_part(folder, number, part) for number, part in enumerate(parts(tables, at_a_time))]


def parts_in(folder: Path) -> list[Path]:
    """The parts that lie below `folder`, in their order. Raises UserError if there is none."""
    found = sorted((folder / "parts").glob("*"))
    if not found:
        raise UserError(f"{folder / 'parts'}: there is no part; write the models in parts first")
    return found


def read_codebooks(folder: Path) -> Tables:
    """The tables that are not of one model. Raises CodebookError if thresholds or axes are missing or of no use."""
    tables = {path.stem: feather.read_table(str(path)) for path in (folder / "codebooks").glob("*.arrow")}
    require_thresholds(tables)
    return tables


def _keeping(database: Database, place: Path) -> Callable[[str, str], None]:
    """What writes a kept table of a part into the new folder `place`, as Parquet, in the order of its rows in a release."""
    place.mkdir(parents=True)

    def keep(name: str, query: str) -> None:
        file = literal(str(place / f"{name}.parquet"))
        database.execute(f"copy ({query}) to {file} (format parquet, compression zstd, row_group_size {_ROW_GROUP})")

    return keep


def _rows_of(places: Sequence[Path], name: str) -> str:
    """The query of a table that lies in several folders as Parquet, one after the other."""
    return f"from read_parquet([{', '.join(literal(str(place / f'{name}.parquet')) for place in places)}])"


def _hand_in(database: Database, sources: Sequence[Path], as_of: date) -> None:
    """Give the rules the tables of the models of some parts, and what they read besides."""
    for name in OF_MODELS:
        database.execute(f"create view in_{name} as {_rows_of(sources, name)}")
    hand_in(database, as_of)


def derive_part(part: Path, made: Path, codebooks: Tables, as_of: date, threads: int | None = None) -> None:
    """Derive what is kept of one part into the folder `made`, as Parquet, in the order of its rows in a release."""
    with Database(codebooks, threads) as database:
        _hand_in(database, [part], as_of)
        run_part(database, _keeping(database, made))


def derive_once(part: Path, home: Path, as_of: date, threads: int | None = None) -> Path:
    """Derive one part into a folder of `home` that is named by all that it is made from; return that folder.

    What lies there already is taken as it is. Raises CodebookError as `read_codebooks`.
    """
    folder = part.parents[1]
    codebooks = read_codebooks(folder)
    steps = {step: step_sql(step) for step in STEPS if step not in ACROSS}
    read = {table for sql in steps.values() for table in reads(sql).tables} | {"in_horizon", "in_thresholds"}
    books = [name for name in INGESTED if f"in_{name}" in read and name not in OF_MODELS]
    units = (f"{field.name} {field.unit}" for field in STATED.values())
    return made_once(
        home,
        (f"duckdb {duckdb.__version__}", str(as_of), *steps.values(), *of_part().values(), *units),
        (
            *(part / f"{name}.parquet" for name in OF_MODELS),
            *(folder / "codebooks" / f"{name}.arrow" for name in books),
        ),
        lambda made: derive_part(part, made, codebooks, as_of, threads),
    )


def put_together(path: Path, folder: Path, derived: Sequence[Path], as_of: date, threads: int | None = None) -> None:
    """Write the tables of `write_derived` into a new DuckDB file, from the parts below `folder` and what each became.

    `derived` are the folders of the parts in their order. Tables are read and written as they come, so memory does not
    grow with the number of models. Raises UserError if the parts are not in the order of the models' ids.
    """
    sources = parts_in(folder)
    with (
        Database(read_codebooks(folder), threads, TOGETHER_LIMIT) as database,
        Release(database, path) as release,
        whole(database, ":memory:"),
    ):
        _hand_in(database, sources, as_of)
        _require_order(database, folder)
        for name in of_part():
            if name in PRODUCTS:
                release.add(name, _rows_of(derived, name))
            else:
                database.execute(f"create view whole.{name} as {_rows_of(derived, name)}")
        run_across(database, release)


def _require_order(database: Database, folder: Path) -> None:
    """Refuse parts of which one has a model that lies before a model of the part before."""
    files = literal(str(folder / "parts" / "*" / "models.parquet"))
    ends = database.connection.execute(
        f"select filename, min(model_id), max(model_id) from read_parquet({files}, filename = true) "
        "group by filename order by filename"
    ).fetchall()
    for (_, _, last), (file, first, _) in pairwise(ends):
        if first <= last:
            raise UserError(f"{file}: {first} is not after {last}, of the part before; write parts in the order of ids")
