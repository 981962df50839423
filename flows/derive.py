"""Derive: statements become facts, facts become labels, labels become trends.

Each table is one SQL file, run in the order of `STEPS`. No SQL reads the clock: the
release's day `as_of` is a parameter.
"""

import re
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from flows.database import Database, sql_text
from flows.errors import UserError
from flows.ingest import Tables
from flows.observations import empty
from schemas.fields import AXES, COLUMNS, STATED
from schemas.products import OBSERVED, PRODUCTS

#: the SQL files in the order in which they run; `resolved` and `known` are made from `schemas.fields`
STEPS = (
    "ranked",
    "facts",
    "resolved",
    "known",
    "beginnings",
    "channels",
    "density",
    "scaling_route",
    "scale",
    "efficiency",
    "compute_balance",
    "multitask",
    "language",
    "access",
    "openness",
    "safety",
    "modality",
    "multimodal_stage",
    "labels",
    "relations",
    "variants",
    "trends",
    "coverage",
)

_THRESHOLD = re.compile(r"threshold\('([a-z_]+)', '([a-z_0-9]+)'\)")


class CodebookError(UserError):
    """`raw/axes.toml` and the SQL rules do not fit each other."""


@dataclass(frozen=True)
class Claim:
    """What a claim's query found in the tables."""

    claim_id: str
    verdict: str
    found: str | None


def _resolved() -> str:
    """The query of `resolved`: facts in one row a model, one column a field."""
    columns = []
    for field in STATED.values():
        cast = f"::{field.sql_type}" if field.kind == "count" else ""
        columns.append(f"any_value({field.value_column}) filter (field = '{field.name}'){cast} as \"{field.name}\"")
        if field.kind == "date":
            columns.append(f"any_value(date_precision) filter (field = '{field.name}') as \"{field.name}_precision\"")
    # (model_id, field) is the key of facts, so any_value has one row to choose from
    return f"select model_id, {', '.join(columns)} from facts group by model_id order by model_id"


def _known() -> str:
    """The query of `known`: `resolved` for rules, which take what makes no sense as false or as an empty list."""
    instead = {"BOOLEAN": "false", "VARCHAR[]": "[]"}
    columns = [
        f"case when list_contains(pointless, '{field.name}') then {instead[field.sql_type]} else {field.name} end as {field.name}"
        for field in STATED.values()
        if field.sql_type in instead
    ]
    pointless = "select model_id, list(field) as pointless from facts where state = 'not_applicable' group by model_id"
    return (
        f"select resolved.* replace ({', '.join(columns)}) from resolved "
        f"left join ({pointless}) using (model_id) order by model_id"
    )


_MADE = {"resolved": _resolved, "known": _known}


def step_sql(name: str) -> str:
    """The query of one of `STEPS`."""
    return _MADE[name]() if name in _MADE else sql_text(name)


def _label_columns() -> str:
    """Columns with the labels of one day, one an axis; a list where several labels can hold at once."""
    single = "max(label) filter (axis = '{0}') as {0}"
    several = "list(label order by label) filter (axis = '{0}') as {0}"
    return ", ".join((several if field.kind == "codes" else single).format(axis) for axis, field in AXES.items())


def landscape_macro() -> str:
    """Statement that makes the table macro `landscape(day)` over the published tables.

    It gives every model known by that day, with the labels that it carried then.
    """
    return (
        "create macro landscape(day) as table "
        "select models.model_id, models.name, models.organisations, models.known_since, models.announced, models.parameters, "
        f"{_label_columns()} "
        "from models left join labels on models.model_id = labels.model_id "
        "and labels.valid_from <= day and (labels.valid_to is null or labels.valid_to > day) "
        "where models.known_since <= day group by all order by models.model_id"
    )


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
            f"left join (select model_id, {_label_columns()} from labels, run where valid_from <= as_of "
            f"and (valid_to is null or valid_to > as_of) group by model_id) using (model_id) order by {order}"
        )
    source = "ranked" if name == "statements" else name if name in STEPS else f"in_{name}"
    return f"select {columns} from {source} order by {order}"


def run_claim(connection: duckdb.DuckDBPyConnection, claim_id: str, sql: str) -> Claim:
    """Run the query of one claim over the published tables.

    The query is one SELECT that yields one row with `verdict` (true, false or null) and
    `found`. Anything else is undecided, with the reason in `found`.
    """
    try:
        statements = connection.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            return Claim(claim_id, "undecided", "the query is not one SELECT")
        rows = connection.execute(sql).fetchall()
        names = [column[0] for column in connection.description or []]
    except Exception as error:  # a curator's query may fail in any way; the claim then says how
        return Claim(claim_id, "undecided", f"the query fails: {str(error).splitlines()[0]}")
    if names != ["verdict", "found"] or len(rows) != 1:
        return Claim(claim_id, "undecided", "the query does not yield one row of verdict and found")
    verdict, found = rows[0]
    if verdict is not None and not isinstance(verdict, bool):
        return Claim(claim_id, "undecided", "the query's verdict is not true, false or null")
    code = {True: "holds", False: "differs", None: "undecided"}[verdict]
    return Claim(claim_id, code, None if found in (None, "") else str(found))


def _claims(database: Database, tables: Tables) -> pl.DataFrame:
    readings = tables["readings"].sort("claim_id")
    results = [run_claim(database.connection, key, sql) for key, sql in readings.select("claim_id", "sql").rows()]
    found = pl.DataFrame(
        {
            "claim_id": [claim.claim_id for claim in results],
            "found": [claim.found for claim in results],
            "verdict": [claim.verdict for claim in results],
        },
        schema={"claim_id": pl.String(), "found": pl.String(), "verdict": pl.String()},
    )
    return readings.drop("verdict").join(found, on="claim_id", maintain_order="left").select(PRODUCTS["claims"].columns)


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
        made["claims"] = _claims(release, tables)
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
