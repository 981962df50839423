"""Weights that were made from others permit no more than those did."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.licence-beyond-base",
    "the licence permits more than that of the base",
    "read both licences again; if the maker says so itself, waive this in raw/waivers.toml",
    "warning",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield a warning for each licence that permits commercial use, or sets no conditions, where no licence of the base does.

    A base that nobody licenses, or whose licences are unknown to `licences.toml`, forbids nothing that can be known.
    """
    terms = {
        str(row["licence_id"]): {
            "commercial use": bool(row["commercial_use"]),
            "use without conditions": not row["use_restrictions"],
        }
        for row in context.rows("licences")
    }
    granted: dict[str, set[str]] = {}
    for file, _, licence in context.entries("sources", "access", "licence"):
        if licence in terms:
            granted.setdefault(file.model_id, set()).update(name for name, is_so in terms[licence].items() if is_so)
    bases: dict[object, set[str]] = {}
    for row in context.statements("base"):
        bases.setdefault(row["model_id"], set()).update(granted.keys() & {row["value_text"]})
    for row in context.statements("licence"):
        given = {name for name, is_so in terms.get(str(row["value_text"]), {}).items() if is_so}
        for base in sorted(bases.get(row["model_id"], ())):
            if beyond := " nor ".join(sorted(given - granted[base])):
                yield context.finding(RULE, row, row["value_text"], f"{base} permits no {beyond}")
