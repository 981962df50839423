"""The cells of a file that somebody else keeps: CSV, Parquet, JSON or YAML, gzipped or not, from a path or an address.

Nothing in it is trusted: what is larger than any table of models could be is not read to its end.
"""

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.errors import UserError
from flows.reconcile.lines import MAX_COLUMNS, records
from flows.reconcile.mapping import Mapping
from flows.reconcile.trees import read_bounded

MAX_BYTES = 128 * 1024 * 1024
MAX_ROWS = 500_000
_BATCH = 65_536
_LINES_ABOVE = 20  # lines among which the header is looked for, if it is not the first
_LONGEST = 2_000  # characters of a row that cannot be read
_TREES = (".json", ".jsonl", ".yaml", ".yml")
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


#: row (None if it is of none), column or place, what stands there, and why it cannot be read
CellFault = tuple[int | None, str, str, str]


@dataclass(frozen=True)
class Cells:
    """The columns that a mapping names, under their own names and every cell a text; those that held numbers; faults."""

    frame: pl.DataFrame
    typed: frozenset[str]
    faults: list[CellFault]


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
    wanted = mapping.columns.named
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
    return Cells(frame.select(pl.col(wanted).cast(pl.String)), typed, [])


def _header(text: str, mapping: Mapping, place: str) -> list[str]:
    """Names of the columns. Raises UserError, with the line of the header, if other lines stand above it."""
    wanted = set(mapping.columns.named)
    first: list[str] | None = None
    for line, row, fault in islice(records(text, mapping, place), _LINES_ABOVE):
        if fault:
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
    """The cells of a CSV. A row that is badly quoted, or has more cells than the header, is an empty one and a fault."""
    text = _decoded(content, mapping, place)
    names = _header(text, mapping, place)
    if not names:
        raise UserError(f"{place} holds no rows below a header; give another file")
    wanted = _require(names, mapping, place)
    cells: dict[str, list[str | None]] = {name: [] for name in wanted}
    taken = [(names.index(name), column.append) for name, column in cells.items()]
    width, faults, number = len(names), list[CellFault](), 0
    for number, (line, row, wrong) in enumerate(islice(records(text, mapping, place), 1, None), start=1):
        if number > MAX_ROWS:
            raise UserError(f"{place} has more than {MAX_ROWS} rows; that is no table of models")
        if not wrong and any(cell.strip() for cell in row[width:]):  # empty ones behind the row do no harm
            wrong = f"it has more cells than the header; put those that hold {mapping.separator!r} into quotation marks"
        if wrong:
            faults.append((number, f"line {line}", mapping.separator.join(row)[:_LONGEST], wrong))
        for at, append in taken:
            append(row[at] if at < len(row) and not wrong else None)
    if len(faults) * 2 > max(number, 2):
        raise UserError(
            f"{place} is no CSV with the separator {mapping.separator!r}: most of its rows cannot be read, first that on "
            f"{faults[0][1]} ({faults[0][3]})"
        )
    return Cells(pl.DataFrame(cells, schema=dict.fromkeys(wanted, pl.String)), frozenset(), faults)


def _tree(source: str, content: bytes | None, mapping: Mapping, place: str) -> Cells:
    """The cells of JSON, YAML or nested Parquet, or of a folder of them (`content` is None)."""
    wanted = mapping.columns.named
    files = [(urlsplit(source).path or source, content)] if content is not None else _folder(Path(source), place)
    cells, typed, faults = read_bounded(
        files, mapping.rows or "", wanted, mapping.list_separator, mapping.encoding, MAX_ROWS, place
    )
    if content is not None and faults:
        raise UserError(f"{place} is no JSON, YAML or Parquet that can be read: {faults[0][1]}")
    for name, column in cells.items():
        if column and not any(column) and name == mapping.columns.name:
            raise UserError(f"{place} has nothing at {name!r}, where the mapping {mapping.name} finds names; mend it")
    listed: list[CellFault] = [(None, PurePosixPath(name).name, "", reason) for name, reason in faults]
    return Cells(pl.DataFrame(cells, schema=dict.fromkeys(wanted, pl.String)), frozenset(typed), listed)


def _folder(folder: Path, place: str) -> list[tuple[str, bytes]]:
    """The files of a folder that hold trees, by name. Raises UserError if there is none, or they are too large."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _TREES and path.is_file())
    if not paths:
        raise UserError(f"{place} holds no file that ends in {', '.join(_TREES)}; give another folder")
    files, size = [], 0
    for path in paths:
        content = _content(str(path), str(path))
        size += len(content)
        if size > MAX_BYTES:
            raise UserError(f"{place} holds more than {MAX_BYTES} bytes; that is no table of models")
        files.append((path.name, content))
    return files


def read_cells(source: str, mapping: Mapping) -> Cells:
    """Read the columns that a mapping names out of a CSV, CSV.gz or Parquet file, or an http(s) address of one.

    With `rows` in the mapping it is JSON, JSON lines, YAML or nested Parquet, or a folder of such files. Raises UserError
    if there is no such file, it lacks a column, or it is larger than any table of models; messages show no credentials
    of an address.
    """
    place = re.sub(r"(?<=://)[^/]*@", "", source)
    if mapping.rows is not None and "://" not in source and "\0" not in source and Path(source).is_dir():
        return _filled(_tree(source, None, mapping, place), place)
    content = _content(source, place)
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content, place)
    if mapping.rows is not None:
        return _filled(_tree(source, content, mapping, place), place)
    if content[:4] == b"PAR1":
        return _filled(_parquet(content, mapping, place), place)
    return _filled(_csv(content, mapping, place), place)


def _filled(cells: Cells, place: str) -> Cells:
    if cells.frame.height == 0:
        raise UserError(f"{place} holds no rows below a header; give another file")
    return cells
