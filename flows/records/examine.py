"""Examine: one file of `raw/` after the other, from its text to rows; what it leaves are tables, findings, an outline."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from flows.records.files import RawFile, RawFolder, places_in, read_codebooks, read_file, text_findings
from flows.records.findings import Finding
from flows.records.ingest import as_written, codebook_rows, ingest, reading_rows, record_rows
from flows.records.salvage import Lost
from flows.records.shape import shape_of
from schemas.codebook import (
    Axes,
    Books,
    Comparisons,
    Draws,
    Errata,
    Horizon,
    Licences,
    Organisations,
    Reading,
    Retired,
    Waiver,
    Waivers,
)
from schemas.record import Record
from schemas.tables import Row, Tables

M = TypeVar("M", bound=BaseModel)


@dataclass
class _Said:
    """What was found so far, and what each file with a wrong shape lost for it."""

    findings: list[Finding] = field(default_factory=list)
    losses: dict[str, Lost] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined:
    """The tables of what has the right shape, what each file lost for its own, and what is wrong with files and shapes."""

    folder: RawFolder
    tables: Tables
    waivers: list[Waiver]
    losses: dict[str, Lost]
    findings: list[Finding]


def _take(file: RawFile, model: type[M], said: _Said) -> M | None:
    shaped, lost, wrong = shape_of(file, model)
    if wrong:
        said.losses[file.path] = lost
    said.findings.extend((*file.findings, *text_findings(file), *wrong))
    return shaped


def _books(files: Mapping[str, RawFile], said: _Said) -> Books:
    return Books(
        organisations=_take(files["organisations"], Organisations, said) or Organisations(organisations={}),
        licences=_take(files["licences"], Licences, said) or Licences(licences={}),
        axes=_take(files["axes"], Axes, said) or Axes(axes={}),
        horizon=_take(files["horizon"], Horizon, said),
        retired=_take(files["retired"], Retired, said) or Retired(),
        errata=_take(files["errata"], Errata, said) or Errata(),
        comparisons=_take(files["comparisons"], Comparisons, said) or Comparisons(),
        draws=_take(files["draws"], Draws, said) or Draws(),
        waivers=_take(files["waivers"], Waivers, said) or Waivers(),
    )


def examined(
    root: Path,
    records: Iterable[RawFile],
    readings: Iterable[RawFile],
    codebooks: dict[str, RawFile],
    asked: Callable[[str], bool] = lambda path: True,
) -> Examined:
    """Shape files and put them into tables, each record read only when the one before is done with.

    `asked` says of a path whether that record or reading is examined. What is wrong is left out,
    beside its findings: a statement, an entry, a key, not the file. A codebook that is no TOML
    counts as empty.
    """
    said = _Said()
    folder = RawFolder([], list(readings), codebooks)
    books = _books(codebooks, said)

    def of_records() -> Iterator[tuple[str, Row]]:
        for file in records:
            if asked(file.path) and (record := _take(file, Record, said)):
                yield from record_rows(file, record)
            folder.records.append(file.outline(root))

    def of_readings() -> Iterator[tuple[str, Row]]:
        for file in folder.readings:
            if asked(file.path) and (reading := _take(file, Reading, said)):
                yield from reading_rows(file, reading)

    rows = chain(of_records(), codebook_rows(books), of_readings())
    tables = ingest(as_written(rows, said.losses))
    return Examined(folder, tables, books.waivers.waivers, said.losses, said.findings)


def examine(root: Path, asked: Callable[[str], bool] = lambda path: True) -> Examined:
    """Read the whole of `root/raw`, since files refer to each other, and examine the codebooks and what is `asked` for."""
    places = places_in(root)
    found = examined(
        root,
        (read_file(root, path) for path in places.records),
        (read_file(root, path) for path in places.readings),
        read_codebooks(root),
        asked,
    )
    found.findings.extend(places.strays)
    return found
