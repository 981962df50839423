"""An erratum names a table that releases have, and a correction that came after the fault."""

from collections.abc import Iterator
from typing import cast

from flows.checks.context import Context
from flows.layout import version_key
from flows.records.findings import Finding
from schemas.products import FILES
from schemas.values import closest


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each erratum about no table, and for each that was corrected before it arose."""
    for row in context.rows("errata"):
        table, version, corrected = (cast(str, row[name]) for name in ("table_name", "version", "corrected_in"))
        if table not in FILES:
            remedy = closest(table, list(FILES))
            yield context.error(
                "cross.erratum-table", row, "no release has such a table", table, remedy, ("errata", "table_name")
            )
        if corrected is not None and version_key(corrected) <= version_key(version):
            yield context.error(
                "cross.erratum-order",
                row,
                f"the correction is not after {version}",
                corrected,
                "name the later release that has it right",
                ("errata", "corrected_in"),
            )
