"""Ingest: turn the files of `raw/` into tables of what each source says. Knows the format of records, no SQL."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import chain

import pyarrow as pa
from pydantic import BaseModel

from flows.records.files import RawFile
from flows.records.findings import Pointer
from flows.records.salvage import Lost
from schemas.codebook import Books, Reading
from schemas.fields import CHANNELS, PRIMARY_KINDS, STATED, VARIANT_FIELDS
from schemas.record import Identifier, Record, Source, Statement
from schemas.tables import INGESTED, KEYS, Row, Tables, arrow_types
from schemas.values import Shape

#: rows of one table that are held until they become a part of it
_AT_A_TIME = 10_000
#: end of the id of a statement, its place in the source, its own columns
_Stated = tuple[str, Pointer, Row]


def first_day(value: date | str | None) -> tuple[date | None, str | None]:
    """Split a date of any precision into its first day and its precision (day, month, year)."""
    if value is None:
        return None, None
    if isinstance(value, date):
        return value, "day"
    year, _, month = value.partition("-")
    return date(int(year), int(month or 1), 1), "month" if month else "year"


@lru_cache(maxsize=10_000)  # the same places come up in every record
def pointer_text(pointer: Pointer) -> str:
    """Write a place as one text, for a column; indexes of lists are marked with #."""
    return "/".join(f"#{part}" if isinstance(part, int) else part for part in pointer)


def pointer_of(text: str) -> Pointer:
    """Read a place back from a column."""
    return tuple(int(part[1:]) if part.startswith("#") else part for part in text.split("/"))


def place_of(table: str, column: str, pointer: str) -> Pointer:
    """Return the place of one column's value, from the place of its row."""
    up, key = KEYS.get((table, column), (0, ""))
    row = pointer_of(pointer)
    return (*row[: len(row) - up], *(key.split("/") if key else ()))


def _value_cells(name: str, value: object) -> Row:
    field = STATED[name]
    if field.kind == "date" and isinstance(value, date | str):
        day, precision = first_day(value)
        return {"value_date": day, "date_precision": precision}
    if field.kind == "shares" and isinstance(value, dict):
        ranked = sorted(value.items(), key=lambda item: (-item[1], item[0]))
        return {"value_list": [f"{language}={share}" for language, share in ranked]}
    if field.is_number and isinstance(value, int | float):
        return {"value_number": float(value)}
    return {field.value_column: value}


def _place(path: str, pointer: Pointer) -> Row:
    return {"path": path, "pointer": pointer_text(pointer)}


def _model_row(file: RawFile, record: Record) -> Row:
    return {
        "model_id": file.model_id,
        **record.model_dump(include={"name", "name_ja", "aliases", "organisations", "family"}),
        "reviewed": record.review is not None,
        "reviewed_on": record.review.on if record.review else None,
        "corrected": record.review.corrected if record.review else [],
        **_place(file.path, ("name",)),
    }


def _source_row(file: RawFile, index: int, source: Source) -> Row:
    published, precision = first_day(source.published)
    return {
        "source_id": f"{file.model_id}#{source.key}",
        "model_id": file.model_id,
        "source_kind": source.kind,
        "is_primary": source.kind in PRIMARY_KINDS,
        **source.model_dump(include={"title", "url", "accessed", "read_as", "read_at"}),
        "published": published,
        "published_precision": precision,
        **_place(file.path, ("sources", index)),
    }


def _identifier_row(file: RawFile, index: int, identifier: Identifier) -> Row:
    return {
        "scheme": identifier.scheme,
        "identifier": identifier.id,
        "model_id": file.model_id,
        "identifier_relation": identifier.relation,
        "url": identifier.source,
        "accessed": identifier.accessed,
        **_place(file.path, ("identifiers", index)),
    }


def _statement_rows(file: RawFile, index: int, source: Source) -> Iterator[Row]:
    source_id = f"{file.model_id}#{source.key}"
    of_all: Row = {
        "model_id": file.model_id,
        "source_id": source_id,
        "is_primary": source.kind in PRIMARY_KINDS,
        "is_database": source.kind == "database",
        "published": first_day(source.published)[0],
        "is_estimate": False,
        "is_preferred": False,
        "statement_kind": "value",
        "path": file.path,
    }
    place = pointer_text(("sources", index))
    for ending, pointer, columns in chain(
        _values(source), _silences(source), _access_events(source), _comparisons(source)
    ):
        own = {"statement_id": f"{source_id}/{ending}", "pointer": f"{place}/{pointer_text(pointer)}"}
        yield {**of_all, **columns, **own}


def _values(source: Source) -> Iterator[_Stated]:
    for name, statement in _given(source.states, tuple(STATED)):
        yield name, ("states", name), _value_columns(name, statement)
    for number, variant in enumerate(source.variants):
        for name, statement in _given(variant, VARIANT_FIELDS):
            columns = {"variant": variant.name, **_value_columns(name, statement)}
            yield f"variants/{variant.name}/{name}", ("variants", number, name), columns


def _silences(source: Source) -> Iterator[_Stated]:
    for number, name in enumerate(source.silent):
        field = "relative_to" if name == "efficiency" else name
        yield f"silent/{name}", ("silent", number), {"field": field, "statement_kind": "not_mentioned"}


def _given(table: BaseModel | None, names: tuple[str, ...]) -> Iterator[tuple[str, Statement[object]]]:
    given = table.model_fields_set if table is not None else frozenset()
    for name in names if given else ():
        if name in given and (statement := getattr(table, name)) is not None:
            yield name, statement


def _value_columns(name: str, statement: Statement[object]) -> Row:
    kind = "undisclosed" if statement.undisclosed else "not_applicable" if statement.not_applicable else "value"
    return {
        "field": name,
        "statement_kind": kind,
        **(_value_cells(name, statement.value) if kind == "value" else {}),
        "unit": STATED[name].unit,
        "printed": statement.printed,
        "location": statement.at,
        "is_estimate": statement.estimate,
        "is_preferred": statement.prefer,
    }


def _access_events(source: Source) -> Iterator[_Stated]:
    for number, event in enumerate(source.access):
        since, precision = first_day(event.since)
        columns: Row = {
            "printed": event.printed,
            "location": event.at,
            "since": since,
            "since_precision": precision,
            "until": first_day(event.until)[0],
        }
        for channel in CHANNELS:
            if (value := getattr(event, channel)) is not None:
                at = ("access", number, channel)
                said = {"field": channel, "value_text": value, **columns}
                if not event.variants:
                    yield f"{channel}@{event.since}", at, said
                for variant in event.variants:
                    yield f"{channel}@{event.since}/{variant}", at, {**said, "variant": variant}


def _comparisons(source: Source) -> Iterator[_Stated]:
    for number, claim in enumerate(source.relative_to):
        columns: Row = {
            "field": "relative_to",
            "value_number": float(claim.factor),
            "aspect": claim.aspect,
            "other_id": claim.model,
            "printed": claim.printed,
            "location": claim.at,
        }
        yield f"relative_to/{claim.aspect}/{claim.model}", ("relative_to", number, "factor"), columns


def _entry_row(entry: Shape, path: str, pointer: Pointer, key: Row) -> Row:
    """Make the row of an entry of a codebook or reading: its key, its values by their published names, its place."""
    own = entry.model_dump(by_alias=True, exclude={"labels", "thresholds"})  # these have rows of their own
    return {**key, **own, **_place(path, pointer)}


def codebook_rows(books: Books) -> Iterator[tuple[str, Row]]:
    """Rows of the codebooks, each with its table."""

    def row(entry: Shape, *pointer: str | int, **key: object) -> Row:
        return _entry_row(entry, f"raw/{pointer[0]}.toml", pointer, key)

    for key, organisation in books.organisations.organisations.items():
        yield "organisations", row(organisation, "organisations", key, organisation_id=key)
    for key, licence in books.licences.licences.items():
        yield "licences", row(licence, "licences", key, licence_id=key)
    if books.horizon:
        yield "horizon", row(books.horizon, "horizon")
    for number, retired in enumerate(books.retired.retired):
        yield "retired", row(retired, "retired", number)
    for number, erratum in enumerate(books.errata.errata):
        yield "errata", row(erratum, "errata", number)
    for number, comparison in enumerate(books.comparisons.comparisons):
        yield "comparisons", row(comparison, "comparisons", number)
    for number, draw in enumerate(books.draws.draws):
        yield "draws", row(draw, "draws", number)
    for position, (code, axis) in enumerate(books.axes.axes.items(), start=1):
        yield "axes", row(axis, "axes", code, axis=code, position=position)
        for order, (name, label) in enumerate(axis.labels.items(), start=1):
            yield "axis_labels", row(label, "axes", code, "labels", name, axis=code, label=name, position=order)
        for name, threshold in axis.thresholds.items():
            yield "thresholds", row(threshold, "axes", code, "thresholds", name, axis=code, threshold=name)


def reading_rows(file: RawFile, reading: Reading) -> Iterator[tuple[str, Row]]:
    """Rows of a reading, each with its table."""
    name = file.path.removeprefix("raw/readings/").removesuffix(".toml")
    title = f"{reading.title} ({reading.author}, {reading.published})"
    for key, claim in reading.claims.items():
        key_cells: Row = {"claim_id": f"{name}/{key}", "reading": title}
        yield "readings", _entry_row(claim, file.path, ("claims", key), key_cells)


def record_rows(file: RawFile, record: Record) -> Iterator[tuple[str, Row]]:
    """Rows of a record, each with its table."""
    yield "models", _model_row(file, record)
    for index, identifier in enumerate(record.identifiers):
        yield "identifiers", _identifier_row(file, index, identifier)
    for index, source in enumerate(record.sources):
        yield "sources", _source_row(file, index, source)
        yield from (("statements", row) for row in _statement_rows(file, index, source))


def as_written(rows: Iterable[tuple[str, Row]], losses: Mapping[str, Lost]) -> Iterator[tuple[str, Row]]:
    """Give rows of files that lost something the place that they have there; leave out those that only stand for it."""
    for table, row in rows:
        if (lost := losses.get(str(row["path"]))) is None:
            yield table, row
        elif not lost.has_filled(place := lost.original(pointer_of(str(row["pointer"])))):
            unread = {"accessed": None} if (*place, "accessed") in lost.filled else {}
            yield table, {**row, **unread, "pointer": pointer_text(place)}


def ingest(rows: Iterable[tuple[str, Row]]) -> Tables:
    """Put rows into their tables, in their order.

    Returns the tables of `schemas.tables.INGESTED`. Each row carries `path` and `pointer`, the
    file and place that it comes from. Only so many rows are held at a time, since a table takes
    far less room.
    """
    waiting: dict[str, list[Row]] = {table: [] for table in INGESTED}
    parts: dict[str, list[pa.Table]] = {table: [] for table in INGESTED}

    def settle(table: str) -> None:
        parts[table].append(pa.Table.from_pylist(waiting[table], schema=arrow_types(INGESTED[table])))
        waiting[table].clear()

    for table, row in rows:
        waiting[table].append(row)
        if len(waiting[table]) == _AT_A_TIME:
            settle(table)
    for table in INGESTED:
        settle(table)
    return {table: pa.concat_tables(parts.pop(table)) for table in INGESTED}
