"""What a release says of itself to people: README, which is its card too."""

from collections.abc import Sequence

import polars as pl

import flows.about as about
from flows.figures.draw import Drawn
from flows.layout import Identity, figure_path, table_path
from flows.release_files.questions import questions
from flows.release_files.rendering import rendered
from schemas.fields import AXES, COLUMNS, MEASURES
from schemas.products import FILES, SCHEMA_VERSION, column_of
from schemas.tables import Tables, frames

# what Hugging Face calls sizes: fewer rows than the number
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def size_category(rows: int) -> str:
    """Size of a dataset in the words of a Hugging Face card."""
    return next((name for limit, name in _SIZES if rows < limit), "n>10M")


def readme(made: Tables, identity: Identity, figures: Sequence[Drawn] = ()) -> str:
    """Text of a release's README: Hugging Face card, what it covers, queries, figures, data dictionary.

    `made` are the tables of PRODUCTS; `changes` may be among them, and has no rows if it is not. `figures` are those
    that lie beside it.
    """
    tables = frames(made)
    labels = tables["axis_labels"].join(tables["axes"].select("axis", pl.col("position").alias("order")), on="axis")
    years = tables["years"].sort("year", "measure").partition_by("year", as_dict=True, maintain_order=True)
    coverage = tables["coverage"].filter(pl.col("column_name") == "*").to_dicts()[0]
    rows = {"changes": 0} | {name: table.height for name, table in tables.items()}
    return rendered(
        "release.md.j2",
        about=about,
        schema_version=SCHEMA_VERSION,
        identity=identity,
        size=size_category(sum(rows.values())),
        places=about.places(),
        countries=tables["models"]["countries"].explode().drop_nulls().n_unique(),
        files=FILES.values(),
        questions=questions(),
        column_of=column_of,
        values_of={name: field.values for name, field in COLUMNS.items() if field.values}
        | {axis: labels.filter(axis=axis).sort("position")["label"].to_list() for axis in AXES},
        table_path=table_path,
        figures=figures,
        figure_path=figure_path,
        rows=rows,
        axes=tables["axes"].sort("position").to_dicts(),
        labels=labels.sort("order", "position").to_dicts(),
        verdicts=dict(tables["claims"]["verdict"].value_counts().sort("verdict").rows()),
        coverage=coverage,
        horizon=tables["horizon"].to_dicts(),
        draws=tables["draws"]
        .group_by("wave")
        .agg(wrong=(pl.col("draw_verdict") == "wrong").sum(), readable=(pl.col("draw_verdict") != "unreadable").sum())
        .sort("wave")
        .to_dicts(),
        comparisons=tables["comparisons"]
        .sort("comparison", "compared_field", "comparison_verdict")
        .group_by("comparison", "their_day", maintain_order=True)
        .agg(pl.struct("compared_field", "comparison_verdict", "cells_count").alias("counts"))
        .to_dicts(),
        measures=MEASURES,
        years={year: {row["measure"]: row for row in of_year.to_dicts()} for (year,), of_year in years.items()},
    )
