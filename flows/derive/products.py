"""Derive: statements become facts, facts become labels, labels become trends.

Each table is one SQL file, run in the order of `STEPS`. No SQL reads the clock: the
release's day `as_of` is a parameter.
"""

import re
from datetime import date

import polars as pl

from flows.derive.claims import run_claims
from flows.derive.database import Database
from flows.derive.landscape import label_columns, landscape_macro
from flows.derive.steps import STEPS, step_sql
from flows.errors import UserError
from flows.observed.observations import empty
from schemas.fields import AXES, COLUMNS, STATED
from schemas.products import OBSERVED, PRODUCTS
from schemas.tables import Tables

_THRESHOLD = re.compile(r"threshold\('([a-z_]+)', '([a-z_0-9]+)'\)")


class CodebookError(UserError):
    """`raw/axes.toml` and the SQL rules do not fit each other."""


def _require_thresholds(tables: Tables) -> None:
    known = set(tables["thresholds"].select("axis", "threshold").rows())
    used = {found for step in STEPS for found in _THRESHOLD.findall(step_sql(step))}
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
    connection = database.connection
    connection.execute("create table run as select ?::date as as_of", [as_of])
    fields = pl.DataFrame(
        {"field": list(STATED), "unit": [f.unit for f in STATED.values()], "position": range(len(STATED))},
        schema={"field": pl.String(), "unit": pl.String(), "position": pl.Int64()},
    )
    connection.register("fields", fields.to_arrow())
    connection.execute(
        "create macro threshold(a, t) as (select threshold_value from in_thresholds where axis = a and threshold = t)"
    )
    for step in STEPS:
        database.create(step, step_sql(step))


def product_query(name: str) -> str:
    """The query of a published table: derived if `STEPS` has it, otherwise as ingested."""
    product = PRODUCTS[name]
    columns = ", ".join(f'"{column}"' for column in product.columns)
    order = ", ".join(f'"{column}"' for column in product.key)
    if name == "models":
        return (
            f"select {columns} from in_models left join resolved using (model_id) left join beginnings using (model_id) "
            f"left join (select model_id, {label_columns()} from labels, run where valid_from <= as_of "
            f"and (valid_to is null or valid_to > as_of) group by model_id) using (model_id) order by {order}"
        )
    source = "ranked" if name == "statements" else name if name in STEPS else f"in_{name}"
    return f"select {columns} from {source} order by {order}"


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
        release.connection.execute(landscape_macro())
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
