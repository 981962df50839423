"""`kiban.sql`: the tables of a release as views over its Parquet files, wherever these lie, with what the DuckDB file has besides.

DuckDB tells a script neither its own address nor its folder. So the address stands in the file,
in one place, as it was laid out, and `set variable kiban = '…'` puts another one in its place at
any time. Nor does the command line of DuckDB read a script over HTTP; but `import database` does,
from a folder with a `schema.sql` and a `load.sql`, in one line and in every client.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from flows.about import LABEL
from flows.derive.quoting import literal, quoted
from flows.derive.steps import MACROS, step_statement
from flows.errors import UserError
from flows.layout import KIBAN_SQL, table_path
from flows.release_files.duckdb_file import deprecated_views, views
from schemas.addresses import address_fault
from schemas.products import DEPRECATED, FILES

#: folder of the site's files for `import database`
IMPORTED = "sql"
_HEAD = """\
-- {label}: the tables of a release as views over its Parquet files. DuckDB 1.1 or newer.
-- リリースの表をParquetファイル上のビューとして定義する(DuckDB 1.1以降)。
-- In the folder of the release:   .read {file}
-- From anywhere:                  set variable kiban = 'https://…/2026.11.0/' (with the / at its end), then this file.
-- Days ask for landscape(date '2022-05-31'); the questions of queries.sql run as they stand.
"""


def _again(statement: str) -> str:
    """A statement that makes something as one that may run twice."""
    if statement.startswith("create schema "):
        return statement.replace("create schema ", "create schema if not exists ", 1)
    return re.sub("^create (?!or replace )", "create or replace ", statement)


def _tables(tables: Iterable[str]) -> Iterator[str]:
    there = set(tables)
    for name, product in FILES.items():
        if name in there:
            path = literal(table_path(name, "parquet"))
            yield f"create view {quoted(name)} as from read_parquet(kiban_file({path}))"
            yield f"comment on view {quoted(name)} is {literal(product.en)}"


def beside_tables(as_of: date) -> Iterator[str]:
    """Statements that make what a release has beside its tables: `landscape(day)`, the views, names of before."""
    made = (*map(step_statement, MACROS), *views(as_of.isoformat()), *deprecated_views(DEPRECATED))
    return (_again(statement.strip()) for statement in made)


def kiban_sql(address: str, tables: Iterable[str], as_of: date) -> str:
    """Text of `kiban.sql` for a release whose files lie at `address`: http(s)://, or empty for the folder one stands in.

    `tables` are the names of those that have a file. An address that names the version keeps views from changing below a
    session, which that of `latest/` does not. Raises UserError if the address can be none.
    """
    if address and (fault := address_fault(address)):
        raise UserError(
            f"{address}: this is no address of a release: {fault}; give one such as https://example.org/kiban"
        )
    place = literal(f"{address.rstrip('/')}/" if address else "")
    where = f"create or replace macro kiban_file(path) as coalesce(getvariable('kiban'), {place}) || path"
    statements = (where, *map(_again, _tables(tables)), *beside_tables(as_of))
    return _HEAD.format(label=LABEL, file=KIBAN_SQL) + "".join(f"\n{statement};\n" for statement in statements)


def sql_files(address: str, tables: Iterable[str], as_of: date) -> dict[str, str]:
    """Path, from the root of a site, and text of the files that `import database '<address of the site>/sql'` reads.

    `address` is that of the release, as for `kiban_sql`. A release's own `kiban.sql` stays as its checksums have it, also
    where `latest/` is a copy of the release.
    """
    return {f"{IMPORTED}/load.sql": "", f"{IMPORTED}/schema.sql": kiban_sql(address, tables, as_of)}
