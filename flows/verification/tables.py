"""Checks of the tables: pages, schema, keys, references, and that CSV and Parquet say the same."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.changes.edition import ARROW_TYPES
from flows.derive.quoting import quoted
from flows.derive.sandbox import closed_off
from flows.layout import table_path
from flows.release_files.table_files import csv_hash
from flows.verification.description import Description, Reference, descriptions
from flows.verification.subject import Outcome, Subject, check_size
from flows.verification.untrusted import UnfitError, first_line, inside


def pages(subject: Subject) -> Outcome:
    """Every page of every Parquet file has the checksum that stands beside it."""
    problems: list[str] = []
    for path in subject.parquets:
        try:
            place = inside(subject.release, path)
            check_size(place, path)
            pq.read_table(place, page_checksum_verification=True)
        except UnfitError as error:
            problems.append(str(error))
        except (OSError, pa.ArrowException) as error:
            problems.append(f"{path}: {first_line(error)}")
    return Outcome(f"{len(subject.parquets)} Parquet files", problems)


def _is_texts(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) and kind.value_type == pa.string())


def _columns(subject: Subject, table: str, described: Description) -> Iterator[str]:
    path = table_path(table, "parquet")
    schema = pq.read_schema(inside(subject.release, path))
    names = [column.name for column in described.columns]
    if schema.names != names:
        missing, more = set(names) - set(schema.names), set(schema.names) - set(names)
        what = f"; missing: {', '.join(sorted(missing)) or 'none'}; not described: {', '.join(sorted(more)) or 'none'}"
        yield f"{path}: columns are not those of datapackage.json, in their order{what}"
        return
    for column in described.columns:
        field = schema.field(column.name)
        fits = _is_texts(field.type) if column.is_list else ARROW_TYPES.get(column.type) == field.type
        if not fits:
            yield f"{path}: {column.name}: is {field.type}, described as {'a list' if column.is_list else column.type}"
        if field.nullable is column.required:
            yield f"{path}: {column.name}: {'may be' if field.nullable else 'is never'} null, unlike in datapackage.json"
    if tuple(subject.key(path)) != described.key:
        yield f"{path}: kiban.key is not the primaryKey of datapackage.json"


def schema(subject: Subject) -> Outcome:
    """Columns of every Parquet file are those described: names, order, types, nulls, key."""
    described = descriptions(subject)
    tables = sorted({*subject.contents, *described})
    problems: list[str] = []
    for table in tables:
        if table not in described:
            problems.append(f"datapackage.json: describes no {table_path(table, 'csv')}")
            continue
        try:
            problems += _columns(subject, table, described[table])
        except UnfitError as error:
            problems.append(str(error))
    return Outcome(f"{len(tables)} tables, {sum(len(d.columns) for d in described.values())} columns", problems)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _key_problems(connection: duckdb.DuckDBPyConnection, path: str, columns: list[str]) -> Iterator[str]:
    table = quoted(path)
    key = ", ".join(quoted(column) for column in columns)
    missing = " or ".join(f"{quoted(column)} is null" for column in columns)
    # row_number() without an order numbers the rows as they lie in the file
    numbered = f"select row({key}) as k, ({missing}) as missing, row_number() over () as n from {table}"
    pairs = f"select k, missing, lag(k) over (order by n) as before from ({numbered})"
    if not _count(connection, f"select count(*) from ({pairs}) where missing or before >= k"):
        return  # each key comes after the one before it, so none stands there twice
    if count := _count(connection, f"select count(*) from {table} where {missing}"):
        yield f"{path}: {count} rows have no whole key ({', '.join(columns)})"
    if count := _count(connection, f"select count(*) from (select 1 from {table} group by {key} having count(*) > 1)"):
        yield f"{path}: {count} keys ({', '.join(columns)}) stand there more than once"
    if count := _count(connection, f"select count(*) from ({pairs}) where before > k"):
        yield f"{path}: {count} rows are not in the order of the key ({', '.join(columns)})"


def keys(subject: Subject) -> Outcome:
    """Keys are whole and unique, and rows lie in their order."""
    problems: list[str] = []
    with closed_off(threads=1) as connection:
        for path in subject.parquets:
            try:
                columns = subject.key(path)
                connection.register(path, subject.table(path))
                problems += _key_problems(connection, path, columns)
            except (UnfitError, OSError, pa.ArrowException, duckdb.Error) as error:
                problems.append(f"{path}: {first_line(error)}")
    return Outcome(f"{len(subject.parquets)} tables", problems)


def _dangling(
    connection: duckdb.DuckDBPyConnection, table: str, tables: dict[str, pa.Table], to: Reference
) -> Iterator[str]:
    place = f"{table_path(table, 'parquet')}: {', '.join(to.columns)}"
    for owner, columns in ((table, to.columns), (to.table, to.keys)):
        if owner not in tables or not set(columns) <= set(tables[owner].column_names):
            yield f"{place}: refers to what is not there: {owner} ({', '.join(columns)})"
            return
    lists = {c for c in to.columns if pa.types.is_list(tables[table].schema.field(c).type)}
    values = ", ".join(f"unnest({quoted(c)}) as {quoted(c)}" if c in lists else quoted(c) for c in to.columns)
    given = " and ".join(f"{quoted(c)} is not null" for c in to.columns)
    same = " and ".join(f"v.{quoted(c)} = k.{quoted(k)}" for c, k in zip(to.columns, to.keys, strict=True))
    shown = " || ',' || ".join(f"{quoted(c)}::varchar" for c in to.columns)
    query = (
        f"with v as (select {values} from {quoted(table)}) "
        f"select distinct {shown} as lost from v where {given} "
        f"and not exists (select 1 from {quoted(to.table)} as k where {same}) order by lost"
    )
    lost = [str(value) for (value,) in connection.execute(query).fetchall()]
    if lost:
        yield f"{place}: no such row in {to.table}: {', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}"


def references(subject: Subject) -> Outcome:
    """Whatever refers to another table finds its row there, also in lists."""
    described = descriptions(subject)
    tables = {table: subject.table(table_path(table, "parquet")) for table in described}
    problems: list[str] = []
    count = 0
    with closed_off(tables=tables) as connection:
        for table, description in described.items():
            for reference in description.references:
                count += 1
                problems += _dangling(connection, table, tables, reference)
    return Outcome(f"{count} references", problems)


def _csv_problems(subject: Subject, table: str) -> Iterator[str]:
    parquet, csv = table_path(table, "parquet"), table_path(table, "csv")
    made = csv_hash(subject.table(parquet), subject.key(parquet))
    if subject.digest(csv) != made:
        yield f"{csv}: is not the canonical CSV of {parquet}"
    if subject.contents.get(table, made) != made:
        yield f"{parquet}: does not have the content hash of release.json"


def content(subject: Subject) -> Outcome:
    """The CSV made anew from each Parquet file has the published content hash and bytes."""
    tables = [table for table in subject.contents if table != "changes"]
    problems: list[str] = []
    for table in tables:
        try:
            problems += _csv_problems(subject, table)
        except (UnfitError, OSError, pa.ArrowException, duckdb.Error) as error:
            problems.append(f"{table}: {first_line(error)}")
    return Outcome(f"{len(tables)} tables", problems)


def changes_files(subject: Subject) -> Outcome:
    """changes.csv is the canonical CSV of changes.parquet."""
    rows = subject.table(table_path("changes", "parquet")).num_rows
    return Outcome(f"{rows} changes", list(_csv_problems(subject, "changes")))
