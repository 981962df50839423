"""The cells of a file that somebody else keeps: CSV, CSV.gz or Parquet, from a path or an address.

Nothing in it is trusted: what is larger than any table of models could be is not read to its end.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.errors import UserError
from flows.reconcile.mapping import Mapping
from flows.reconcile.trees import files_of, read_trees

MAX_BYTES = 128 * 1024 * 1024
MAX_ROWS = 500_000
MAX_COLUMNS = 1_000
_BATCH = 65_536
_MOST_SEPARATORS = 100_000  # in a line, so that none of them becomes more cells than memory holds
_LINES_ABOVE = 20  # lines among which the header is looked for, if it is not the first
_SHOWN_ROWS = 5
MOST_BAD_ROWS = 20  # of a table with more of them the separator is another
GZIP = b"\x1f\x8b"
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_dictionary)
_PLAIN = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_null,
)


@dataclass(frozen=True)
class Bad:
    """A row of a CSV that cannot be told apart into cells: the line on which it begins, its text, why, its number."""

    line: int
    text: str
    reason: str
    row: int = 0


@dataclass(frozen=True)
class Cells:
    """The wanted columns, every cell a text; those that held numbers; and rows that are empty because they are bad."""

    frame: pl.DataFrame
    typed: frozenset[str]
    bad: tuple[Bad, ...] = ()


def _unpacked(packed: bytes, place: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(packed)) as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{place} is no whole gzip file ({error}); get it again") from error
    if len(content) > MAX_BYTES:
        raise UserError(f"{place} is larger than {MAX_BYTES} bytes when unpacked; that is no table of models")
    return content


def _downloaded(address: str, place: str) -> bytes:
    from flows.stores.web import open_web

    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UserError(f"{place} is no address; write https://host/path/table.csv") from error
    base, _, name = address.rpartition("/")
    if parts.query or parts.fragment or not parts.netloc or not name or parts.path in ("", "/"):
        raise UserError(f"{place} is no address of a file; write https://host/path/table.csv without ? and #")
    with TemporaryDirectory() as folder:
        target = Path(folder) / "table"
        open_web(base).download(unquote(name), target, MAX_BYTES)
        return target.read_bytes()


def _content(source: str, place: str) -> bytes:
    """Bytes of a file or an address. Raises UserError if there is none, or it is too large."""
    if source.lower().startswith(("http://", "https://")):
        return _downloaded(source, place)
    path = Path(source)
    try:
        if not path.is_file() and path.exists():
            raise UserError(f"{place} is no file; give a file, or an address")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{place} cannot be read ({reason}); give a file, or an address") from error
    if len(content) > MAX_BYTES:
        raise UserError(f"{place} is larger than {MAX_BYTES} bytes; that is no table of models")
    return content


def _require(names: list[str], mapping: Mapping, place: str) -> list[str]:
    """The columns that the mapping names. Raises UserError if one is not there, or there twice."""
    if len(names) > MAX_COLUMNS:
        raise UserError(f"{place} has {len(names)} columns, more than {MAX_COLUMNS}; that is no table of models")
    wanted = [name for name in mapping.columns.model_dump().values() if name is not None]
    wrong = [f"has no column {name!r}" for name in wanted if name not in names]
    wrong += [f"has the column {name!r} twice" for name in wanted if names.count(name) > 1]
    if wrong:
        there = ", ".join(repr(name[:40]) for name in names[:20])
        raise UserError(
            f"{place} {' and '.join(wrong)}; the mapping {mapping.name} names it, "
            f"so mend the one or the other; there are {there}"
        )
    return wanted


def _text_bytes(column: pa.Array) -> int:
    """Bytes of a column of Parquet with each of its texts as often as it stands there."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    return int(pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0)


def _parquet(content: bytes, mapping: Mapping, place: str) -> Cells:
    too_large = UserError(f"{place} has more than {MAX_ROWS} rows or {MAX_BYTES} bytes; that is no table of models")
    try:
        # as dictionaries: one long text that stands in every row is kept once
        schema = pq.read_schema(pa.BufferReader(content))
        wanted = _require(schema.names, mapping, place)
        kinds = {name: schema.field(name).type for name in wanted}
        if odd := [name for name, kind in kinds.items() if not any(is_kind(kind) for is_kind in (*_TEXTS, *_PLAIN))]:
            raise UserError(f"{place}: {', '.join(map(repr, odd))} must hold texts, numbers or dates; mend the file")
        texts = [name for name, kind in kinds.items() if any(is_text(kind) for is_text in _TEXTS)]
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        claimed = sum(file.metadata.row_group(index).total_byte_size for index in range(file.num_row_groups))
        if file.metadata.num_rows > MAX_ROWS or claimed > MAX_BYTES:
            raise too_large
        batches, size, rows = [], 0, 0
        for batch in file.iter_batches(_BATCH, columns=wanted):  # what the file claims may not be so
            size, rows = size + sum(map(_text_bytes, batch.columns)), rows + batch.num_rows
            if size > MAX_BYTES or rows > MAX_ROWS:
                raise too_large
            batches.append(batch)
        frame = pl.DataFrame(pa.Table.from_batches(batches, schema=batches[0].schema if batches else schema))
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, OverflowError) as error:
        raise UserError(f"{place} is no Parquet file that can be read ({str(error)[:200]!r})") from error
    typed = frozenset(name for name in wanted if frame.schema[name].is_numeric())
    return Cells(frame.select(pl.col(wanted).cast(pl.String)), typed)


def _lines(text: str, mapping: Mapping, place: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(mapping.separator) > _MOST_SEPARATORS:
            raise UserError(f"{place} has more than {MAX_COLUMNS} columns; that is no table of models")
        yield line


def _records(text: str, mapping: Mapping, place: str) -> Iterator[tuple[int, list[str] | Bad]]:
    """The rows of a CSV, each with the line on which it begins; one whose quotation marks are wrong is Bad.

    Reading goes on with the line after the one on which a bad row begins, so that an open quotation mark takes nothing
    with it. Raises UserError if too many are bad.
    """
    lines = list(_lines(text, mapping, place))
    start, bad = 0, 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=mapping.separator, strict=True)
        line = start + 1
        try:
            for row in reader:
                yield line, row
                line = start + reader.line_num + 1
            return
        except csv.Error as error:
            bad += 1
            if bad > MOST_BAD_ROWS:
                raise UserError(
                    f"{place} is no CSV with the separator {mapping.separator!r}: in the row that begins on line {line}, {error}, "
                    f"and {MOST_BAD_ROWS} before it; see to its quotation marks"
                ) from error
            yield line, Bad(line, lines[line - 1].strip(), f"{error}; see to its quotation marks")
            start = line


def _header(text: str, mapping: Mapping, place: str) -> list[str]:
    """Names of the columns. Raises UserError, with the line of the header, if other lines stand above it."""
    wanted = {name for name in mapping.columns.model_dump().values() if name is not None}
    first: list[str] | None = None
    for line, row in islice(_records(text, mapping, place), _LINES_ABOVE):
        if isinstance(row, Bad):
            continue
        if first is None or wanted <= set(first):
            first = first or row
        elif wanted <= set(row):
            raise UserError(f"{place} has its header on line {line}, below other lines; delete those above it")
    return first or []


def _decoded(content: bytes, mapping: Mapping, place: str) -> str:
    try:
        return content.decode(mapping.encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise UserError(f"{place} is not {mapping.encoding}{where}; set `encoding` in the mapping") from error


def _csv(content: bytes, mapping: Mapping, place: str) -> Cells:
    text = _decoded(content, mapping, place)
    names = _header(text, mapping, place)
    if not names:
        raise UserError(f"{place} holds no rows below a header; give another file")
    wanted = _require(names, mapping, place)
    cells: dict[str, list[str | None]] = {name: [] for name in wanted}
    taken = [(names.index(name), column.append) for name, column in cells.items()]
    width, bad = len(names), []
    for number, (line, row) in enumerate(islice(_records(text, mapping, place), 1, None)):
        if number == MAX_ROWS:
            raise UserError(f"{place} has more than {MAX_ROWS} rows; that is no table of models")
        if not isinstance(row, Bad) and any(
            cell.strip() for cell in row[width:]
        ):  # empty ones behind the row do no harm
            row = Bad(line, mapping.separator.join(row), f"it has more cells than the header, which has {width}")
        if isinstance(row, Bad):
            bad.append(replace(row, row=number + 1))
            row = []  # its number stays
        for at, append in taken:
            append(row[at] if at < len(row) else None)
    if len(bad) > MOST_BAD_ROWS:
        shown = ", ".join(f"line {row.line} ({row.text[:40]!r})" for row in bad[:_SHOWN_ROWS])
        raise UserError(
            f"{place} has {len(bad)} rows that cannot be told apart into cells: {shown} and more; {bad[0].reason}; "
            f"put cells that hold {mapping.separator!r} into quotation marks"
        )
    return Cells(pl.DataFrame(cells, schema=dict.fromkeys(wanted, pl.String)), frozenset(), tuple(bad))


def _trees(source: str, place: str, mapping: Mapping) -> Cells:
    folder = Path(source)
    if not source.lower().startswith(("http://", "https://")) and folder.is_dir():
        given = [(str(path), _content(str(path), str(path))) for path in files_of(folder, mapping)]
    else:
        content = _content(source, place)
        given = [(place, _unpacked(content, place) if content[:2] == GZIP else content)]
    return Cells(*read_trees(given, mapping, MAX_ROWS))


def read_cells(source: str, mapping: Mapping) -> Cells:
    """Read the columns that a mapping names out of a CSV, CSV.gz or Parquet file, or an http(s) address of one.

    Of a mapping with another form, out of JSON or YAML, or a folder of such files. Raises UserError if there is no such file, it
    lacks a column, or it is larger than any table of models; messages show no credentials of an address.
    """
    place = re.sub(r"(?<=://)[^/]*@", "", source)
    if mapping.form != "table":
        cells = _trees(source, place, mapping)
    else:
        content = _content(source, place)
        if content[:2] == GZIP:
            content = _unpacked(content, place)
        cells = _parquet(content, mapping, place) if content[:4] == b"PAR1" else _csv(content, mapping, place)
    if cells.frame.height == 0:
        raise UserError(f"{place} holds no rows below a header; give another file")
    return cells
