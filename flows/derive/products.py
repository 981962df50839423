"""Derive: statements become facts, facts become labels, labels become trends.

Each table is one SQL file, run in the order of `STEPS`. Beside tables, rules read
`as_of()`, the release's day (no SQL reads the clock), and `threshold(axis, threshold)`.
"""

from datetime import date

import polars as pl

from flows.derive.claims import run_claims
from flows.derive.database import Database
from flows.derive.steps import MACROS, STEPS, reads, step_sql
from flows.errors import UserError
from flows.observed.observations import empty
from schemas.fields import AXES, COLUMNS, STATED
from schemas.products import OBSERVED, PRODUCTS
from schemas.tables import Tables


class CodebookError(UserError):
    """`raw/axes.toml` and the SQL rules do not fit each other."""


def _require_thresholds(tables: Tables) -> None:
    known = set(tables["thresholds"].select("axis", "threshold").rows())
    used = {threshold for step in STEPS for threshold in reads(step_sql(step)).thresholds}
    wrong = [f"rule reads {axis}.{name}, which raw/axes.toml lacks" for axis, name in sorted(used - known)]
    wrong += [f"raw/axes.toml has {axis}.{name}, which no rule reads" for axis, name in sorted(known - used)]
    axes = tables["axes"]["axis"].to_list()
    wrong += [f"raw/axes.toml lacks the axis {axis}" for axis in AXES if axis not in axes]
    wrong += [f"raw/axes.toml has {axis}, which is no axis" for axis in axes if axis not in AXES]
    if wrong:
        raise CodebookError("\n".join(wrong))


def derive(database: Database, tables: Tables, as_of: date) -> None:
    """Make every derived table in the database.

    `tables` are those of ingest, which the database has as `in_<table>`; `as_of` is the
    release's day. Raises CodebookError if thresholds or axes are missing or of no use.
    """
    _require_thresholds(tables)
    hand_in(database, as_of)
    for step in STEPS:
        database.run(step)


def hand_in(database: Database, as_of: date) -> None:
    """Give the rules what they read beside ingested tables: `in_fields`, `as_of()` and `threshold()`."""
    connection = database.connection
    fields = pl.DataFrame(
        {"field": list(STATED), "unit": [f.unit for f in STATED.values()]},
        schema={"field": pl.String(), "unit": pl.String()},
    )
    connection.register("in_fields", fields.to_arrow())
    # constants of the run: as tables, they would be joined to every row
    connection.execute(f"set variable as_of = date '{as_of}'")
    connection.execute("create macro as_of() as getvariable('as_of')")
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
    source = "ranked" if name == "statements" else name if name in STEPS else f"in_{name}"
    return f"select {columns} from {source} order by {order}"


def rules() -> dict[str, str]:
    """SQL of every derived and every published table by name, in the order in which it runs."""
    entered = {name: f"-- {PRODUCTS[name].en}\n{product_query(name)}\n" for name in PRODUCTS if name not in STEPS}
    return {step: step_sql(step) for step in STEPS} | entered


def products(tables: Tables, as_of: date, threads: int | None = None) -> Tables:
    """Derive the published tables from the ingested and, if there are any, the observed ones.

    Returns the tables of `schemas.products.PRODUCTS`, sorted by key, types exact. Claims
    are queries over the other tables, run last, against the same names as in a release.
    """
    tables = {name: empty(name) for name in OBSERVED} | tables
    with Database(tables, threads) as database:
        derive(database, tables, as_of)
        made = {name: database.frame(product_query(name)) for name in PRODUCTS if name != "claims"}
    made = {name: _typed(name, table) for name, table in made.items()}
    with Database({}, threads) as release:
        for name, table in made.items():
            release.connection.register("source", table.to_arrow())
            release.create(name, "select * from source")
        for macro in MACROS:
            release.run(macro)
        release.connection.execute("set enable_external_access = false")
        made["claims"] = run_claims(release, tables)
    return {name: made[name] for name in PRODUCTS}


def _typed(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Cast integers that DuckDB widened to their published type, and make empty lists null."""
    columns = PRODUCTS[name].columns
    counts = [c for c in columns if COLUMNS[c].kind == "count"]
    lists = [c for c in columns if COLUMNS[c].sql_type == "VARCHAR[]"]
    return table.with_columns(
        *(pl.col(c).cast(pl.Int64) for c in counts),
        *(pl.when(pl.col(c).list.len() > 0).then(pl.col(c)).alias(c) for c in lists),
    )
