"""A table that somebody else keeps, read cell by cell; what cannot be read is listed with its row and column."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from flows.reconcile.cells import read_cells
from flows.reconcile.mapping import NUMBERS, Mapping, Numbers
from flows.reconcile.ours import last_day
from flows.records.counts import FEWEST, read_count, unit_in_head
from schemas.values import MAX_COUNT

MAX_CELL = 2_000
SHOWN = 80  # characters of a cell that are shown

# A number that can be read in one way only; 1.300 cannot, unless its table has numbers for cells.
_DIGITS = r"^\+?[0-9]+$"
_TYPED = r"^\+?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?$"
_PLAIN = (
    r"^\+?(?:[0-9]+\.?|[0-9]{4,}\.[0-9]+|0?\.[0-9]+|[0-9]{1,3}\.(?:[0-9]{1,2}|[0-9]{4,})"
    r"|[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,3})$"
)
_DAY = r"^([1-9][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?)?)?$"
#: the month by its English name, as in 2024 NOV
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WORDED = r"(?i)^([1-9][0-9]{3})[ -]([a-z]{3})[a-z]*\.?$"
#: controls, and signs that turn the direction of what follows: a terminal or spreadsheet would obey them
_UNSEEN = r"[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]"
_BOUND = r"^\s*(?:[<>≤≥]|(?i:up to|at least|at most|over|under|more than|less than)\b)"

_HUB = r"(?i)^https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+?)/?$"

_OPTIONAL = ("organisations", "announced", "parameters", "access", "identifier")

UNREADABLE = {"row": pl.Int64(), "column": pl.String(), "cell": pl.String(), "reason": pl.String()}


@dataclass(frozen=True)
class Theirs:
    """Their table: `rows`, and the cells that could not be read (columns of UNREADABLE).

    `rows` has `row` (1 is the first below the header), `name`, `organisations` (a list), `parameters` and
    `parameters_text`, `starts` and `ends` (first and last day of the date), `date_text`, `access` (their
    word), `labels` (ours for it), `identifier` (in the scheme of the mapping).
    """

    rows: pl.DataFrame
    unreadable: pl.DataFrame


def _figure(cell: str, numbers: Numbers = NUMBERS) -> tuple[float | None, str | None]:
    """The one count of a cell that is no plain number, or why there is none."""
    return read_count(cell, numbers.notation, numbers.unit)


def _bad(frame: pl.DataFrame, column: str, cell: str, reason: pl.Expr) -> pl.DataFrame:
    """Rows of UNREADABLE where `reason` is not null."""
    return (
        frame.with_columns(reason.alias("reason"))
        .filter(pl.col("reason").is_not_null())
        .select(pl.col("row"), pl.lit(column).alias("column"), pl.col(cell).str.slice(0, SHOWN).alias("cell"), "reason")
    )


def _with_number(frame: pl.DataFrame, numbers: Numbers, is_typed: bool) -> pl.DataFrame:
    """With `number`, the parameters as a number, and `parameters_fault` where it is none.

    `is_typed` says that the cells are numbers of Parquet, which are written in one way only.
    """
    cell = pl.col("parameters")
    fault = (
        pl.when(cell.str.contains(_BOUND))
        .then(pl.lit("a bound is no number"))
        .when(cell.str.contains(r"^\s*[-−]"))
        .then(pl.lit("no count of parameters can be so"))
    )
    has_point = numbers.decimal in (None, ".") and numbers.thousands != "."
    is_plain = cell.str.contains(_TYPED if is_typed else _PLAIN if has_point else _DIGITS)
    plain = pl.when(is_plain).then(cell).cast(pl.Float64, strict=False) * (numbers.unit or 1.0)
    clear = plain.is_null() | (plain >= FEWEST) | (plain == 0) | (numbers.unit is not None)
    frame = frame.with_columns(fault.alias("parameters_fault"), pl.when(clear).then(plain).alias("plain"))
    worded = pl.col("parameters_fault").is_null() & pl.col("plain").is_null()
    others = frame.filter(worded)["parameters"].drop_nulls().unique().to_list()
    read = pl.DataFrame(
        [(text, *_figure(text, numbers)) for text in others],
        schema={"parameters": pl.String, "figure": pl.Float64, "figure_fault": pl.String},
        orient="row",
    )
    frame = frame.join(read, on="parameters", how="left", maintain_order="left")
    frame = frame.with_columns(pl.coalesce("plain", "figure").alias("number"))
    impossible = pl.when(~pl.col("number").is_between(1, MAX_COUNT)).then(pl.lit("no count of parameters can be so"))
    frame = frame.with_columns(pl.coalesce("parameters_fault", "figure_fault", impossible).alias("parameters_fault"))
    return frame.with_columns(pl.when(pl.col("parameters_fault").is_null()).then("number").alias("number"))


def _with_days(frame: pl.DataFrame) -> pl.DataFrame:
    """With `starts` and `ends`, the first and last day of the date, and `announced_fault`."""
    cell = pl.col("announced")
    year, month, day = (cell.str.extract(_DAY, group) for group in (1, 2, 3))
    worded = cell.str.extract(_WORDED, 2).str.to_lowercase().replace_strict(_MONTHS, default=None)
    month = pl.coalesce(month, worded)
    year = pl.coalesce(year, pl.when(worded.is_not_null()).then(cell.str.extract(_WORDED, 1)))
    text = pl.concat_str(year, month.fill_null("01"), day.fill_null("01"), separator="-")
    first = text.str.to_date("%Y-%m-%d", strict=False)
    last = last_day(first, month.is_null(), day.is_null())
    fault = pl.when(cell.is_not_null() & first.is_null()).then(
        pl.lit("this is no date; YYYY-MM-DD, YYYY-MM, YYYY MON or YYYY is read")
    )
    return frame.with_columns(first.alias("starts"), last.alias("ends"), fault.alias("announced_fault"))


def _unlinked(name: pl.Expr) -> pl.Expr:
    """The name out of a link of Markdown or HTML around it; of an address on the hub its repository, owner/name."""
    for link in (r"^\[(.+)\]\([^()\s]*\)$", r"(?i)^<a\s[^<>]*>([^<>]+)</a>$", _HUB):
        name = pl.coalesce(name.str.extract(link, 1), name)
    return name.str.strip_chars()


def _cells(raw: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with our names and trimmed cells on one line, and the cells that are too long."""
    columns = {theirs: ours for ours, theirs in mapping.columns.model_dump().items() if theirs is not None}
    frame = raw.rename(columns).with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    absent = [name for name in _OPTIONAL if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    cells = pl.col("name", *_OPTIONAL)
    too_long = cells.str.len_chars() > MAX_CELL
    bad = [
        _bad(frame, theirs, ours, pl.when(pl.col(ours).str.len_chars() > MAX_CELL).then(pl.lit("the cell is too long")))
        for theirs, ours in columns.items()
    ]
    frame = frame.with_columns(pl.when(~too_long).then(cells))
    frame = frame.with_columns(cells.str.replace_all(r"\s+", " ").str.replace_all(_UNSEEN, "�").str.strip_chars())
    frame = frame.with_columns(_unlinked(pl.col("name")))
    blanks = ["", *(blank.lower() for blank in mapping.blanks)]
    blank = cells.str.to_lowercase().is_in(blanks)
    return frame.with_columns(pl.when(~blank).then(cells)), pl.concat(bad)


def _faults(frame: pl.DataFrame, mapping: Mapping) -> Iterator[pl.DataFrame]:
    columns = mapping.columns
    nameless = pl.col("name").is_null() & pl.any_horizontal(pl.col(_OPTIONAL).is_not_null())  # a blank line is no row
    yield _bad(frame, columns.name, "name", pl.when(nameless).then(pl.lit("the row has no name")))
    if columns.parameters:
        yield _bad(frame, columns.parameters, "parameters", pl.col("parameters_fault"))
    if columns.announced:
        yield _bad(frame, columns.announced, "announced", pl.col("announced_fault"))
    if columns.access:
        unknown = pl.when(pl.col("access").is_not_null() & pl.col("labels").is_null())
        reason = unknown.then(pl.lit(f"no such word in [values.access] of the mapping {mapping.name}"))
        yield _bad(frame, columns.access, "access", reason)


def read_theirs(source: str, mapping: Mapping) -> Theirs:
    """Read a third-party table (CSV, Parquet, JSON or YAML; a file, folder or http(s) address) as a mapping lays it out.

    Raises UserError if it cannot be read, lacks a column, or is larger than any table of models.
    """
    read = read_cells(source, mapping)
    frame, too_long = _cells(read.frame, mapping)
    head = mapping.columns.parameters
    numbers = mapping.numbers if mapping.numbers.unit or head is None else mapping.numbers.counting(unit_in_head(head))
    words = pl.DataFrame(
        {"access": list(mapping.values.access), "labels": list(mapping.values.access.values())},
        schema={"access": pl.String, "labels": pl.List(pl.String)},
    )
    frame = _with_days(_with_number(frame, numbers, head in read.typed)).join(
        words, on="access", how="left", maintain_order="left"
    )
    organisation = pl.element().str.strip_chars()
    organisations = pl.col("organisations").str.split(mapping.list_separator)
    organisations = organisations.list.eval(organisation.filter(organisation != ""))
    rows = frame.filter(pl.col("name").is_not_null()).select(
        "row",
        "name",
        organisations.alias("organisations"),
        pl.col("number").alias("parameters"),
        pl.col("parameters").alias("parameters_text"),
        "starts",
        "ends",
        pl.col("announced").alias("date_text"),
        "access",
        "labels",
        "identifier",
    )
    lost = pl.DataFrame(read.faults, schema=UNREADABLE, orient="row").with_columns(
        pl.col("cell").str.replace_all(_UNSEEN, "�").str.slice(0, SHOWN)
    )
    bad = pl.concat([lost, too_long, *_faults(frame, mapping)])
    return Theirs(rows, bad.unique(["row", "column"], keep="first", maintain_order=True).sort("row", "column"))
