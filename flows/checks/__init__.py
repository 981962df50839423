"""Rules that look across tables and records, one a file.

A file declares its rules (`RULE = Rule(…)`) and has a `check(context)` that yields their findings; that is all there is
to a new one, beside its samples in the file of the same name in `tests/checks/`.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from flows.checks import claim_query
from flows.checks.context import Context
from flows.records.findings import FAILED, Finding, declared, reason_of

Check = Callable[[Context], Iterator[Finding]]

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name != "context"]

#: every check; the last begins the queries of claims, which whoever runs them afterwards need not
CHECKS: tuple[Check, ...] = tuple(m.check for m in sorted(_MODULES, key=lambda module: module is claim_query))
RULES = tuple(rule for module in _MODULES for rule in declared(vars(module)))


def cross_findings(context: Context, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Yield the findings of checks, and one for each check that itself fails: it hides no other."""
    for check in checks:
        try:
            yield from check(context)
        except Exception as error:  # whatever it is, the other checks go on
            yield _failed(check, error)


def _failed(check: Check, error: Exception) -> Finding:
    """Say where in its file a check failed, and at what."""
    path = check.__module__.replace(".", "/") + ".py"
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(path)]
    name = check.__module__.rpartition(".")[2]
    return FAILED.finding(path, lines[-1] if lines else 0, (name,), reason_of(error), f"the rules of {name} failed")
