"""Counts of a release's tables, labels and verdicts, for people."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from schemas.products import PRODUCTS
from schemas.tables import Tables, frames


@dataclass(frozen=True)
class Summary:
    """Rows of each table, models of each label on the release's day, and verdicts of the claims."""

    tables: list[tuple[str, int]]
    labels: list[tuple[str, list[tuple[str, int]]]]
    verdicts: list[tuple[str, int]]

    @property
    def claims(self) -> str:
        """The verdicts as one phrase."""
        return ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts) or "none"


def _label_counts(tables: dict[str, pl.DataFrame], axis: str) -> Iterator[tuple[str, int]]:
    column = tables["models"].select(pl.col(axis).alias("label"))
    if column.schema["label"] == pl.List(pl.String()):
        column = column.explode("label")
    found = dict(column.drop_nulls().group_by("label").len().rows())
    codes = tables["axis_labels"].filter(pl.col("axis") == axis).sort("position")["label"]
    yield from ((code, found[code]) for code in codes if code in found)


def summarise(made: Tables) -> Summary:
    """Count what the tables of a release or preview hold."""
    tables = frames(made)
    return Summary(
        tables=[(name, tables[name].height) for name in PRODUCTS],
        labels=[(axis, list(_label_counts(tables, axis))) for axis in tables["axes"].sort("position")["axis"]],
        verdicts=tables["claims"]["verdict"].value_counts().sort("verdict").rows(),
    )


def markdown(summary: Summary, title: str) -> str:
    """A summary as a page of Markdown."""
    lines = [f"# {title}", "", "| table | rows |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in summary.tables]
    lines += ["", "| axis | labels |", "|---|---|"]
    lines += [
        f"| {axis} | {', '.join(f'{label} {count}' for label, count in labels)} |" for axis, labels in summary.labels
    ]
    lines += ["", f"Claims: {summary.claims}."]
    return "\n".join(lines)
