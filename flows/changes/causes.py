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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

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

Row = dict[str, object]


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


@dataclass(frozen=True)
class _Evidence:
    """What can have moved derived values between two editions."""

    changes: pl.DataFrame
    old: Edition
    new: Edition

    @cached_property
    def renames(self) -> dict[str, str]:
        pairs = _frame(self.new, "retired", "retired_id", "renamed_to").drop_nulls().rows()
        return dict(pairs)

    def is_renaming(self, old: str | None, new: str | None) -> bool:
        """Whether a cell, maybe a list, differs only in what ids are called now."""
        if not self.renames or old is None or new is None:
            return False
        called = [(head, mark, tail) for head, mark, tail in (item.partition("#") for item in old.split(";"))]
        return ";".join(self.renames.get(head, head) + mark + tail for head, mark, tail in called) == new

    @cached_property
    def statements(self) -> pl.DataFrame:
        """Model, as it is called now, and field of every statement of both editions."""
        both = [_frame(edition, "statements", "statement_id", "model_id", "field") for edition in (self.old, self.new)]
        return pl.concat(both).unique().with_columns(self.called_now)

    @property
    def called_now(self) -> pl.Expr:
        """The column `model_id` with the ids of today."""
        return pl.col("model_id").replace(self.renames)

    def changes_of(self, table: str) -> pl.DataFrame:
        """Changes of the rows of one table: change, key (its first part) and column."""
        rows = self.changes.filter(pl.col("table_name") == table, pl.col("row_key").is_not_null())
        return rows.select("change", pl.col("row_key").list.first().alias("key"), "column_name")

    @cached_property
    def read(self) -> dict[tuple[str, str], set[str]]:
        """Causes in what was read, by model and field; the field * stands for all."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        stated = self.changes_of("statements").join(self.statements, left_on="key", right_on="statement_id")
        for change, column, model, field in stated.select("change", "column_name", "model_id", "field").rows():
            if cause := cause_of_statement(change, column):
                found[model, field].add(cause)
        for change, key, column in self.changes_of("sources").rows():
            if change == "cell" and column in _RANKING:
                found[key.partition("#")[0], "*"].add("correction")
        licences = [
            key for change, key, column in self.changes_of("licences").rows() if change != "cell" or column in _TERMS
        ]
        for edition in (self.old, self.new) if licences else ():
            held = _frame(edition, "access", "model_id", "licence").filter(pl.col("licence").is_in(licences))
            for (model,) in held.select(self.called_now).unique().rows():
                found[model, "licence"].add("correction")
        return found

    @cached_property
    def by_model(self) -> dict[str, set[str]]:
        """Causes in what was read, by model."""
        found: dict[str, set[str]] = defaultdict(set)
        for (model, _), causes in self.read.items():
            found[model] |= causes
        return found

    @cached_property
    def relabelled(self) -> pl.DataFrame:
        """Models and axes with a change among their labels."""
        keys = self.changes.filter(pl.col("table_name") == "labels", pl.col("row_key").is_not_null())["row_key"]
        pairs = keys.to_frame().select(
            pl.col("row_key").list.get(0).alias("model_id"), pl.col("row_key").list.get(1).alias("axis")
        )
        return pairs.with_columns(self.called_now).unique()

    @cached_property
    def relabelled_pairs(self) -> set[tuple[str, str]]:
        """The same, to ask for one."""
        return set(self.relabelled.rows())

    @cached_property
    def rests_on(self) -> dict[tuple[str, str], list[str]]:
        """Fields that the labels of a relabelled model on an axis rest on, in either edition."""
        parts = []
        for edition in (self.old, self.new):
            labels = _frame(edition, "labels", "model_id", "axis", "missing_field", "statement_ids")
            labels = labels.with_columns(self.called_now).join(self.relabelled, on=["model_id", "axis"], how="semi")
            cited = labels.select("model_id", "axis", pl.col("statement_ids").alias("statement_id")).explode(
                "statement_id"
            )
            fields = self.statements.select("statement_id", "field")
            parts.append(cited.join(fields, on="statement_id").select("model_id", "axis", "field"))
            parts.append(labels.select("model_id", "axis", pl.col("missing_field").alias("field")).drop_nulls())
        grouped = pl.concat(parts).group_by("model_id", "axis").agg(pl.col("field").unique())
        return {(model, axis): fields for model, axis, fields in grouped.rows()}

    @cached_property
    def vocabulary(self) -> set[str]:
        """Axes that came, went, or have other labels."""
        before, after = (set(_frame(e, "axis_labels", "axis", "label").rows()) for e in (self.old, self.new))
        return {axis for axis, _ in before ^ after}

    @cached_property
    def thresholds(self) -> set[tuple[str, str]]:
        """Thresholds whose value is another."""
        before, after = (
            set(_frame(e, "thresholds", "axis", "threshold", "threshold_value").rows()) for e in (self.old, self.new)
        )
        return {(axis, name) for axis, name, _ in before ^ after}

    def of_step(self, *steps: str) -> set[str]:
        """Causes in the rules: SQL or thresholds of some steps, or of what they read."""
        key = "/".join(steps)
        if key not in self._steps:
            self._steps[key] = self._of_steps(steps)
        return self._steps[key]

    @cached_property
    def _steps(self) -> dict[str, set[str]]:
        return {}

    def _of_steps(self, steps: Iterable[str]) -> set[str]:
        names = {n for step in steps for rules in (self.old.rules, self.new.rules) for n in _closure(step, rules)}
        bare = [{n: _COMMENT.sub("", e.rules.get(n, "")).split() for n in names} for e in (self.old, self.new)]
        found = {"rule"} if bare[0] != bare[1] else set()
        used = {t for n in names for e in (self.old, self.new) if n in e.rules for t in reads(e.rules[n]).thresholds}
        return found | ({"threshold"} if used & self.thresholds else set())

    def causes(self, model: str, fields: Iterable[str], found: set[str]) -> set[str]:
        """Causes of one derived value, from its model, the fields that it rests on, and what is known already."""
        direct = {cause for field in (*fields, "*") for cause in self.read.get((model, field), ())}
        if direct or found:
            return direct | found
        return self.by_model.get(model) or ({"day"} if self.old.as_of != self.new.as_of else {"unexplained"})

    def of_label(self, model: str, axis: str) -> set[str]:
        """Causes of a change among the labels of a model on an axis."""
        known = self.of_step(axis) | ({"schema"} if axis in self.vocabulary else set())
        return self.causes(model, self.rests_on.get((model, axis), ()) if self.read else (), known)

    def of_cell(self, table: str, change: str, key: list[str], column: str) -> set[str]:
        """Causes of one change of a row or cell; empty where nothing is derived."""
        match table:
            case "statements":
                return {cause} if (cause := cause_of_statement(change, column)) else set()
            case "labels":
                return self.of_label(key[0], key[1])
            case "facts":
                return self.causes(key[0], [key[1]], self.of_step("facts"))
            case "access":
                return self.causes(key[0], CHANNELS, self.of_step("access"))
            case "models" if change == "cell" and column in self.axes:
                if (key[0], column) in self.relabelled_pairs:
                    return self.of_label(key[0], column)
                return self.causes(key[0], (), {"day"} if self.old.as_of != self.new.as_of else set())
            case "models" if change == "cell" and column.removesuffix("_precision") in self.derived:
                return self.causes(key[0], [column.removesuffix("_precision")], self.of_step("resolved", "beginnings"))
        return set()

    @cached_property
    def axes(self) -> set[str]:
        return {axis for e in (self.old, self.new) for axis in _frame(e, "axes", "axis")["axis"]}

    @cached_property
    def derived(self) -> set[str]:
        """Columns of models that come from facts."""
        return {field for e in (self.old, self.new) for field in _frame(e, "facts", "field")["field"]} | {"known_since"}


def cause_of_statement(change: str, column: str | None) -> str | None:
    """Cause that lies in a change of a statement itself: a new one is a fact, another or none a correction."""
    if change in ("row-added", "row-removed"):
        return "fact" if change == "row-added" else "correction"
    return "correction" if change == "cell" and column in _SAID else None


def with_causes(table: pa.Table, old: Edition, new: Edition) -> pa.Table:
    """Fill the column `causes` of the table of changes between two editions."""
    changes = frame(table)
    evidence = _Evidence(changes, old, new)
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
        elif change == "cell" and evidence.is_renaming(was, now):
            causes = {"rename"}
        else:
            causes = evidence.of_cell(name, change, key, column)
        found.append(sorted(causes) or None)
    return table.set_column(table.column_names.index("causes"), "causes", pa.array(found, pa.list_(pa.string())))
