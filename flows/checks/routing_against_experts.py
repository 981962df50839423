"""A dense model has one way through it: neither several experts nor fewer active parameters than it has.

A mixture of experts has several. What sources disagree on is not a contradiction: each is held against its own word on
routing, or, where it has none, against the others', if these are one.
"""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context
from flows.records.findings import Finding, Rule
from flows.records.printed import AGREE_WITHIN
from schemas.tables import Row

DENSE = Rule(
    "cross.dense-with-experts",
    "a dense model has no experts to choose from",
    "check `routing`, and whether these are experts of this model",
)
ACTIVE = Rule(
    "cross.dense-but-partly-active",
    "of a dense model all parameters are active",
    "check `routing` and both figures",
)
SPARSE = Rule(
    "cross.mixture-without-experts",
    "a mixture of experts has several",
    "check `routing`, and whether these are the experts of this model",
)


def check(context: Context) -> Iterator[Finding]:
    """Yield an error where experts, or active parameters by more than 1 %, contradict what is said of routing."""
    said = [row for row in context.statements("routing") if row["value_text"] is not None]
    of_source = {row["source_id"]: row for row in said}
    of_model: dict[object, set[object]] = {}
    for row in said:
        of_model.setdefault(row["model_id"], set()).add(row["value_text"])

    def routing(row: Row) -> object:
        if own := of_source.get(row["source_id"]):
            return own["value_text"]
        others = of_model.get(row["model_id"], set())
        return next(iter(others)) if len(others) == 1 else None

    for row in context.statements("experts"):
        count, denied = cast(float | None, row["value_number"]), row["statement_kind"] == "not_applicable"
        shown = f"{count:.0f} expert{'s' if count != 1 else ''}" if count is not None else "experts not applicable"
        if routing(row) == "dense" and count is not None and count > 1:
            yield context.finding(DENSE, row, shown)
        elif routing(row) == "mixture-of-experts" and (denied or (count is not None and count <= 1)):
            yield context.finding(SPARSE, row, shown)
    least: dict[object, float] = {}
    for row in context.statements("parameters"):
        if (total := cast(float | None, row["value_number"])) is not None:
            least[row["model_id"]] = min(total, least.get(row["model_id"], total))
    for row in context.statements("active_parameters"):
        active, total = cast(float | None, row["value_number"]), least.get(row["model_id"])
        few = active is not None and total is not None and active < total * (1 - AGREE_WITHIN)
        if few and routing(row) == "dense":
            yield context.finding(ACTIVE, row, f"{active:.0f}", f"{ACTIVE.words} ({total:.0f})")
