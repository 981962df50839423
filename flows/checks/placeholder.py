"""The address, the title and the day of the skeleton are no source's."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from flows.records.skeleton import DAY, TITLE

RULE = Rule("cross.placeholder", "this is what the skeleton says", "give the source's own")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each source whose address, title or day of announcement is still that of the skeleton."""
    host = r"^https?://([^/]*\.)?example\.(org|com|net)(/|$)"
    for row in context.rows("sources", pl.col("url").str.contains(host)):
        yield context.finding(RULE, row, row["url"], "this is the skeleton's address", at=("sources", "url"))
    for row in context.rows("sources", pl.col("title").str.starts_with(TITLE)):
        yield context.finding(RULE, row, row["title"], "this is the skeleton's title", at=("sources", "title"))
    for row in context.statements("announced"):
        if row["value_date"] == DAY and row["date_precision"] == "day":
            yield context.finding(RULE, row, DAY, "this is the skeleton's day")
