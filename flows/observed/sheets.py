"""Tables for curators to look at: CSV that a spreadsheet does not take for formulas."""

from pathlib import Path

import polars as pl

from flows.canonical import write_whole

#: what a spreadsheet takes for a formula, or skips before one
_FORMULA = r"^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]"


def defused(table: pl.DataFrame) -> pl.DataFrame:
    """The table as CSV cells: lists joined by `;`, and a `'` before every text that looks like a formula."""
    lists = [name for name, kind in table.schema.items() if kind == pl.List(pl.String())]
    table = table.with_columns(pl.col(name).list.join(";") for name in lists)
    texts = [name for name, kind in table.schema.items() if kind == pl.String()]
    return table.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    )


def write_sheet(folder: Path, name: str, table: pl.DataFrame) -> Path:
    """Write `<name>.csv`, defused, into a folder, whole or not at all; return its path."""
    return write_whole(folder / f"{name}.csv", defused(table).write_csv().encode("utf-8"))
