"""The hand-worked cases of `tests/cases`, run through the real pipeline.

A cell of a fact is empty (nobody has looked), `.` (the source was read whole and is silent), `-` (not
applicable), `?` (undisclosed) or a value; `silent` names channels, or `efficiency`, that the paper is silent on; lists are joined by `;`, `~` marks an estimate, and `one | other` is what the maker's
paper says and what a later news article says.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import polars as pl

from flows.derive.database import Database
from flows.derive.products import hand_in
from flows.derive.steps import STEPS, reads, step_sql
from flows.records.examine import examined
from flows.records.files import RawFile, read_file
from flows.records.shape import shape_of
from schemas.codebook import Axes
from schemas.fields import STATED
from schemas.tables import Tables, frame

Mapped = dict[str, object]

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "derive" / "cases"
AS_OF = date(2026, 1, 1)
ANNOUNCED = date(2022, 1, 1)
EXPECTED = ("labels", "rules", "missing", "detail")
FREE: Mapped = {"name": "Free", "kind": "permissive", "commercial_use": True, "use_restrictions": False}
LICENCES: Mapped = {
    "free-for-all": FREE,
    "no-sale": {**FREE, "kind": "non-commercial", "commercial_use": False},
    "no-harm": {**FREE, "kind": "use-restricted", "use_restrictions": True},
    "only-study": {**FREE, "kind": "research-only", "commercial_use": False, "use_restrictions": True},
}


def source(key: str, kind: str = "paper", published: date | None = ANNOUNCED, **says: object) -> Mapped:
    """One source of a record, as TOML would give it."""
    dated: Mapped = {"published": published} if published else {}
    where: Mapped = {"title": key, "url": f"https://example.org/{key}", "accessed": AS_OF}
    return {"key": key, "kind": kind, **where, **dated, **says}


def record(*sources: Mapped, **more: object) -> Mapped:
    """One record, as TOML would give it."""
    return {"name": "A model", "organisations": ["maker"], "sources": list(sources), **more}


@cache
def axes_file() -> RawFile:
    """The real `raw/axes.toml`."""
    return read_file(ROOT, ROOT / "raw" / "axes.toml")


@cache
def codebook() -> Axes:
    """The axes of the real `raw/axes.toml`."""
    axes, _, findings = shape_of(axes_file(), Axes)
    if axes is None:
        raise AssertionError(findings)
    return axes


def ingested(records: Mapping[str, Mapped]) -> Tables:
    """Shape and ingest records by their id, beside the real axes and the licences above."""
    books: dict[str, Mapped] = {
        "organisations": {"organisations": {"maker": {"name": "Maker", "kind": "company"}}},
        "licences": {"licences": LICENCES},
        "horizon": {"collected_until": date(2026, 12, 31), "en": "All", "ja": "すべて"},
        "retired": {},
        "errata": {},
        "comparisons": {},
        "draws": {},
        "waivers": {},
    }
    files = {name: RawFile(f"raw/{name}.toml", data=data) for name, data in books.items()}
    found = examined(
        ROOT,
        [RawFile(f"raw/models/{model_id}.toml", data=data) for model_id, data in records.items()],
        [],
        {**files, "axes": axes_file()},
    )
    if found.findings:
        raise AssertionError(found.findings)
    return found.tables


@dataclass(frozen=True)
class Outcome:
    """What an axis says of one model."""

    labels: str
    rules: str
    missing: str
    detail: str


@dataclass(frozen=True)
class Case:
    """One line of a case file: the facts of a model, and what the axis has to say of it."""

    axis: str
    number: int
    name: str
    facts: tuple[tuple[str, str], ...]
    expected: Outcome

    @property
    def model_id(self) -> str:
        """Id of the case's model."""
        return f"{self.axis.replace('_', '-')}/case-{self.number}"

    def record(self) -> Mapped:
        """The case as a record."""
        facts = dict(self.facts)
        announced = _when(facts.pop("announced", "") or ANNOUNCED.isoformat())
        events, claims = _parts(facts.pop("events", "")), _parts(facts.pop("claims", ""))
        silent = [name for name in facts.pop("silent", "").split(";") if name]
        said = {name: _parts(cell) for name, cell in facts.items() if cell}
        silent += [name for name, cells in said.items() if cells[0] == "."]
        paper = {
            "announced": {"value": announced},
            **{name: _statement(name, cells[0]) for name, cells in said.items() if cells[0] != "."},
        }
        news = {name: _statement(name, cells[1]) for name, cells in said.items() if len(cells) > 1}
        return record(
            source(
                "paper",
                silent=silent,
                states=paper,
                access=_events(events, "paper"),
                relative_to=_claims(claims, "paper"),
            ),
            *_news(states=news, access=_events(events, "news"), relative_to=_claims(claims, "news")),
        )


def _news(**says: Mapped | list[Mapped]) -> list[Mapped]:
    return [source("news", "news", date(2022, 6, 1), **says)] if any(says.values()) else []


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|")] if cell else []


def _when(text: str) -> date | str:
    return date.fromisoformat(text) if len(text) == len("2022-01-01") else text


def _statement(name: str, cell: str) -> Mapped:
    if cell in ("-", "?"):
        return {"not_applicable" if cell == "-" else "undisclosed": True}
    estimate: Mapped = {"estimate": True} if cell.startswith("~") else {}
    return {"value": _value(name, cell.removeprefix("~")), **estimate}


def _value(name: str, text: str) -> object:
    kind = STATED[name].kind
    if kind in ("count", "number"):
        return int(text) if kind == "count" else float(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind == "shares":
        return {language: float(share) for language, _, share in (item.partition("=") for item in text.split(";"))}
    return text.split(";") if kind in ("codes", "texts") else text


def _events(parts: list[str], key: str) -> list[Mapped]:
    """Events such as `2020-06-11 api=waitlist until=2021-01-01 by=news`, those of one source."""
    events: list[Mapped] = []
    for part in parts:
        since, *pairs = part.split()
        said = dict(pair.split("=") for pair in pairs)
        if said.pop("by", "paper") == key:
            until: Mapped = {"until": _when(said.pop("until"))} if "until" in said else {}
            of: Mapped = {"variants": said.pop("variants").split(",")} if "variants" in said else {}
            events.append({"since": _when(since), **until, **of, **said})
    return events


def _claims(parts: list[str], key: str) -> list[Mapped]:
    """Claims such as `training_time 1/3 other/large by=news`, those of one source."""
    claims: list[Mapped] = []
    for part in parts:
        aspect, factor, model, *by = part.split()
        if (by or ["by=paper"]) == [f"by={key}"]:
            claims.append({"aspect": aspect, "factor": factor if "/" in factor else float(factor), "model": model})
    return claims


@cache
def cases(axis: str) -> tuple[Case, ...]:
    """The cases of one axis, in the order of the file."""
    with (CASES / f"{axis}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return tuple(
        Case(
            axis,
            number,
            row["case"],
            tuple((name, cell) for name, cell in row.items() if name not in ("case", *EXPECTED)),
            Outcome(*(row.get(column, "") for column in EXPECTED)),
        )
        for number, row in enumerate(rows, start=1)
    )


def all_cases() -> list[Case]:
    """Every case of every axis that has a file."""
    return [case for path in sorted(CASES.glob("*.csv")) for case in cases(path.stem)]


@cache
def steps_to(name: str) -> list[str]:
    """The steps that make a table, itself and what it rests on, in their order."""
    needed = {name}
    for step in reversed(STEPS):
        if step in needed:
            needed |= reads(step_sql(step)).tables
    return [step for step in STEPS if step in needed]


def derived_table(name: str, tables: Tables, as_of: date = AS_OF) -> pl.DataFrame:
    """One table that the pipeline derives from ingested tables."""
    with Database(tables, threads=1) as database:
        hand_in(database, as_of)
        for step in steps_to(name):
            database.run(step)
        return frame(database.arrow(f'select * from "{name}" order by all'))


def labels_of(tables: Tables, as_of: date = AS_OF) -> pl.DataFrame:
    """The labels that the pipeline derives from ingested tables."""
    return derived_table("labels", tables, as_of)


@cache
def all_tables() -> Tables:
    """All cases of all axes as ingested tables."""
    return ingested({case.model_id: case.record() for case in all_cases()})


@cache
def _all_labels() -> pl.DataFrame:
    """The labels of all cases on all axes: a derivation takes as long for one axis."""
    return labels_of(all_tables())


@cache
def case_labels(axis: str) -> pl.DataFrame:
    """The labels of the cases of an axis, on that axis."""
    own = [case.model_id for case in cases(axis)]
    return _all_labels().filter(pl.col("axis") == axis, pl.col("model_id").is_in(own))


@cache
def outcomes(axis: str) -> dict[str, Outcome]:
    """What the pipeline says of the cases of an axis, by model."""
    return outcomes_of(axis, case_labels(axis))


def outcomes_of(axis: str, labels: pl.DataFrame) -> dict[str, Outcome]:
    """What a table of labels says on an axis, by model."""
    rows = labels.filter(pl.col("axis") == axis)
    is_dated = codebook().axes[axis].dated
    return {
        str(model_id): Outcome(
            labels=_over_time(part) if is_dated else ";".join(sorted(part["label"])),
            rules=_joined(part["rule_id"]),
            missing=_joined(part["missing_field"]),
            detail=_joined(part["detail"]),
        )
        for (model_id,), part in rows.group_by("model_id")
    }


def _joined(column: Iterable[str | None]) -> str:
    return ";".join(sorted({text for text in column if text is not None}))


def _over_time(rows: pl.DataFrame) -> str:
    """Labels with the day from which they hold, such as `2020-05-28 unreleased | 2020-06-11 paid`."""
    spans = list(rows.select("valid_from", "valid_to", "label").iter_rows())
    days = sorted({day for start, end, _ in spans for day in (start, end) if day is not None})
    held = [
        (day, sorted(label for start, end, label in spans if start <= day and (not end or day < end))) for day in days
    ]
    changes = [next(same) for _, same in groupby(held, key=lambda day_labels: day_labels[1])]
    return " | ".join(f"{day} {';'.join(names)}" for day, names in changes)
