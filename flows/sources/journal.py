"""The journal of audits: what came of each source, written down at once, so that a run that is killed goes on from there.

It is `build/observations/audit/journal.jsonl`, a line of JSON for each result; the last one of a source counts. Only
additions are made, until it is written anew without what no longer counts.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from flows.canonical import write_whole
from flows.layout import observations_folder

_SPARE = 4  # times as many lines as sources, before it is written anew


@dataclass(frozen=True)
class Entry:
    """What came of asking one source, and when it is due again.

    `wanted` names what was looked for; `etag` and `last_modified` are for the next request; `failures` counts the
    results other than confirmed and moved, in a row. Days are ISO 8601.
    """

    source_id: str
    url: str
    wanted: str
    verdict: str
    on: str
    due: str
    sought_count: int
    missing: tuple[str, ...] = ()
    status: int | None = None
    final_url: str | None = None
    media_type: str | None = None
    text_sha256: str | None = None
    note: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0


_NAMES = {field.name for field in fields(Entry)}


def journal_file(home: Path) -> Path:
    """Where the journal of a project lies."""
    return observations_folder(home) / "audit" / "journal.jsonl"


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=True, sort_keys=True).encode() + b"\n"


def _entry(line: str) -> Entry | None:
    """A line of the journal; None if it is torn, or was written by another version of this program."""
    try:
        found = json.loads(line)
        entry = Entry(**{name: found[name] for name in _NAMES if name in found})
        date.fromisoformat(entry.on), date.fromisoformat(entry.due)
        return Entry(**{**asdict(entry), "missing": tuple(entry.missing)})
    except (ValueError, TypeError):
        return None


def read_journal(home: Path) -> dict[str, Entry]:
    """The newest entry of each source, by `source_id`; lines that cannot be read are passed over."""
    path = journal_file(home)
    if not path.is_file():
        return {}
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return {entry.source_id: entry for entry in map(_entry, lines) if entry is not None}


def append_journal(home: Path, entries: Iterable[Entry]) -> None:
    """Write down results. What a killed run left of a line is closed off first."""
    path = journal_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.tell() or file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        for entry in entries:
            file.write(_line(entry))


def compact_journal(home: Path, kept: Mapping[str, Entry]) -> None:
    """Write the journal anew with the entries of `kept` alone, whole or not at all, if it has grown far beyond them."""
    path = journal_file(home)
    if not path.is_file() or path.read_bytes().count(b"\n") <= _SPARE * max(len(kept), 1):
        return
    write_whole(path, b"".join(_line(kept[name]) for name in sorted(kept)))
