"""What `kiban diff` prints of two editions that lie in folders."""

import json
from datetime import date
from pathlib import Path
from typing import Literal

from flows.changes.changelog import section
from flows.changes.compare import compare
from flows.changes.compatibility import broken_promises
from flows.changes.edition import read_edition
from flows.layout import Identity
from flows.release_files.table_files import csv_bytes, read_parquet
from schemas.products import CHANGES


def as_text(old: Path, new: Path) -> str:
    """The section of a changelog that `new` would have if it followed `old`, and why it could not."""
    before, after = read_edition(old), read_edition(new)
    comparison = compare(before, after)
    tables = {name: read_parquet(new / "data" / f"{name}.parquet") for name in after.tables}
    identity = Identity(after.version, date.fromisoformat(after.as_of), before.version, None, False)
    text = section(comparison, tables, identity)
    if wrong := broken_promises(before, after, comparison.schema):
        text += f"\n### It may not follow {before.version}\n\n" + "\n".join(f"- {line}" for line in wrong) + "\n"
    return text


def as_rows(old: Path, new: Path, form: Literal["csv", "json"]) -> str:
    """Every change between two editions, as `changes` would hold it."""
    changes = compare(read_edition(old), read_edition(new)).changes
    if form == "csv":
        return csv_bytes(changes, CHANGES.key).decode("utf-8")
    return json.dumps(changes.to_pylist(), ensure_ascii=False, indent=2) + "\n"
