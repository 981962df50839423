"""A label that rests on a service needs somebody who looked at that service within a year."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

import polars as pl

from flows.checks.context import OWN, SILENT, Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.stale-service",
    "nobody has looked at this service for a year",
    "look whether it is still there: read a source again, or enter its end",
    "warning",
)
YEAR = timedelta(days=365)
_SERVED, _OUT = ("free", "paid", "waitlist"), ("download", "click-through")


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each service that was last seen open more than a year before the newest reading of any source.

    Where the weights are out, no label rests on a service. The clock is not asked: curators were last at work on the
    day of the newest reading.
    """
    sources = context.frame("sources", "source_id", "accessed")
    said = context.found("statements", OWN | SILENT, pl.col("field").is_in(["api", "app", "weights"]))
    if said.is_empty():
        return
    newest = cast(date, sources["accessed"].max())
    of_service = said.filter(pl.col("field") != "weights").join(sources, on="source_id")
    looked = of_service.group_by("model_id").agg(pl.col("accessed").max().alias("looked_on"))
    last = (
        said.filter(OWN).sort("since", "statement_id").unique(["model_id", "field"], keep="last", maintain_order=True)
    )
    out = last.filter(pl.col("field") == "weights", pl.col("value_text").is_in(_OUT))
    served = (
        last.filter(pl.col("field") != "weights", pl.col("value_text").is_in(_SERVED), pl.col("until").is_null())
        .join(out, on="model_id", how="anti", maintain_order="left")
        .join(looked, on="model_id", maintain_order="left")
        .filter(pl.col("looked_on") < pl.lit(newest) - YEAR)
    )
    for row in served.to_dicts():
        message = f"it was last looked at on {row['looked_on']}, sources of others on {newest}"
        yield context.finding(RULE, row, row["value_text"], message)
