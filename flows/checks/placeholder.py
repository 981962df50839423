"""The address and the title of the skeleton are no source."""

from collections.abc import Iterator

import polars as pl

from flows.checks.context import Context
from flows.records.findings import Finding
from flows.records.skeleton import TITLE


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each source whose address or title is still that of the skeleton."""
    host = r"^https?://([^/]*\.)?example\.(org|com|net)(/|$)"
    for row in context.rows("sources", pl.col("url").str.contains(host)):
        yield context.error(
            "cross.placeholder",
            row,
            "this is the skeleton's address",
            row["url"],
            "give the source's own",
            ("sources", "url"),
        )
    for row in context.rows("sources", pl.col("title").str.starts_with(TITLE)):
        yield context.error(
            "cross.placeholder",
            row,
            "this is the skeleton's title",
            row["title"],
            "give the source's own",
            ("sources", "title"),
        )
