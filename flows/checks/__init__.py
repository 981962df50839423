"""Rules that look across tables and records, one a file.

Each module has a `check(context)` that yields findings; its docstring says the rule. They
run in the order of `CHECKS`.
"""

from collections.abc import Callable, Iterator

from flows.checks import (
    active_above_total,
    announced_after_paper,
    cyclic_base,
    dangling_base,
    dangling_comparison,
    duplicate_name,
    erratum,
    missing_access,
    missing_announcement,
    overlapping_access,
    placeholder,
    prefer_twice,
    retired_id,
    secondary_only,
    tied_statements,
    unknown_licence,
    unknown_organisation,
    unused_reference,
    variant_above_total,
    weights_without_licence,
)
from flows.checks.context import Context
from flows.records.findings import Finding

CHECKS: tuple[Callable[[Context], Iterator[Finding]], ...] = (
    placeholder.check,
    duplicate_name.check,
    retired_id.check,
    erratum.check,
    unknown_organisation.check,
    unknown_licence.check,
    unused_reference.check,
    dangling_base.check,
    dangling_comparison.check,
    cyclic_base.check,
    missing_announcement.check,
    announced_after_paper.check,
    active_above_total.check,
    variant_above_total.check,
    tied_statements.check,
    prefer_twice.check,
    overlapping_access.check,
    missing_access.check,
    weights_without_licence.check,
    secondary_only.check,
)
