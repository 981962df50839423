"""Why a model has its labels: label, rule, facts, statements, and each source with its line in the record."""

import difflib
from dataclasses import dataclass
from datetime import date
from typing import cast

import pyarrow.compute as pc
from pydantic import TypeAdapter

from flows.check import Checked
from flows.errors import UserError
from flows.records.findings import stated_value
from flows.records.ingest import pointer_of
from flows.records.names import recased
from schemas.fields import AXES
from schemas.tables import Row, Tables


@dataclass(frozen=True)
class Source:
    """Where a statement was read."""

    title: str
    source_kind: str
    published: date | None
    url: str
    accessed: date
    read_as: str


@dataclass(frozen=True)
class Statement:
    """What one source says of one field, and where the record has it; `value` is a text for people."""

    field: str
    value: str
    printed: str | None
    location: str | None
    source: Source
    path: str
    line: int


@dataclass(frozen=True)
class Fact:
    """What we conclude for one field, from those of its statements that the label rests on."""

    field: str
    value: str
    state: str
    sources: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Label:
    """A label of a model from a day to a day (None: still), with the rule that gave it and what that rests on.

    `missing` is the field without which the label is unknown. `events` are statements that no single fact sums up:
    events and comparisons.
    """

    label: str
    detail: str | None
    valid_from: date
    valid_to: date | None
    rule_id: str
    missing: str | None
    facts: tuple[Fact, ...]
    events: tuple[Statement, ...]


@dataclass(frozen=True)
class Explanation:
    """A model with its labels on each axis, in the order of time."""

    model_id: str
    name: str
    axes: dict[str, tuple[Label, ...]]


def find_model(products: Tables, wanted: str) -> Row:
    """The row of `models` with this id, name or alias.

    Raises UserError, with the nearest ids, if there is none.
    """
    models: list[Row] = products["models"].to_pylist()
    for row in models:
        called = cast(list[str], [row["model_id"], row["name"], *cast(list[str], row["aliases"] or [])])
        if recased(wanted) in map(recased, called):
            return row
    near = difflib.get_close_matches(wanted, [str(row["model_id"]) for row in models], n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else "see: kiban sql 'select model_id from models'"
    raise UserError(f"there is no model {wanted}; {hint}")


def _statement(row: Row, sources: dict[str, Source], checked: Checked) -> Statement:
    value, path = stated_value(row), str(row["path"])
    if row["aspect"]:
        value = f"{value} x {row['aspect']} of {row['other_id']}"
    if row["since"]:
        value = f"{value}, since {row['since']}" + (f" until {row['until']}" if row["until"] else "")
    return Statement(
        field=str(row["field"]),
        value=value,
        printed=cast("str | None", row["printed"]),
        location=cast("str | None", row["location"]),
        source=sources[str(row["source_id"])],
        path=path,
        line=checked.files[path].line(pointer_of(str(row["pointer"]))),
    )


def _label(row: Row, facts: dict[str, Row], rests_on: list[tuple[Row, Statement]]) -> Label:
    fields = sorted({said.field for stated, said in rests_on if not stated["since"] and said.field in facts})
    return Label(
        label=str(row["label"]),
        detail=cast("str | None", row["detail"]),
        valid_from=cast(date, row["valid_from"]),
        valid_to=cast("date | None", row["valid_to"]),
        rule_id=str(row["rule_id"]),
        missing=cast("str | None", row["missing_field"]),
        facts=tuple(
            Fact(
                field=field,
                value=stated_value(facts[field]),
                state=str(facts[field]["state"]),
                sources=cast(int, facts[field]["source_count"]),
                statements=tuple(said for _, said in rests_on if said.field == field),
            )
            for field in fields
        ),
        events=tuple(said for _, said in rests_on if said.field not in facts),
    )


def explain(checked: Checked, products: Tables, wanted: str, axis: str | None) -> Explanation:
    """Explain the labels of a model, named by id, name or alias, on one axis or all.

    Raises UserError if there is no such model or axis.
    """
    model = find_model(products, wanted)
    if axis is not None and axis not in AXES:
        near = difflib.get_close_matches(axis, list(AXES), n=1)
        raise UserError(f"there is no axis {axis}; {'did you mean ' + near[0] + '?' if near else ', '.join(AXES)}")
    mine = pc.field("model_id") == model["model_id"]
    read = TypeAdapter(Source).validate_python
    sources = {str(row["source_id"]): read(row) for row in products["sources"].to_pylist()}
    facts = {str(row["field"]): row for row in products["facts"].filter(mine).to_pylist()}
    stated = [
        (row, _statement(row, sources, checked))
        for row in checked.tables["statements"].filter(mine & pc.field("variant").is_null()).to_pylist()
    ]
    axes: dict[str, list[Label]] = {code: [] for code in (AXES if axis is None else (axis,))}
    for row in sorted(products["labels"].filter(mine).to_pylist(), key=lambda row: str(row["valid_from"])):
        if row["axis"] in axes:
            ids = set(row["statement_ids"] or ())
            axes[row["axis"]].append(_label(row, facts, [pair for pair in stated if pair[0]["statement_id"] in ids]))
    return Explanation(
        str(model["model_id"]), str(model["name"]), {code: tuple(labels) for code, labels in axes.items()}
    )
