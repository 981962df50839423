"""An event of access that names variants names those of its record."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context, nearest_or
from flows.records.findings import Finding, Rule
from schemas.fields import CHANNELS

RULE = Rule(
    "cross.unknown-variant", "the record has no such variant", "name it as its [[sources.variants]] does, or add one"
)


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each event of a variant that no source names."""
    known: dict[object, list[str]] = {}
    for file, _, name in context.entries("sources", "variants", "name"):
        known.setdefault(file.model_id, []).append(name)
    told = set()
    for row in context.rows("statements", pl.col("variant").is_not_null(), pl.col("field").is_in(list(CHANNELS))):
        names, name = known.get(row["model_id"], []), str(row["variant"])
        if name in names or context.may_lack(row["model_id"], "variants"):
            continue
        if (thing := (row["source_id"], row["since"], name)) not in told:
            told.add(thing)
            yield context.finding(RULE, row, name, remedy=nearest_or(RULE.remedy, name, names))
