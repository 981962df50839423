"""An id of others is of one model: no two call it exactly theirs, and no record names it twice."""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context, about
from flows.records.findings import Finding, Rule
from schemas.tables import Row

RULE = Rule("cross.identifier-twice", "this id is taken already", "keep it on one, or mend `relation`")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each id that a record names twice, and for each that two records call exactly theirs."""
    seen: dict[tuple[object, ...], Row] = {}
    for row in context.rows("identifiers"):
        keys: list[tuple[object, ...]] = [(row["scheme"], row["identifier"], row["model_id"])]
        keys += [(row["scheme"], row["identifier"])] if row["identifier_relation"] == "exact" else []
        taken = next((seen[key] for key in keys if key in seen), None)
        if taken is not None:
            message = f"{context.place(taken)} has this id already"
            found = context.finding(RULE, row, row["identifier"], message, at=("identifiers", "identifier"))
            yield about(found, cast(str, taken["path"]))
        for key in keys:
            seen.setdefault(key, row)
