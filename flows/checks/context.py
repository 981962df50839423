"""What a cross-record rule gets to see."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import cast

import polars as pl
import pyarrow as pa

from flows.records.files import RawFile, RawFolder
from flows.records.findings import Finding, Pointer, Rule
from flows.records.ingest import place_of, pointer_of
from flows.records.outline import REFERENCES
from flows.records.salvage import Lost
from schemas.tables import Row, Tables, frame
from schemas.values import did_you_mean

#: rows of `statements` that say nothing of a field, though the source was read for it
SILENT = pl.col("statement_kind") == "not_mentioned"
#: rows of `statements` that say something of a model itself, not of a variant
OWN = pl.col("variant").is_null() & ~SILENT


def nearest_or(remedy: str, word: str, known: Sequence[str]) -> str:
    """Remedy for a reference to nothing: the entry that was probably meant, before the remedy of the rule."""
    hint = did_you_mean(word, known)
    return f"{hint} Otherwise {remedy}" if hint else remedy


def about(finding: Finding, *paths: str) -> Finding:
    """A finding that is about further files as well: a check of one of them shows it too."""
    return replace(finding, others=tuple(sorted(set(paths) - {finding.path})))


def period(day: date, precision: object) -> tuple[date, date]:
    """First and last day of what a date of some precision stands for."""
    if precision == "day":
        return day, day
    if precision == "month":
        return day, (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day, day.replace(month=12, day=31)


def _texts(value: object, keys: tuple[str, ...], pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Texts at a path of keys below a value of parsed TOML, each with its place."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, keys, (*pointer, index))
    elif keys and isinstance(value, dict):
        if keys[0] in value:
            yield from _texts(value[keys[0]], keys[1:], (*pointer, keys[0]))
    elif not keys and isinstance(value, str):
        yield pointer, value


@dataclass(frozen=True)
class Context:
    """The raw folder with all files, the tables of those under examination, and what files lost for their shape.

    `scope` are the paths that were asked for, None if all were: a rule that costs much may leave out the others.
    """

    folder: RawFolder
    tables: Tables
    losses: Mapping[str, Lost] = field(default_factory=dict)
    scope: Container[str] | None = None

    def asks(self, path: str) -> bool:
        """Whether findings about a file are asked for."""
        return self.scope is None or path in self.scope

    @cached_property
    def model_ids(self) -> set[str]:
        """Ids of all records, also of those whose shape is wrong."""
        return {file.model_id for file in self.folder.records}

    def keys(self, book: str) -> list[str] | None:
        """Keys of the entries of a codebook, as written, also of those whose shape is wrong; None if it has none to read."""
        data = self.folder.codebooks[book].data or {}
        table = data.get(book)
        return list(table) if isinstance(table, dict) else None

    def may_lack(self, model_id: object, *fields: str) -> bool:
        """Whether a record said something of one of these fields, perhaps, that was left out for its shape.

        A rule that goes by what a record does not say, or by all that it says, keeps silent then.
        """
        lost = self.losses.get(f"raw/models/{model_id}.toml")
        return lost is not None and lost.touches(*fields)

    def entries(self, *keys: str) -> list[tuple[RawFile, Pointer, str]]:
        """Texts at a path of keys in every record, as written, lists gone through.

        Sees all records, also those not under examination and those whose shape is wrong. The path is one of
        `flows.records.outline.REFERENCES`: a KeyError says that another is not kept.
        """
        if keys not in REFERENCES:
            raise KeyError(".".join(keys))
        if keys not in self._entries:
            self._entries[keys] = [(file, *found) for file in self.folder.records for found in _texts(file.data, keys)]
        return self._entries[keys]

    @cached_property
    def _entries(self) -> dict[tuple[str, ...], list[tuple[RawFile, Pointer, str]]]:
        return {}  # filled as they are asked for: several rules look at the same

    def frame(self, table: str, *columns: str) -> pl.DataFrame:
        """Columns of an ingested table as polars sees them; it keeps texts in another way than Arrow, in more room."""
        return frame(self.tables[table].select(columns))

    def found(self, table: str, *conditions: pl.Expr) -> pl.DataFrame:
        """Rows of an ingested table that meet the conditions."""
        return frame(self._meeting(table, conditions))

    def rows(self, table: str, *conditions: pl.Expr) -> list[Row]:
        """As `found`, each row as a dict, which takes much room: ask for few at a time."""
        rows: list[Row] = self._meeting(table, conditions).to_pylist()
        return rows

    def _meeting(self, table: str, conditions: Sequence[pl.Expr]) -> pa.Table:
        whole = self.tables[table]
        if not conditions:
            return whole
        asked = sorted({name for condition in conditions for name in condition.meta.root_names()})
        meets = self.frame(table, *asked).select(pl.all_horizontal(conditions)).to_series()
        return whole.filter(meets.to_arrow())

    def statements(self, *fields: str) -> list[Row]:
        """What is said of the given fields of models themselves, field by field, variants and silences left out."""
        whole = self.tables["statements"]
        return [row for name in fields for row in whole.filter((self._said == name).to_arrow()).to_pylist()]

    @cached_property
    def _said(self) -> pl.Series:
        """Of each row of `statements` the field of a model itself of which it says something, if it does."""
        asked = self.frame("statements", "field", "variant", "statement_kind")
        return asked.select(pl.when(OWN).then("field").cast(pl.Categorical)).to_series()

    def finding(
        self,
        rule: Rule,
        row: Row,
        value: object,
        message: str = "",
        remedy: str = "",
        at: tuple[str, str] = ("", ""),
    ) -> Finding:
        """Make a finding at the place that a row comes from, or at that of the value of one `(table, column)` of it."""
        file = self.folder.files[cast(str, row["path"])]
        return file.finding(rule, place_of(*at, cast(str, row["pointer"])), value, message, remedy)

    def place(self, row: Row) -> str:
        """Name the file and line that a row comes from."""
        file = self.folder.files[cast(str, row["path"])]
        return f"{file.path}:{file.line(pointer_of(cast(str, row['pointer'])))}"
