"""Every organisation that a record names is in `organisations.toml`."""

from collections.abc import Iterator

from flows.checks.context import Context, reference_remedy
from flows.records.findings import Finding


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each unknown organisation."""
    if "organisations" in context.broken_books:
        return
    known = context.tables["organisations"]["organisation_id"].to_pylist()
    for file, pointer, organisation in context.entries("organisations"):
        if organisation not in known:
            yield file.finding(
                "cross.unknown-organisation",
                pointer,
                "no such organisation",
                organisation,
                reference_remedy(organisation, known, "raw/organisations.toml"),
            )
