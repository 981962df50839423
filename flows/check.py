"""Check: everything that is wrong with the records, in one run."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows import checks
from flows.checks.context import Context, nearest_or
from flows.errors import UserError
from flows.records import files, shape, table_rules, verdicts
from flows.records.examine import Examined, examine
from flows.records.files import RawFile, RawFolder
from flows.records.findings import FAILED, Finding, Pointer, Rule, as_text, errors_in
from flows.records.names import recased
from flows.records.salvage import Lost
from schemas.codebook import Waiver
from schemas.tables import Tables, frame

#: rules whose findings a waiver can silence: the others leave a file out of the tables
WAIVABLE = ("table.", "cross.", "text.")
FORBIDDEN = Rule(
    "waiver.forbidden",
    "this cannot be waived",
    f"mend the record; only rules that begin with {' or '.join(WAIVABLE)} can be waived",
)
UNUSED = Rule("waiver.unused", "the waiver silences nothing", "delete it")
_NOTHING = {
    "rule": "no finding is of this rule",
    "path": "no finding of the rule lies there",
    "field": "no finding of the rule is about this there",
}

#: every rule that a finding can break, in the order in which they are asked
RULES: tuple[Rule, ...] = (
    *files.RULES,
    *shape.RULES.values(),
    *table_rules.RULES.values(),
    *checks.RULES,
    FORBIDDEN,
    UNUSED,
    verdicts.VERDICT,
    FAILED,
)


@dataclass(frozen=True)
class Checked:
    """What a check read and found. The tables are to be used only if there is no error."""

    folder: RawFolder
    tables: Tables
    findings: list[Finding]

    @property
    def errors(self) -> list[Finding]:
        """Findings that forbid a release."""
        return errors_in(self.findings)

    @property
    def files(self) -> dict[str, RawFile]:
        """Every file of `raw/` by its path."""
        return self.folder.files


def waive(findings: Iterable[Finding], examined: Examined) -> list[Finding]:
    """Take out the findings that a waiver names, and report the waivers that name none.

    A waiver silences one finding, but none on account of which a file is left out of the
    tables. When only some files were examined, the second kind is not to be relied on: a
    check of `waivers.toml` examines all of them. A waiver for a file that was not examined
    whole is not called unused, nor is any if a rule failed.
    """
    found = list(findings)
    kept = list(found)
    folder, losses = examined.folder, examined.losses
    waiver_file = folder.codebooks["waivers"]
    lost = losses.get(waiver_file.path, Lost())
    halves = {path for path, file in folder.files.items() if file.data is None or path in losses}
    failed = any(f.rule == FAILED.id for f in found)
    for index, waiver in enumerate(examined.waivers):
        place = lost.original(("waivers", index))
        named = [f for f in kept if (f.rule, f.path, f.field) == (waiver.rule, waiver.path, waiver.field)]
        if not waiver.rule.startswith(WAIVABLE):
            kept.append(waiver_file.finding(FORBIDDEN, (*place, "rule"), waiver.rule))
        elif named:
            kept.remove(named[0])
        elif waiver.path not in halves and not failed:
            kept.append(_unused(found, waiver, place, waiver_file))
    return kept


def _unused(found: Iterable[Finding], waiver: Waiver, place: Pointer, waiver_file: RawFile) -> Finding:
    """The finding about a waiver that silences nothing: at the first of its keys for which there is no finding."""
    rest = list(found)
    for key in _NOTHING:
        if not (left := [f for f in rest if getattr(f, key) == getattr(waiver, key)]):
            break
        rest = left
    else:
        return waiver_file.finding(UNUSED, place, waiver.rule, f"{UNUSED.words}: another one does already")
    word = getattr(waiver, key)
    known = [rule.id for rule in RULES] if key == "rule" else sorted({getattr(f, key) for f in rest})
    remedy = nearest_or(UNUSED.remedy, word, [] if word in known else known)
    return waiver_file.finding(UNUSED, (*place, key), word, f"{UNUSED.words}: {_NOTHING[key]}", remedy)


def check(
    root: Path,
    today: date,
    paths: Sequence[Path] = (),
    *,
    claims_follow: bool = False,
    ingested: Callable[[Tables], None] = lambda tables: None,
) -> Checked:
    """Check the files of `root/raw`, or only those at or below `paths`.

    `today` bounds the dates. All files are read, since records refer to each other; only
    those asked for are examined. Returns their tables and findings, sorted by place; a finding about
    two files counts for both. `claims_follow` says that the claims will be run where there is no error: then
    their queries are begun only if there is one. `ingested` is given the tables before rules look across them, so that
    something can be done with them meanwhile; they may yet be found to be wrong.
    """
    places = [Path(os.path.normpath(path.absolute())).relative_to(root.absolute()).as_posix() for path in paths]
    every = _within("raw/waivers.toml", places)
    examined = examine(root, lambda path: every or _within(path, places))
    folder, tables = examined.folder, examined.tables
    ingested(tables)
    scope = {path for path in folder.files if _within(path, places)} if places else None
    context = Context(folder, tables, examined.losses, scope)
    *others, begin_claims = checks.CHECKS
    findings = waive(
        [
            *examined.findings,
            *table_rules.table_findings(tables, folder.files, today),
            *checks.cross_findings(context, others),
        ],
        examined,
    )
    if not claims_follow or errors_in(findings):
        findings += checks.cross_findings(context, [begin_claims])  # of a kind that no waiver silences
    asked = [f for f in findings if f.rule == FAILED.id or any(_within(path, places) for path in (f.path, *f.others))]
    single = {(f.path, f.line, f.field, f.rule, f.value): f for f in asked}
    return Checked(folder, tables, sorted(single.values()))


def without_bad(checked: Checked) -> tuple[Checked, list[str]]:
    """Leave out the records and readings that have errors, and what refers to them.

    For looking at the others; a release is never made of it. Returns what is left, without
    errors, and a line for each thing left out. Raises UserError with the errors if one lies
    in a file that all records need.
    """
    records = {file.path: file.model_id for file in checked.folder.records}
    needed = [f for f in checked.errors if not f.path.startswith(("raw/models/", "raw/readings/"))]
    if needed:
        raise UserError("\n".join([*as_text(needed), "these concern all records; mend them first"]))
    bad = sorted({f.path for f in checked.errors})
    ids = [records[path] for path in bad if path in records]
    errors = Counter(f.path for f in checked.errors)
    lines = [f"left out {path}: it has errors ({errors[path]})" for path in bad]
    context = Context(checked.folder, checked.tables)
    own = pl.col("path").is_in(bad)
    refers = {
        "statements": pl.col("other_id").is_in(ids) | ((pl.col("field") == "base") & pl.col("value_text").is_in(ids)),
        "retired": pl.col("renamed_to").is_in(ids),
    }
    for table, condition in refers.items():
        for row in context.rows(table, ~own & condition.fill_null(False)):
            target = row["renamed_to"] if table == "retired" else row["other_id"] or row["value_text"]
            lines.append(f"left out {context.place(row)}: it refers to {target}")
    kept = {
        name: frame(table).filter(~(own | refers.get(name, pl.lit(False)).fill_null(False)))
        for name, table in checked.tables.items()
    }
    left = [f for f in checked.findings if f.path not in bad]
    return Checked(checked.folder, {name: table.to_arrow() for name, table in kept.items()}, left), lines


def errors_of(checked: Checked, wanted: str) -> list[Finding]:
    """Errors in the record of a model, named by id, name or alias as it is written there."""
    called = {(file.path, recased(file.model_id)) for file in checked.folder.records}
    context = Context(checked.folder, checked.tables)
    called |= {(file.path, recased(text)) for key in ("name", "aliases") for file, _, text in context.entries(key)}
    return [f for f in checked.errors if (f.path, recased(wanted)) in called]


def _within(path: str, places: Sequence[str]) -> bool:
    return not places or any(place in (path, ".") or path.startswith(f"{place}/") for place in places)
