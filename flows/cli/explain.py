"""Explain: the chain from a label down to the source and the line in the record."""

import difflib
from collections.abc import Iterable
from datetime import date
from typing import cast

import polars as pl
from rich.markup import escape
from rich.tree import Tree

from flows.check import Checked
from flows.checks.duplicate_name import fold
from flows.errors import UserError
from flows.records.ingest import pointer_of
from schemas.fields import AXES, VALUE_COLUMNS
from schemas.tables import Tables

Row = dict[str, object]


def find_model(products: Tables, wanted: str) -> Row:
    """The row of `models` with this id, name or alias.

    Raises UserError, with the nearest ids, if there is none.
    """
    models = products["models"].to_dicts()
    for row in models:
        if fold(wanted) in map(fold, [row["model_id"], row["name"], *(row["aliases"] or [])]):
            return row
    near = difflib.get_close_matches(wanted, [str(row["model_id"]) for row in models], n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else "see: kiban sql 'select model_id from models'"
    raise UserError(f"there is no model {wanted}; {hint}")


def shown_value(row: Row) -> str:
    """Value of a row of `facts` or `statements`, whichever column it is in."""
    for column in dict.fromkeys(VALUE_COLUMNS.values()):
        value = row[column]
        if value is None:
            continue
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"{value:,.15g}"
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if isinstance(value, date):
            text = value.isoformat()
            return {"year": text[:4], "month": text[:7]}.get(str(row["date_precision"]), text)
        return str(value)
    return str(row.get("statement_kind") or row.get("state"))


def _statement(branch: Tree, row: Row, sources: dict[str, Row], checked: Checked) -> None:
    source = sources[str(row["source_id"])]
    said = shown_value(row)
    if row["aspect"]:
        said = f"{said} x {row['aspect']} of {row['other_id']}"
    if row["since"]:
        said = f"{said}, since {row['since']}" + (f" until {row['until']}" if row["until"] else "")
    printed = f' printed "{row["printed"]}"' if row["printed"] else ""
    where = f" at {row['location']}" if row["location"] else ""
    path = str(row["path"])
    line = checked.files[path].line(pointer_of(str(row["pointer"])))
    node = branch.add(escape(f"{row['field']}: {said}{printed}{where}"))
    node.add(escape(f"{source['title']} ({source['source_kind']}, {source['published'] or 'undated'})"))
    node.add(escape(f"{source['url']} (read {source['accessed']}, {source['read_as']})"))
    node.add(escape(f"{path}:{line}"))


def _label(tree: Tree, label: Row, products: Tables, ingested: list[Row], checked: Checked) -> None:
    until = label["valid_to"] or "today"
    detail = f" ({label['detail']})" if label["detail"] else ""
    branch = tree.add(
        f"[bold]{escape(str(label['label']))}[/bold]{escape(detail)} {label['valid_from']} to {until}, "
        f"by rule {escape(str(label['rule_id']))}"
    )
    if label["missing_field"]:
        branch.add(f"missing: {label['missing_field']}")
    ids = cast(list[str], label["statement_ids"] or [])
    fields = sorted({str(row["field"]) for row in ingested if row["statement_id"] in ids and not row["since"]})
    facts = {row["field"]: row for row in products["facts"].filter(pl.col("model_id") == label["model_id"]).to_dicts()}
    sources = {str(row["source_id"]): row for row in products["sources"].to_dicts()}
    for field in fields:
        if field not in facts:
            continue
        fact = facts[field]
        node = branch.add(
            escape(f"fact {field} = {shown_value(fact)} ({fact['state']}, {fact['source_count']} sources)")
        )
        for row in ingested:
            if row["field"] == field and row["statement_id"] in ids:
                _statement(node, row, sources, checked)
    for row in ingested:  # events and comparisons, which no single fact sums up
        if row["statement_id"] in ids and row["field"] not in facts:
            _statement(branch, row, sources, checked)


def explanation(checked: Checked, products: Tables, wanted: str, axis: str | None) -> Tree:
    """Make the tree of a model's labels, on one axis or all.

    Raises UserError if there is no such model or axis.
    """
    model = find_model(products, wanted)
    if axis is not None and axis not in AXES:
        near = difflib.get_close_matches(axis, list(AXES), n=1)
        raise UserError(f"there is no axis {axis}; {'did you mean ' + near[0] + '?' if near else ', '.join(AXES)}")
    mine = pl.col("model_id") == model["model_id"]
    labels = products["labels"].filter(mine).to_dicts()
    ingested = checked.tables["statements"].filter(mine, pl.col("variant").is_null()).to_dicts()
    tree = Tree(f"[bold]{escape(str(model['name']))}[/bold] {escape(str(model['model_id']))}")
    wanted_axes: Iterable[str] = AXES if axis is None else (axis,)
    for code in wanted_axes:
        branch = tree.add(code)
        for label in sorted((row for row in labels if row["axis"] == code), key=lambda row: str(row["valid_from"])):
            _label(branch, label, products, ingested, checked)
    return tree
