"""No model is its own ancestor."""

from collections.abc import Iterator

from flows.checks.context import Context, about
from flows.records.findings import Finding, Rule

RULE = Rule("cross.cyclic-base", "the model would be its own ancestor", "mend the base of one of them")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each cycle of `base`, at each statement that closes it."""
    stated = list(context.entries("sources", "states", "base", "value"))
    bases: dict[str, set[str]] = {}
    for file, _, base in stated:
        bases.setdefault(file.model_id, set()).add(base)
    for file, pointer, base in stated:
        seen: set[str] = set()
        ahead = [base]
        while ahead:
            current = ahead.pop()
            if current == file.model_id:
                circle = [
                    path for other, _, _ in stated if (path := other.path) != file.path and other.model_id in seen
                ]
                yield about(file.finding(RULE, pointer, base), *circle)
                break
            if current not in seen:
                seen.add(current)
                ahead.extend(bases.get(current, ()))
