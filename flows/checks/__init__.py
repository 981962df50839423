"""Rules that look across tables and records, one a file.

A file declares its rules (`RULE = Rule(…)`) and has a `check(context)` that yields their findings; that is all there is
to a new one, beside its samples in the file of the same name in `tests/checks/`.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from flows.checks.context import Context
from flows.records.findings import Finding, declared

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name != "context"]

CHECKS: tuple[Callable[[Context], Iterator[Finding]], ...] = tuple(module.check for module in _MODULES)
RULES = tuple(rule for module in _MODULES for rule in declared(vars(module)))
