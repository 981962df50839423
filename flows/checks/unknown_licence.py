"""Every licence that an access event names is in `licences.toml`."""

from collections.abc import Iterator

from flows.checks.context import Context, reference_remedy
from flows.records.findings import Finding


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each unknown licence."""
    if "licences" in context.broken_books:
        return
    known = context.tables["licences"]["licence_id"].to_pylist()
    for row in context.statements("licence"):
        licence = str(row["value_text"])
        if licence not in known:
            yield context.error(
                "cross.unknown-licence",
                row,
                "no such licence",
                licence,
                reference_remedy(licence, known, "raw/licences.toml"),
            )
