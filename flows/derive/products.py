"""Derive: statements become facts, facts become labels, labels become trends.

Each table is one SQL file, run in the order of `STEPS`. Beside tables, rules read
`as_of()`, the release's day (no SQL reads the clock), and `threshold(axis, threshold)`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa

from flows.derive.claims import prepare, run_claims
from flows.derive.database import Database
from flows.derive.quoting import literal
from flows.derive.steps import ACROSS, MACROS, STEPS, reads, step_sql
from flows.errors import UserError
from flows.observed.observations import empty
from schemas.fields import AXES, COLUMNS, STATED
from schemas.products import OBSERVED, PRODUCTS, arrow_schema
from schemas.tables import Tables

#: the published tables that a claim can ask
_QUERIED = tuple(name for name in PRODUCTS if name != "claims")
#: the ingested tables whose rows are each of one model, and are read as that
OF_MODELS = ("models", "sources", "statements", "identifiers")
#: how many statements are derived at once, those of some 12,500 models: with more the engine begins to spill
STATEMENTS_AT_A_TIME = 600_000
#: up to so many statements, those of some 12,000 models, a derivation is sparing: in one thread, since more cost the
#: engine more than they save, with fewer at once, and with less memory, beside which a check holds its own
_FEW = 600_000
_FEW_AT_A_TIME, _FEW_LIMIT = 110_000, "150MB"
#: up to so many it runs in one go, and beside something else: it takes some 50 MB more, and saves a second or two
_BESIDE, _BESIDE_LIMIT = 150_000, "200MB"


class CodebookError(UserError):
    """`raw/axes.toml` and the SQL rules do not fit each other."""


@dataclass(frozen=True)
class Misfit:
    """An axis, or a threshold of one, that either the rules or `raw/axes.toml` lacks."""

    axis: str
    threshold: str | None
    in_rules: bool

    @property
    def name(self) -> str:
        """The axis, or `axis.threshold`."""
        return f"{self.axis}.{self.threshold}" if self.threshold else self.axis


def misfits(axes: Sequence[str], thresholds: Iterable[tuple[str, str]]) -> list[Misfit]:
    """Axes and thresholds of `raw/axes.toml` that no rule reads, and those that a rule reads and it lacks."""
    known, used = set(thresholds), {pair for step in STEPS for pair in reads(step_sql(step)).thresholds}
    found = [Misfit(axis, name, True) for axis, name in sorted(used - known)]
    found += [Misfit(axis, name, False) for axis, name in sorted(known - used)]
    found += [Misfit(axis, None, True) for axis in AXES if axis not in axes]
    return found + [Misfit(axis, None, False) for axis in axes if axis not in AXES]


def require_thresholds(tables: Tables) -> None:
    """Guard what `kiban check` finds, for tables that were not checked. Raises CodebookError."""
    thresholds = [(str(row["axis"]), str(row["threshold"])) for row in tables["thresholds"].to_pylist()]
    if found := misfits(tables["axes"]["axis"].to_pylist(), thresholds):
        words = {True: "is what a rule reads, and raw/axes.toml lacks it", False: "in raw/axes.toml is read by no rule"}
        raise CodebookError("\n".join(f"{misfit.name} {words[misfit.in_rules]}" for misfit in found))


def derive(database: Database, tables: Tables, as_of: date) -> None:
    """Make every derived table in the database.

    `tables` are those of ingest, which the database has as `in_<table>`; `as_of` is the
    release's day. Raises CodebookError if thresholds or axes are missing or of no use.
    """
    require_thresholds(tables)
    hand_in(database, as_of)
    for step in STEPS:
        database.run(step)


def hand_in(database: Database, as_of: date) -> None:
    """Give the rules what they read beside ingested tables: `in_fields`, the days, `threshold()`."""
    connection = database.connection
    units = pa.array([field.unit for field in STATED.values()], pa.string())
    connection.register("in_fields", pa.table({"field": list(STATED), "unit": units}))
    # constants of the run: as tables, they would be joined to every row
    connection.execute(f"set variable as_of = date '{as_of}'")
    connection.execute("create macro as_of() as getvariable('as_of')")
    connection.execute("set variable collected_until = (select max(collected_until) from in_horizon)")
    connection.execute("create macro collected_until() as getvariable('collected_until')")
    connection.execute("create macro horizon() as least(as_of(), collected_until())")
    hand_in_thresholds(connection)


def hand_in_thresholds(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the rules `threshold(axis, threshold)`, of the table `in_thresholds`."""
    connection.execute(
        "set variable thresholds = "
        "(select map(list(axis || '.' || threshold), list(threshold_value)) from in_thresholds)"
    )
    connection.execute("create macro threshold(a, t) as getvariable('thresholds')[a || '.' || t]")


def product_query(name: str) -> str:
    """The query of a published table: derived if `STEPS` has it, otherwise as ingested."""
    product = PRODUCTS[name]
    columns = ", ".join(f'"{column}"' for column in product.columns)
    order = ", ".join(f'"{column}"' for column in product.key)
    return f"select {columns} from {_source(name)} order by {order}"


def _source(name: str) -> str:
    """The table that a published table is taken from."""
    return "ranked" if name == "statements" else name if name in STEPS else f"in_{name}"


def rules() -> dict[str, str]:
    """SQL of every derived and every published table by name, in the order in which it runs."""
    entered = {name: f"-- {PRODUCTS[name].en}\n{product_query(name)}\n" for name in PRODUCTS if name not in STEPS}
    return {step: step_sql(step) for step in STEPS} | entered


def _published(name: str) -> str:
    """The query of a published table with its own types; an empty list is a missing one."""

    def cell(column: str) -> str:
        kind = COLUMNS[column].type
        if kind.is_list:
            return f'case when len("{column}") > 0 then "{column}" end as "{column}"'
        return f'"{column}"::{kind.sql} as "{column}"'

    return f"select {', '.join(map(cell, PRODUCTS[name].columns))} from ({product_query(name)})"


@cache
def _kept() -> list[str]:
    """What steps across models read of the others, and is not published."""
    read = {table for step in ACROSS for table in reads(step_sql(step)).tables}
    return [step for step in STEPS if step in read and step not in PRODUCTS]


@cache
def _read_last() -> dict[str, list[str]]:
    """By step over a part of the models, the tables of which it is the last to read, and its own if none reads that."""
    steps = [step for step in STEPS if step not in ACROSS]
    last: dict[str, str] = {}
    for step in steps:
        read = reads(step_sql(step)).tables
        by_macros = {table for macro in MACROS if macro in read for table in reads(step_sql(macro)).tables}
        last |= dict.fromkeys([step, *sorted((read | by_macros) & set(steps))], step)
    return {step: [table for table in last if last[table] == step and table not in MACROS] for step in steps}


@dataclass(frozen=True)
class Release:
    """A new DuckDB file beside the steps' own tables, into which published tables are written.

    Nothing else is in the file, so that a query over it sees what a reader of the release has. It is of the engine's
    newest format, in which texts cost half as much to write; readers of a release get another file.
    """

    database: Database
    path: Path

    def __enter__(self) -> "Release":
        self.database.execute(f"attach {literal(str(self.path))} as release (storage_version 'latest')")
        return self

    def add(self, name: str, query: str) -> None:
        """Add a table with the rows of a query."""
        self.database.execute(f'create table release."{name}" as {query}')

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.database.execute("use release")
            for macro in MACROS:
                self.database.run(macro)
            self.database.execute("use memory")
            self.database.execute("detach release")


def write_empty(path: Path) -> None:
    """Write the tables and macros of a release without any row into a new DuckDB file."""

    def cells(name: str) -> str:
        return ", ".join(f'null::{COLUMNS[column].type.sql} as "{column}"' for column in PRODUCTS[name].columns)

    with Database({}, threads=1) as database, Release(database, path) as release:
        for name in _QUERIED:
            release.add(name, f"select {cells(name)} where false")


def models_at_a_time(models: int, statements: int, at_once: int = STATEMENTS_AT_A_TIME) -> int:
    """How many of so many models, which have so many statements, have about `at_once` of them; at least one."""
    return max(1, at_once * models // max(statements, 1))


def parts(tables: Tables, at_a_time: int | None = None) -> Iterator[Tables]:
    """The tables that have rows of a model, with the rows of so many models at a time, in the order of their ids."""
    step = at_a_time or models_at_a_time(tables["models"].num_rows, tables["statements"].num_rows)
    ids = pl.Series(tables["models"]["model_id"]).sort()
    ends = [*ids[step::step].to_list(), None]
    ordered = {name: _ordered(tables[name]) for name in OF_MODELS}
    before = dict.fromkeys(OF_MODELS, 0)
    for end in ends:
        part = {}
        for name, table in ordered.items():
            column = pl.Series(table["model_id"])
            until = table.num_rows if end is None else int(column.search_sorted(end))
            part[name], before[name] = table.slice(before[name], until - before[name]), until
        yield part


def _ordered(table: pa.Table) -> pa.Table:
    return table if pl.Series(table["model_id"]).is_sorted() else table.sort_by("model_id")


@cache
def of_part() -> dict[str, str]:
    """The queries of what is kept of a part, by name: published tables, and what steps across models read besides.

    The rows of all parts, one part after the other, are those of the whole: keys begin with the id of a model.
    """
    published = [name for name in _QUERIED if name not in ACROSS and (_source(name) in STEPS or name == "sources")]
    return {name: _published(name) for name in published} | {name: f"from {name}" for name in _kept()}


def run_part(database: Database, keep: Callable[[str, str], None]) -> None:
    """Run the steps over the models that were handed in; `keep` gets each name and query `of_part`.

    A table is dropped when no later step reads it, so that it lies neither beside those nor beside the next part.
    """
    sources = {_source(name): name for name in of_part()}
    keep("sources", of_part()["sources"])
    for step in STEPS:
        if step not in ACROSS:
            database.run(step)
            for table in _read_last()[step]:
                if table in sources:
                    keep(sources[table], of_part()[sources[table]])
                database.execute(f"drop table {table}")


@contextmanager
def whole(database: Database, path: str) -> Iterator[None]:
    """Attach a database `whole`, in a new file or `:memory:`, for what steps across models read of all of them."""
    database.execute(f"attach {literal(path)} as whole (storage_version 'latest')")
    yield
    database.execute("detach whole")


def run_across(database: Database, release: Release) -> None:
    """Add the other published tables: those that are as ingested, and those of the steps that look across models.

    The release has the tables `of_part` by now, the database `whole` those of them that are not published, and the
    tables of all models are handed in.
    """
    for name in _QUERIED:
        if name in of_part():
            database.execute(f'create view whole."{name}" as from release."{name}"')
        elif name not in ACROSS:
            release.add(name, _published(name))
    database.execute("set search_path = 'whole,memory'")
    for step in ACROSS:
        database.run(step)
        release.add(step, _published(step))
    database.execute("set search_path = 'memory'")


def _sparing(statements: int) -> tuple[int, str | None]:
    """How many of so many statements are derived at once, and in how much memory, if in less than the engine's own limit."""
    if statements <= _BESIDE:
        return _BESIDE, _BESIDE_LIMIT
    return (_FEW_AT_A_TIME, _FEW_LIMIT) if statements <= _FEW else (STATEMENTS_AT_A_TIME, None)


def write_derived(path: Path, tables: Tables, as_of: date, threads: int | None = None) -> None:
    """Write the published tables without the claims into a new DuckDB file; what they were made from is not held on.

    What a step yields of a model rests on that model alone, so the steps run over a part of the models after the
    other: memory does not grow with the number of models. What looks `ACROSS` them runs last, over what was written.
    Tables that memory does not hold are derived by `flows.derive.parts`.
    """
    tables = {name: empty(name) for name in OBSERVED} | tables
    require_thresholds(tables)
    models, statements = tables["models"].num_rows, tables["statements"].num_rows
    at_once, memory = _sparing(statements)
    threads = threads or (1 if memory else None)
    cut = list(parts(tables, models_at_a_time(models, statements, at_once)))
    with (
        TemporaryDirectory(prefix="kiban-") as folder,
        Database(tables, threads, memory) as database,
        Release(database, path) as release,
        whole(database, ":memory:" if len(cut) == 1 else str(Path(folder, "whole.duckdb"))),
    ):
        hand_in(database, as_of)
        begun: set[str] = set()

        def put(name: str, query: str) -> None:
            table = f'{"release" if name in PRODUCTS else "whole"}."{name}"'
            database.execute(f"insert into {table} {query}" if table in begun else f"create table {table} as {query}")
            begun.add(table)

        for part in cut:
            database.hand(part)
            run_part(database, put)
        database.hand({name: tables[name] for name in OF_MODELS})
        run_across(database, release)


class Deriving:
    """A derivation that runs beside what is done in the `with` block, such as a check of what it is made from."""

    def __init__(self, as_of: date, threads: int | None = None) -> None:
        self._as_of, self._threads = as_of, threads
        self._stack = ExitStack()

    def __enter__(self) -> "Deriving":
        self._published = Path(self._stack.enter_context(TemporaryDirectory(prefix="kiban-")), "release.duckdb")
        self._beside = self._stack.enter_context(ThreadPoolExecutor(max_workers=1))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def begin(self, given: Callable[[], Tables], early: Callable[[], bool] = lambda: True) -> None:
        """Begin to derive from the ingested tables, and those of what was observed, if there are any.

        Many, which would lie in memory beside what is done meanwhile, are derived when they are wanted, and so are all if
        `early` says no.
        """
        self._given = self._beside.submit(given)
        self._early = self._beside.submit(lambda: early() and self._write(_BESIDE))

    def _write(self, most: int | None = None) -> bool:
        """Derive and write, unless there are more statements than that; whether it is done."""
        tables = self._given.result()
        if most is not None and tables["statements"].num_rows > most:
            return False
        write_derived(self._published, tables, self._as_of, self._threads)
        return True

    def _readings(self) -> pa.Table:
        """The readings, when all that their queries ask is written. Raises what went wrong meanwhile."""
        readings = self._given.result()["readings"]
        prepare(readings.num_rows)
        if not self._early.result():
            self._write()
        return readings

    def products(self) -> Tables:
        """The tables as of `products`. Only now are claims asked: they may not be fit to be."""
        return read_derived(self._published, self._readings())

    def claims(self) -> pa.Table:
        """The published table `claims` alone, as `products` makes it, without holding the others in memory."""
        return run_claims(self._published, self._readings())


def products(tables: Tables, as_of: date, threads: int | None = None) -> Tables:
    """Derive the published tables from the ingested and, if there are any, the observed ones.

    Returns the tables of `schemas.products.PRODUCTS`, sorted by key, types exact. Claims
    are queries over the other tables, run last, against the same names as in a release; one
    that cannot run has a verdict that no release may hold (`flows.derive.queries.FAILS`).
    """
    with Deriving(as_of, threads) as deriving:
        deriving.begin(lambda: tables)
        return deriving.products()


def read_derived(path: Path, readings: pa.Table) -> Tables:
    """The published tables from a file that was derived, with the claims, whose queries run meanwhile."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        claims = beside.submit(run_claims, path, readings)
        with duckdb.connect(str(path), read_only=True) as connection:
            made = {name: connection.execute(f'from "{name}"').to_arrow_table() for name in _QUERIED}
        made["claims"] = claims.result()
    return {name: made.pop(name).cast(arrow_schema(product)).combine_chunks() for name, product in PRODUCTS.items()}
