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
    """Yield an error for each event of a variant that no source gives a figure of."""
    of_variants = context.rows("statements", pl.col("variant").is_not_null())
    known: dict[object, list[str]] = {}
    for row in of_variants:
        if row["field"] not in CHANNELS:
            known.setdefault(row["model_id"], []).append(str(row["variant"]))
    told = set()
    for row in of_variants:
        names, name = known.get(row["model_id"], []), str(row["variant"])
        if row["field"] not in CHANNELS or name in names or context.may_lack(row["model_id"], "variants"):
            continue
        if (thing := (row["source_id"], row["since"], name)) not in told:
            told.add(thing)
            yield context.finding(RULE, row, name, remedy=nearest_or(RULE.remedy, name, names))
