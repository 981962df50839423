"""Figures by whose size a unit was lost: thousands, millions or billions entered as ones."""

from collections.abc import Iterator
from math import log10
from typing import cast

import polars as pl

from flows.checks.context import Context
from flows.records.counts import FEWEST
from flows.records.findings import Finding, Rule, as_printed
from flows.records.printed import agree
from schemas.fields import STATED

RULE = Rule(
    "cross.likely-unit",
    "the figure is too small for what it counts",
    "find what the source counts (thousands, millions, billions), and enter the figure in full",
)
#: The least that a model of our time can have; the numbers are ours. The smallest variant that is recorded has 13 million
#: parameters, the shortest input 77 tokens, the least training 52 billion tokens and 6.8e21 FLOP.
LEAST = {
    "parameters": FEWEST,
    "active_parameters": FEWEST,
    "training_tokens": 1e6,
    "context_length": 8.0,
    "training_flop": 1e12,
}
_SCALES = {3: "a thousand", 6: "a million", 9: "a billion", 12: "a trillion"}


def _power(value: float, other: float) -> int | None:
    """The power of ten, of those of `_SCALES`, by which another figure is larger; None if it is not so."""
    power = round(log10(other / value))
    return power if power in _SCALES and agree(value * 10.0**power, other) else None


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for a figure below what there can be, or some powers of a thousand below another of its model.

    Two sources that differ by a factor of 10^3, 10^6, 10^9 or 10^12 do not disagree: one was read in another unit. The
    smaller one is named.
    """
    value, fields = pl.col("value_number"), [field.name for field in STATED.values() if field.is_number]
    numbers = context.found("statements", value > 0, pl.col("field").is_in(fields))
    numbers = numbers.with_columns(
        value.unique().over("model_id", "variant", "field", mapping_strategy="join").alias("all")
    )
    fewest = pl.col("field").replace_strict(LEAST, default=0.0, return_dtype=pl.Float64)
    suspect = numbers.filter((value < fewest) | (pl.col("all").list.max() > value * 900))
    for row in suspect.to_dicts():
        own, others = cast(float, row["value_number"]), cast(list[float], row["all"])
        power = next((power for other in sorted(others) if (power := _power(own, other))), None)
        if power is not None:
            yield context.finding(RULE, row, as_printed(own), f"another source says {_SCALES[power]} times as much")
        elif own < LEAST.get(cast(str, row["field"]), 0.0):
            yield context.finding(RULE, row, as_printed(own))
