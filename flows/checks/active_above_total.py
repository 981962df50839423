"""The parameters used for one token are not more than all of them."""

from collections.abc import Iterator
from typing import cast

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from flows.records.printed import AGREE_WITHIN

RULE = Rule("cross.active-above-total", "more parameters are active than there are", "check both figures")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error where active parameters exceed every stated total, by more than 1 %."""
    totals: dict[tuple[object, object], float] = {}
    given = pl.col("value_number").is_not_null()
    for row in context.rows("statements", pl.col("field") == "parameters", given):
        key = (row["model_id"], row["variant"])
        totals[key] = max(cast(float, row["value_number"]), totals.get(key, 0))
    for row in context.rows("statements", pl.col("field") == "active_parameters", given):
        total = totals.get((row["model_id"], row["variant"]))
        active = cast(float, row["value_number"])
        if total is None or context.may_lack(row["model_id"], "parameters"):
            continue
        if active > total * (1 + AGREE_WITHIN):
            yield context.finding(RULE, row, f"{active:.0f}", f"{RULE.words} ({total:.0f})")
