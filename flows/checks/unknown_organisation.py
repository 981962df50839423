"""Every organisation that a record names, or in whose folder it lies, is in `organisations.toml`."""

from collections.abc import Iterator

from flows.checks.context import Context, about, nearest_or
from flows.records.findings import Finding, Rule

RULE = Rule("cross.unknown-organisation", "no such organisation", "add it to raw/organisations.toml")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each unknown organisation, and for each file in the folder of one."""
    if (known := context.keys("organisations")) is None:
        return
    book = context.folder.codebooks["organisations"].path
    for file in context.folder.records:
        folder = file.model_id.partition("/")[0]
        if folder not in known:
            message = f"{RULE.words} as that of the folder"
            remedy = nearest_or(f"move the file, or {RULE.remedy}", folder, known)
            yield about(file.finding(RULE, (), folder, message, remedy), book)
    for file, pointer, organisation in context.entries("organisations"):
        if organisation not in known:
            remedy = nearest_or(RULE.remedy, organisation, known)
            yield about(file.finding(RULE, pointer, organisation, remedy=remedy), book)
