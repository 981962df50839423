"""Findings: what is wrong with a record, where, and what to write instead."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from schemas.fields import TYPES

Severity = Literal["error", "warning"]
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, at one place.

    `path` is relative to the project, `line` counts from 1 and is 0 for the file as a
    whole, `pointer` is the place inside the parsed file, such as
    `("sources", 0, "states", "layers")`. `others` are further files that it is about: it is
    shown for them too.
    """

    path: str
    line: int
    field: str
    message: str
    value: str
    remedy: str
    rule: str
    severity: Severity = "error"
    pointer: Pointer = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule that records must meet: its id, its severity, and the words and remedy of findings that give none."""

    id: str
    words: str
    remedy: str
    severity: Severity = "error"

    def finding(
        self, path: str, line: int, pointer: Pointer, value: object = "", message: str = "", remedy: str = ""
    ) -> Finding:
        """Make a finding of this rule at a place in a file."""
        said, asked = message or self.words, remedy or self.remedy
        return Finding(path, line, field_name(pointer), said, show(value), asked, self.id, self.severity, pointer)


FAILED = Rule(
    "rule.failed",
    "the rule itself failed",
    "the rule is at fault: report it with this line; meanwhile write otherwise what it fails at",
)


def reason_of(error: Exception) -> str:
    """What an exception says, in one line."""
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"


def declared(names: Mapping[str, object]) -> list[Rule]:
    """Rules that a module declares; `names` are its own, as of `vars()`."""
    return [value for value in names.values() if isinstance(value, Rule)]


def stated_value(row: Mapping[str, object]) -> str:
    """Print the value of a row of `facts` or `statements`, whichever column it is in, or why it has none."""
    values = (row[column] for column in dict.fromkeys(kind.value for kind in TYPES.values()))
    value = next((value for value in values if value is not None), None)
    if isinstance(value, date):
        return value.isoformat()[: {"year": 4, "month": 7}.get(str(row["date_precision"]))]
    return str(row.get("statement_kind") or row.get("state")) if value is None else as_printed(value)


def as_printed(value: object) -> str:
    """Print a value of any column: figures without a needless point, lists by commas, nothing for a missing one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:,.15g}"
    if isinstance(value, list):
        return ", ".join(map(as_printed, value))
    return "" if value is None else str(value)


def show(value: object) -> str:
    """Print a value for a message: short, on one line, with nothing invisible in it."""
    text = plain(str(value).lower() if isinstance(value, bool) else str(value))
    return text if len(text) <= 60 else text[:59] + "…"


def plain(text: str) -> str:
    """Write what is not printable as an escape, so that no name in a file can steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def field_name(pointer: Pointer) -> str:
    """Name the place inside a file, such as `sources[0].states.layers`."""
    name = ""
    for part in pointer:
        name += f"[{part}]" if isinstance(part, int) else f"{'.' if name else ''}{part}"
    return name or "file"


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that forbid a release."""
    return [found for found in findings if found.severity == "error"]


def as_text(findings: Iterable[Finding]) -> list[str]:
    """Format findings as one line each: `file:line field: what, the value; remedy [rule]`."""
    lines = []
    for f in findings:
        value = f", {f.value}" if f.value else ""
        mark = "warning: " if f.severity == "warning" else ""
        lines.append(plain(f"{f.path}:{f.line} {f.field}: {mark}{f.message}{value}; {f.remedy} [{f.rule}]"))
    return lines


def as_json(findings: Iterable[Finding]) -> str:
    """Format findings as a JSON array of objects."""
    rows = [{k: v for k, v in asdict(f).items() if k not in ("pointer", "others")} for f in findings]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_github(findings: Iterable[Finding]) -> list[str]:
    """Format findings as workflow commands that annotate a pull request."""

    def escape(text: str) -> str:
        return plain(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))

    def escape_property(text: str) -> str:
        return escape(text).replace(":", "%3A").replace(",", "%2C")

    lines = []
    for f in findings:
        value = f", {f.value}" if f.value else ""
        place = f"file={escape_property(f.path)},line={max(f.line, 1)},title={escape_property(f.rule)}"
        lines.append(f"::{f.severity} {place}::{escape(f'{f.field}: {f.message}{value}; {f.remedy}')}")
    return lines
