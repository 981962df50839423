"""Ingest: records become tables of what each source says. Knows TOML, knows no SQL."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pyarrow as pa
from pydantic import BaseModel

from flows.records.files import RawFile
from flows.records.findings import Pointer
from flows.records.shape import Shaped
from schemas.fields import CHANNELS, PRIMARY_KINDS, STATED, VARIANT_FIELDS
from schemas.record import Record, Source, Statement
from schemas.tables import INGESTED, KEYS, Row, Tables, polars_types


def first_day(value: date | str | None) -> tuple[date | None, str | None]:
    """Split a date of any precision into its first day and its precision (day, month, year)."""
    if value is None:
        return None, None
    if isinstance(value, date):
        return value, "day"
    year, _, month = value.partition("-")
    return date(int(year), int(month or 1), 1), "month" if month else "year"


def pointer_text(pointer: Pointer) -> str:
    """Write a place as one text, for a column; indexes of lists are marked with #."""
    return "/".join(f"#{part}" if isinstance(part, int) else part for part in pointer)


def pointer_of(text: str) -> Pointer:
    """Read a place back from a column."""
    return tuple(int(part[1:]) if part.startswith("#") else part for part in text.split("/"))


def place_of(table: str, column: str, pointer: str) -> Pointer:
    """Place of one column's value, from the place of its row."""
    up, key = KEYS.get((table, column), (0, ""))
    row = pointer_of(pointer)
    return (*row[: len(row) - up], *(key.split("/") if key else ()))


def _value_cells(name: str, value: object) -> Row:
    field = STATED[name] if name in STATED else CHANNELS[name]
    if field.kind == "date" and isinstance(value, date | str):
        day, precision = first_day(value)
        return {"value_date": day, "date_precision": precision}
    if field.kind == "shares" and isinstance(value, dict):
        ranked = sorted(value.items(), key=lambda item: (-item[1], item[0]))
        return {"value_list": [f"{language}={share}" for language, share in ranked]}
    if field.is_number and isinstance(value, int | float):
        return {"value_number": float(value)}
    return {field.value_column: value}


class _Writer:
    """Collects the rows of one record."""

    def __init__(self, file: RawFile, record: Record) -> None:
        self.file, self.record = file, record
        self.model_id = file.model_id

    def place(self, pointer: Pointer) -> Row:
        return {"path": self.file.path, "pointer": pointer_text(pointer)}

    def model(self) -> Row:
        record = self.record
        return {
            "model_id": self.model_id,
            "name": record.name,
            "name_ja": record.name_ja,
            "aliases": list(record.aliases),
            "organisations": list(record.organisations),
            "family": record.family,
            "reviewed": record.review is not None,
            "reviewed_on": record.review.on if record.review else None,
            "corrected": list(record.review.corrected) if record.review else [],
            **self.place(("name",)),
        }

    def source(self, index: int, source: Source) -> Row:
        published, precision = first_day(source.published)
        return {
            "source_id": f"{self.model_id}#{source.key}",
            "model_id": self.model_id,
            "source_kind": source.kind,
            "is_primary": source.kind in PRIMARY_KINDS,
            "title": source.title,
            "url": source.url,
            "published": published,
            "published_precision": precision,
            "accessed": source.accessed,
            "read_as": source.read_as,
            "read_at": source.read_at,
            **self.place(("sources", index)),
        }

    def statements(self, index: int, source: Source) -> Iterator[Row]:
        source_id = f"{self.model_id}#{source.key}"
        common: Row = {
            "model_id": self.model_id,
            "source_id": source_id,
            "is_primary": source.kind in PRIMARY_KINDS,
            "published": first_day(source.published)[0],
            "is_estimate": False,
            "is_preferred": False,
            "statement_kind": "value",
        }
        at: Pointer = ("sources", index)
        for name, statement in _given(source.states, tuple(STATED)):
            yield {
                **common,
                "statement_id": f"{source_id}/{name}",
                **self._stated(name, statement, (*at, "states", name)),
            }
        for number, variant in enumerate(source.variants):
            for name, statement in _given(variant, VARIANT_FIELDS):
                yield {
                    **common,
                    "statement_id": f"{source_id}/variants/{variant.name}/{name}",
                    "variant": variant.name,
                    **self._stated(name, statement, (*at, "variants", number, name)),
                }
        for number, event in enumerate(source.access):
            since, precision = first_day(event.since)
            for channel in CHANNELS:
                if (value := getattr(event, channel)) is not None:
                    yield {
                        **common,
                        "statement_id": f"{source_id}/{channel}@{event.since}",
                        "field": channel,
                        "value_text": value,
                        "printed": event.printed,
                        "location": event.at,
                        "since": since,
                        "since_precision": precision,
                        "until": first_day(event.until)[0],
                        **self.place((*at, "access", number, channel)),
                    }
        for number, claim in enumerate(source.relative_to):
            yield {
                **common,
                "statement_id": f"{source_id}/relative_to/{claim.aspect}/{claim.model}",
                "field": "relative_to",
                "value_number": float(claim.factor),
                "aspect": claim.aspect,
                "other_id": claim.model,
                "printed": claim.printed,
                "location": claim.at,
                **self.place((*at, "relative_to", number, "factor")),
            }

    def _stated(self, name: str, statement: Statement[object], pointer: Pointer) -> Row:
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
            **self.place(pointer),
        }


def _given(table: BaseModel | None, names: tuple[str, ...]) -> Iterator[tuple[str, Statement[object]]]:
    for name in names if table is not None else ():
        if (statement := getattr(table, name)) is not None:
            yield name, statement


def _codebook_rows(shaped: Shaped) -> Iterator[tuple[str, Row]]:
    def place(book: str, *pointer: str | int) -> Row:
        return {"path": f"raw/{book}.toml", "pointer": pointer_text((book, *pointer))}

    for key, organisation in shaped.organisations.organisations.items():
        yield (
            "organisations",
            {
                "organisation_id": key,
                "name": organisation.name,
                "name_ja": organisation.name_ja,
                "country": organisation.country,
                "organisation_kind": organisation.kind,
                **place("organisations", key),
            },
        )
    for key, licence in shaped.licences.licences.items():
        yield (
            "licences",
            {
                "licence_id": key,
                "name": licence.name,
                "spdx_id": licence.spdx,
                "url": licence.url,
                "licence_kind": licence.kind,
                "commercial_use": licence.commercial_use,
                "use_restrictions": licence.use_restrictions,
                **place("licences", key),
            },
        )
    for number, retired in enumerate(shaped.retired.retired):
        yield (
            "retired",
            {
                "retired_id": retired.id,
                "renamed_to": retired.renamed_to,
                "reason": retired.reason,
                "retired_on": retired.on,
                **place("retired", number),
            },
        )
    for number, erratum in enumerate(shaped.errata.errata):
        yield (
            "errata",
            {
                "erratum_id": erratum.id,
                "version": erratum.version,
                "table_name": erratum.table,
                "erratum_en": erratum.en,
                "erratum_ja": erratum.ja,
                "corrected_in": erratum.corrected_in,
                "noted_on": erratum.on,
                **place("errata", number),
            },
        )
    texts = ("title_en", "title_ja", "meaning_en", "meaning_ja")
    for position, (code, axis) in enumerate(shaped.axes.axes.items(), start=1):
        at = place("axes", code)
        words: Row = {text: getattr(axis, text) for text in texts}
        yield (
            "axes",
            {"axis": code, "position": position, **words, "is_dated": axis.dated, "is_multiple": axis.multiple, **at},
        )
        for order, (name, label) in enumerate(axis.labels.items(), start=1):
            words = {text: getattr(label, text) for text in texts}
            yield "axis_labels", {"axis": code, "label": name, "position": order, **words, **at}
        for name, threshold in axis.thresholds.items():
            yield (
                "thresholds",
                {
                    "axis": code,
                    "threshold": name,
                    "threshold_value": float(threshold.value),
                    "unit": threshold.unit,
                    "origin": threshold.origin,
                    "meaning_en": threshold.meaning_en,
                    "meaning_ja": threshold.meaning_ja,
                    **at,
                },
            )


def _reading_rows(shaped: Shaped) -> Iterator[Row]:
    for file, reading in shaped.readings:
        for key, claim in reading.claims.items():
            yield {
                "claim_id": f"{reading_name(file)}/{key}",
                "reading": f"{reading.title} ({reading.author}, {reading.published})",
                "claim_en": claim.en,
                "claim_ja": claim.ja,
                "sql": claim.sql,
                "expected": claim.expected,
                "verdict": claim.verdict,
                "evidence_en": claim.evidence_en,
                "evidence_ja": claim.evidence_ja,
                "path": file.path,
                "pointer": pointer_text(("claims", key)),
            }


def reading_name(file: RawFile) -> str:
    """Name of a reading: its file without folder and ending."""
    return file.path.removeprefix("raw/readings/").removesuffix(".toml")


def ingest(shaped: Shaped) -> Tables:
    """Turn the shaped files of `raw/` into tables.

    Returns the tables of `schemas.tables.INGESTED`, rows in the order of the files. Each
    row carries `path` and `pointer`, the file and place that it comes from.
    """
    rows: dict[str, list[Row]] = {table: [] for table in INGESTED}
    for file, record in shaped.records:
        writer = _Writer(file, record)
        rows["models"].append(writer.model())
        for index, source in enumerate(record.sources):
            rows["sources"].append(writer.source(index, source))
            rows["statements"].extend(writer.statements(index, source))
    for table, row in _codebook_rows(shaped):
        rows[table].append(row)
    rows["readings"].extend(_reading_rows(shaped))
    return {table: _table(table, table_rows) for table, table_rows in rows.items()}


def _table(table: str, rows: list[Row]) -> pa.Table:
    schema = polars_types(INGESTED[table])
    return (pl.from_dicts(rows, schema=schema) if rows else pl.DataFrame(schema=schema)).to_arrow()
