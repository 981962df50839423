"""Causes: why a derived value is not what it was in the edition before.

| cause | what happened |
|---|---|
| fact | a source was added that states something new |
| correction | a statement, its source's rank, or a licence's terms were entered otherwise, or taken out |
| rule | the SQL of the rule, or of a step that it reads, is another |
| threshold | a threshold that the rule reads has another value |
| schema | the axis, label, table or column is new, or is gone |
| rename | an id in it is called otherwise |
| day | nothing but the release's day moved |
| unexplained | none of these |

Several may hold at once; which of them alone would have sufficed is not worked out.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import polars as pl
import pyarrow as pa

from flows.changes.edition import Edition
from flows.derive.steps import reads
from schemas.fields import CHANNELS
from schemas.tables import frame

#: columns of a statement that say what was read; the others say where, or follow from these
_SAID = frozenset(
    {"field", "variant", "statement_kind", "value_number", "value_date", "value_text", "value_list", "value_boolean"}
    | {
        "date_precision",
        "unit",
        "since",
        "since_precision",
        "until",
        "aspect",
        "other_id",
        "is_estimate",
        "is_preferred",
    }
)
_RANKING = frozenset({"source_kind", "is_primary", "published", "published_precision"})
_TERMS = frozenset({"licence_kind", "commercial_use", "use_restrictions"})
_COMMENT = re.compile(r"--[^\n]*")

Editions = tuple[Edition, Edition]


def _frame(edition: Edition, table: str, *columns: str) -> pl.DataFrame:
    """Some columns of a table; no rows and no columns if the edition lacks it."""
    if table not in edition.tables:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    return frame(edition.tables[table].select(list(columns)))


def _closure(step: str, rules: Mapping[str, str]) -> set[str]:
    """A step and every step that it reads, directly or not."""
    found, open_steps = set(), {step}
    while open_steps:
        name = open_steps.pop()
        found.add(name)
        if name in rules:
            open_steps |= (reads(rules[name]).tables & rules.keys()) - found
    return found


def _renamed(text: str, renames: Mapping[str, str]) -> str:
    """A cell, maybe a list, with its ids as they are called now."""
    parts = [item.partition("#") for item in text.split(";")]
    return ";".join(renames.get(head, head) + mark + tail for head, mark, tail in parts)


def _changes_of(changes: pl.DataFrame, table: str) -> pl.DataFrame:
    """Changes of the rows of one table: change, key (its first part) and column."""
    rows = changes.filter(pl.col("table_name") == table, pl.col("row_key").is_not_null())
    return rows.select("change", pl.col("row_key").list.first().alias("key"), "column_name")


def _statements(editions: Editions, called_now: pl.Expr) -> pl.DataFrame:
    """Model, as it is called now, and field of every statement of both editions."""
    both = [_frame(edition, "statements", "statement_id", "model_id", "field") for edition in editions]
    return pl.concat(both).unique().with_columns(called_now)


def _causes_read(
    changes: pl.DataFrame, editions: Editions, statements: pl.DataFrame, called_now: pl.Expr
) -> dict[tuple[str, str], set[str]]:
    """Causes in what was read, by model and field; the field * stands for all."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    stated = _changes_of(changes, "statements").join(statements, left_on="key", right_on="statement_id")
    for change, column, model, field in stated.select("change", "column_name", "model_id", "field").rows():
        found[model, field] |= causes_of_statement(change, column)
    for change, key, column in _changes_of(changes, "sources").rows():
        if change == "cell" and column in _RANKING:
            found[key.partition("#")[0], "*"].add("correction")
    # a licence that is new corrects nothing, and one that is gone is named by no record any more
    terms = [
        key for change, key, column in _changes_of(changes, "licences").rows() if column in _TERMS and change == "cell"
    ]
    for edition in editions if terms else ():
        held = _frame(edition, "access_periods", "model_id", "licence").filter(pl.col("licence").is_in(terms))
        for model in held.select(called_now)["model_id"]:
            found[model, "licence"].add("correction")
    return {key: causes for key, causes in found.items() if causes}


def _fields_of_labels(
    editions: Editions, statements: pl.DataFrame, relabelled: pl.DataFrame, called_now: pl.Expr
) -> dict[tuple[str, str], list[str]]:
    """Fields that the labels of a relabelled model on an axis rest on, in either edition."""
    pair, parts = ["model_id", "axis"], []
    for edition in (e for e in editions if "labels" in e.tables):
        labels = _frame(edition, "labels", *pair, "missing_field", "statement_ids")
        labels = labels.with_columns(called_now).join(relabelled, on=pair, how="semi")
        cited = labels.select(*pair, statement_id="statement_ids").explode("statement_id")
        parts.append(cited.join(statements, on="statement_id").select(*pair, "field"))
        parts.append(labels.select(*pair, field="missing_field").drop_nulls())
    grouped = pl.concat(parts).group_by(pair).agg(pl.col("field").unique())
    return {(model, axis): fields for model, axis, fields in grouped.rows()}


def _first_that_differ(editions: Editions, table: str, first: int, *columns: str) -> set[tuple[str, ...]]:
    """The first columns of the rows of a table that only one of the editions has."""
    before, after = (set(_frame(edition, table, *columns).rows()) for edition in editions)
    return {row[:first] for row in before ^ after}


def _causes_in_rules(editions: Editions, steps: Iterable[str], thresholds: set[tuple[str, ...]]) -> set[str]:
    """Causes in the SQL or the thresholds of some steps, or of what they read."""
    names = {n for step in steps for edition in editions for n in _closure(step, edition.rules)}
    old, new = ({n: _COMMENT.sub("", e.rules.get(n, "")).split() for n in names} for e in editions)
    used = {t for e in editions for n in names & e.rules.keys() for t in reads(e.rules[n]).thresholds}
    return ({"rule"} if old != new else set()) | ({"threshold"} if used & thresholds else set())


def _causes_of_cells(
    changes: pl.DataFrame, editions: Editions, renames: Mapping[str, str]
) -> Callable[[str, str, list[str], str], set[str]]:
    """A function of table, change, key and column that says why a row or cell changed; nothing where none is derived."""
    called_now = pl.col("model_id").replace(renames)
    statements = _statements(editions, called_now)
    read = _causes_read(changes, editions, statements, called_now)
    by_model: dict[str, set[str]] = defaultdict(set)
    for (model, _), causes in read.items():
        by_model[model] |= causes
    keys = changes.filter(pl.col("table_name") == "labels").select(key="row_key").drop_nulls()
    relabelled = keys.select(model_id=pl.col("key").list.get(0), axis=pl.col("key").list.get(1))
    relabelled = relabelled.with_columns(called_now).unique()
    pairs = set(relabelled.rows())
    fields_of = _fields_of_labels(editions, statements, relabelled, called_now) if read and pairs else {}
    vocabulary = _first_that_differ(editions, "axis_labels", 1, "axis", "label")
    thresholds = _first_that_differ(editions, "thresholds", 2, "axis", "threshold", "threshold_value")
    axes = {axis for edition in editions for axis in _frame(edition, "axes", "axis")["axis"]}
    day = {"day"} if editions[0].as_of != editions[1].as_of else set()

    @cache
    def derived() -> set[str]:
        return {"known_since"}.union(*(_frame(edition, "facts", "field")["field"].unique() for edition in editions))

    @cache
    def of_steps(*steps: str) -> set[str]:
        return _causes_in_rules(editions, steps, thresholds)

    def of_value(model: str, fields: Iterable[str], known: set[str]) -> set[str]:
        found = known.union(*(read.get((model, field), ()) for field in (*fields, "*")))
        return found or by_model.get(model) or day or {"unexplained"}

    def of_label(model: str, axis: str) -> set[str]:
        known = of_steps(axis) | ({"schema"} if (axis,) in vocabulary else set())
        return of_value(model, fields_of.get((model, axis), ()), known)

    def of_cell(table: str, change: str, key: list[str], column: str) -> set[str]:
        match table:
            case "statements":
                return causes_of_statement(change, column)
            case "labels":
                return of_label(key[0], key[1])
            case "facts":
                return of_value(key[0], [key[1]], of_steps("facts"))
            case "access_periods":
                return of_value(key[0], CHANNELS, of_steps("access"))
            case "models" if change == "cell" and column in axes:
                return of_label(key[0], column) if (key[0], column) in pairs else of_value(key[0], (), day)
            case "models" if change == "cell" and (field := column.removesuffix("_precision")) in derived():
                return of_value(key[0], [field], of_steps("resolved", "beginnings"))
        return set()

    return of_cell


def causes_of_statement(change: str, column: str | None) -> set[str]:
    """Cause that lies in a change of a statement itself: a new one is a fact, another or none a correction."""
    if change == "row-added":
        return {"fact"}
    return {"correction"} if change == "row-removed" or (change == "cell" and column in _SAID) else set()


def with_causes(table: pa.Table, old: Edition, new: Edition) -> pa.Table:
    """Fill the column `causes` of the table of changes between two editions."""
    changes = frame(table)
    renames = dict(_frame(new, "retired", "retired_id", "renamed_to").drop_nulls().rows())
    of_cell = _causes_of_cells(changes, (old, new), renames)
    whole = {
        (table, column)
        for table, change, column in changes.select("table_name", "change", "column_name").rows()
        if change in ("table-added", "table-removed", "column-added", "column-removed")
    }
    found: list[list[str] | None] = []
    columns = ("table_name", "change", "row_key", "column_name", "old_value", "new_value")
    for name, change, key, column, was, now in changes.select(columns).rows():
        if (name, None) in whole or (name, column) in whole:
            causes = {"schema"}
        elif change == "row-renamed" or key is None:
            causes = set()
        elif change == "cell" and was and renames and _renamed(was, renames) == now:
            causes = {"rename"}
        else:
            causes = of_cell(name, change, key, column)
        found.append(sorted(causes) or None)
    return table.set_column(table.column_names.index("causes"), "causes", pa.array(found, pa.list_(pa.string())))
