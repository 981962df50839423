"""`CHECK.md`: how to check a release without any code of ours, as commands and SQL that run as they stand."""

from flows.layout import NAMESPACE, SIGNER, table_path
from flows.release_files.rendering import rendered
from schemas.fields import COLUMNS
from schemas.products import FILES, PRODUCTS


def how_to_check() -> str:
    """Text of `CHECK.md`; it is the same for all releases of a schema."""
    return rendered(
        "check.md.j2",
        signing={"namespace": NAMESPACE, "signer": SIGNER},
        products=PRODUCTS.values(),
        files=FILES.values(),
        list_columns={name for name, column in COLUMNS.items() if column.sql_type == "VARCHAR[]"},
        table_path=table_path,
    )
