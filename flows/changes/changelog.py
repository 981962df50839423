"""The changelog of a release, for people: what is new, what was corrected, which labels changed and why."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from flows.about import TITLE
from flows.changes.compare import Comparison
from flows.layout import Identity
from flows.release_files.rendering import rendered
from schemas.tables import Tables, frame, frames

#: the line under which the sections of releases stand, newest first
_HEAD = f"# Changes of {TITLE}\n"


@dataclass(frozen=True)
class Relabelled:
    """One model whose labels on one axis are others on the release's day."""

    model: str
    axis: str
    was: str
    now: str
    causes: str


def _words(value: str | None, column: str = "") -> str:
    if not value:
        return "none"
    return f"{float(value):,.15g}" if column == "value_number" else value.replace(";", ", ")


def _cells(changes: pl.DataFrame, table: str, column: pl.Expr) -> Iterator[dict[str, object]]:
    yield from changes.filter(pl.col("table_name") == table, pl.col("change") == "cell", column).to_dicts()


def _relabelled(changes: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> list[Relabelled]:
    axes = tables["axes"].sort("position")["axis"].to_list()
    rows = changes.filter(
        pl.col("table_name") == "models", pl.col("change") == "cell", pl.col("column_name").is_in(axes)
    ).sort(pl.col("row_key").list.first(), "change_number")
    return [
        Relabelled(key[0], axis, _words(was), _words(now), ", ".join(causes or ()))
        for key, axis, was, now, causes in rows.select(
            "row_key", "column_name", "old_value", "new_value", "causes"
        ).rows()
    ]


def _rows(changes: pl.DataFrame, table: str, change: str) -> list[str]:
    found = changes.filter(pl.col("table_name") == table, pl.col("change") == change)
    return found.select(pl.col("row_key").list.join(" ")).unique(maintain_order=True)["row_key"].to_list()


def _corrected(changes: pl.DataFrame) -> list[dict[str, str]]:
    """Facts that were corrected: model, field, old and new value."""
    found = changes.filter(
        pl.col("table_name") == "facts",
        pl.col("change") == "cell",
        pl.col("column_name").str.starts_with("value_") | (pl.col("column_name") == "state"),
        pl.col("causes").list.contains("correction"),
    )
    return [
        {"model": key[0], "field": key[1], "was": _words(was, column), "now": _words(now, column)}
        for key, column, was, now in found.select("row_key", "column_name", "old_value", "new_value").rows()
    ]


def _counts(changes: pl.DataFrame) -> list[dict[str, object]]:
    """Per table: rows added, removed and renamed, and rows with a cell that is another."""
    kinds = {"added": "row-added", "removed": "row-removed", "renamed": "row-renamed", "changed": "cell"}
    return [
        {"table": table, **{name: len(_rows(part, str(table), kind)) for name, kind in kinds.items()}}
        for (table,), part in changes.partition_by("table_name", as_dict=True, maintain_order=True).items()
    ]


def section(comparison: Comparison | None, made: Tables, identity: Identity) -> str:
    """The section of one release, whose tables are `made`; `comparison` is None if it follows no release."""
    template = "changelog.md.j2"
    rows = {name: table.num_rows for name, table in made.items()}
    if comparison is None:
        return rendered(template, identity=identity, rows=rows, first=True)
    changes, tables = frame(comparison.changes), frames(made)
    names = dict(tables["models"].select("model_id", "name").rows())
    renamed = changes.filter(pl.col("table_name") == "models", pl.col("change") == "row-renamed")
    return rendered(
        template,
        identity=identity,
        rows=rows,
        first=False,
        new=[(key, names[key]) for key in _rows(changes, "models", "row-added")],
        gone=_rows(changes, "models", "row-removed"),
        renamed=[(was[0], now[0]) for was, now in renamed.select("row_key", "new_key").rows()],
        corrected=_corrected(changes),
        relabelled=_relabelled(changes, tables),
        thresholds=list(_cells(changes, "thresholds", pl.col("column_name") == "threshold_value")),
        verdicts=list(_cells(changes, "claims", pl.col("column_name") == "verdict")),
        errata=_rows(changes, "errata", "row-added"),
        erratum={row["erratum_id"]: row for row in tables["errata"].to_dicts()},
        schema=comparison.schema,
        rules=comparison.rules,
        counts=_counts(changes),
    )


def changelog(comparison: Comparison | None, tables: Tables, identity: Identity, before: str | None) -> str:
    """Text of `CHANGELOG.md`: the section of this release above those of `before`, the previous one's changelog."""
    older = before.removeprefix(_HEAD) if before else ""
    return f"{_HEAD}\n{section(comparison, tables, identity).strip()}\n{older}"


def newest_section(text: str) -> str:
    """The section of the newest release in a changelog, with its heading."""
    _, *sections = text.split("\n## ")
    return f"## {sections[0].strip()}" if sections else ""
