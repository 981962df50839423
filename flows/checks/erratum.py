"""An erratum names a table that releases have, and a correction that came after the fault."""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context
from flows.layout import version_key
from flows.records.findings import Finding, Rule
from schemas.products import FILES
from schemas.values import closest

TABLE = Rule("cross.erratum-table", "no release has such a table", "name a table of a release")
ORDER = Rule("cross.erratum-order", "the correction is not after the fault", "name the later release that has it right")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each erratum about no table, and for each that was corrected before it arose."""
    for row in context.rows("errata"):
        table, version, corrected = (cast(str, row[name]) for name in ("table_name", "version", "corrected_in"))
        if table not in FILES:
            remedy = closest(table, list(FILES))
            yield context.finding(TABLE, row, table, remedy=remedy, at=("errata", "table_name"))
        if corrected is not None and version_key(corrected) <= version_key(version):
            message = f"the correction is not after {version}"
            yield context.finding(ORDER, row, corrected, message, at=("errata", "corrected_in"))
