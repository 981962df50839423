"""Checks of the tables: pages, schema, keys, references, and that CSV and Parquet say the same."""

import hashlib
from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from flows.bounded import at
from flows.changes.edition import ARROW_TYPES
from flows.derive.quoting import literal, quoted
from flows.derive.sandbox import closed_off
from flows.errors import counted
from flows.layout import table_path
from flows.release_files.table_files import csv_hash
from flows.verification.description import Description, Reference, descriptions
from flows.verification.subject import Outcome, Subject, check_size, key_of
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
    return Outcome(counted(len(subject.parquets), "Parquet file"), problems)


def _is_texts(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) and kind.value_type == pa.string())


def _columns(subject: Subject, path: str, described: Description) -> Iterator[str]:
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
        # DuckDB, which writes those of the hub layer, calls every column nullable: the check `values` looks at the rows
        if field.nullable is column.required and not subject.is_hub:
            yield f"{path}: {column.name}: {'may be' if field.nullable else 'is never'} null, unlike in datapackage.json"
    if key_of(path, schema) != list(described.key):
        yield f"{path}: kiban.key is not the primaryKey of datapackage.json"


def schema(subject: Subject) -> Outcome:
    """Columns of every Parquet file are those described: names, order, types, nulls, key."""
    described = descriptions(subject)
    tables = sorted({*subject.contents, *described})
    problems: list[str] = []
    for table in tables:
        if table not in described:
            problems.append(
                f"datapackage.json: describes no {'' if subject.is_hub else 'data/'}{table}{'' if subject.is_hub else '.csv'}"
            )
            continue
        for path in described[table].files:
            try:
                problems += _columns(subject, path, described[table])
            except UnfitError as error:
                problems.append(str(error))
    listed = {path for description in described.values() for path in description.files}
    problems += [
        f"{path}: is of no table that datapackage.json describes"
        for path in subject.parquets
        if subject.is_hub and path not in listed
    ]
    return Outcome(
        f"{counted(len(tables), 'table')}, {counted(sum(len(d.columns) for d in described.values()), 'column')}",
        problems,
    )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _key_problems(connection: duckdb.DuckDBPyConnection, path: str, columns: list[str]) -> Iterator[str]:
    table = quoted(path)
    key = ", ".join(quoted(column) for column in columns)
    missing = " or ".join(f"{quoted(column)} is null" for column in columns)
    if count := _count(connection, f"select count(*) from {table} where {missing}"):
        yield f"{path}: {counted(count, 'row')} without a whole key ({', '.join(columns)})"
    # lag() without an order takes rows as they lie in the file, and holds none of them
    later = f"select k, lag(k) over () as before from (select row({key}) as k from {table})"
    below, same = connection.execute(
        f"select count(*) filter (before > k), count(*) filter (before = k) from ({later})"
    ).fetchall()[0]
    if below:  # twins may lie apart
        twins = f"select count(*) from (select 1 from {table} group by {key} having count(*) > 1)"
        same = _count(connection, twins)
    if same:
        yield f"{path}: {same} keys ({', '.join(columns)}) stand there more than once"
    if below:
        yield f"{path}: {counted(below, 'row')} not in the order of the key ({', '.join(columns)})"


def _across(connection: duckdb.DuckDBPyConnection, description: Description) -> Iterator[str]:
    """What begins the key of a row stands in one file of its table alone, so keys that are unique in each are so in all."""
    first = quoted(description.key[0])
    each = " union all ".join(f"select distinct {first} from {quoted(path)}" for path in description.files)
    twice = f"select {first} from ({each}) group by {first} having count(*) > 1 order by {first}"
    if lost := [str(value) for (value,) in connection.execute(twice).fetchmany(6)]:
        shown = f"{', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}"
        yield f"{description.table}: {description.key[0]}: stands in more than one file: {shown}"


def keys(subject: Subject) -> Outcome:
    """Keys are whole and unique, and rows lie in their order, file by file; no key is in two files of a table."""
    problems: list[str] = []
    with closed_off(threads=1) as connection:
        for path in subject.parquets:
            try:
                columns = subject.key(path)
                connection.register(path, subject.dataset([path]) if subject.is_hub else subject.table(path))
                problems += _key_problems(connection, path, columns)
            except (UnfitError, OSError, pa.ArrowException, duckdb.Error) as error:
                problems.append(f"{path}: {first_line(error)}")
        if subject.is_hub and not problems:
            for description in descriptions(subject).values():
                problems += _across(connection, description)
    return Outcome(counted(len(subject.parquets), "table"), problems)


def _value_problems(connection: duckdb.DuckDBPyConnection, description: Description) -> Iterator[str]:
    table = quoted(description.table)
    asked = {}
    for column in description.columns:
        name = quoted(column.name)
        if column.required:
            asked[f"{column.name}: is missing"] = f"{name} is null"
        if column.codes is not None:
            asked[f"{column.name}: is none of {', '.join(column.codes)}"] = (
                f"{name} not in ({', '.join(map(literal, column.codes))})"
            )
    if asked:
        counts = ", ".join(f"count(*) filter ({condition})" for condition in asked.values())
        (found,) = connection.execute(f"select {counts} from {table}").fetchall()
        for said, count in zip(asked, found, strict=True):
            if count:
                yield f"{description.table}: {said} in {counted(count, 'row')}"


def values(subject: Subject) -> Outcome:
    """What must be there is, and codes are of those described: of tables that no tool for Data Packages reads."""
    described = descriptions(subject)
    tables = {table: subject.dataset(description.files) for table, description in described.items()}
    problems: list[str] = []
    with closed_off(tables=tables) as connection:
        for table, description in described.items():
            at(table)
            problems += _value_problems(connection, description)
    return Outcome(counted(len(described), "table"), problems)


def _dangling(
    connection: duckdb.DuckDBPyConnection,
    place: str,
    table: str,
    tables: Mapping[str, "pa.Table | ds.Dataset"],
    to: Reference,
) -> Iterator[str]:
    place = f"{place}: {', '.join(to.columns)}"
    for owner, columns in ((table, to.columns), (to.table, to.keys)):
        if owner not in tables or not set(columns) <= set(tables[owner].schema.names):
            yield f"{place}: refers to what is not there: {owner} ({', '.join(columns)})"
            return
    lists = {c for c in to.columns if pa.types.is_list(tables[table].schema.field(c).type)}
    values = ", ".join(f"unnest({quoted(c)}) as {quoted(c)}" if c in lists else quoted(c) for c in to.columns)
    given = " and ".join(f"{quoted(c)} is not null" for c in to.columns)
    same = " and ".join(f"v.{quoted(c)} = k.{quoted(k)}" for c, k in zip(to.columns, to.keys, strict=True))
    shown = " || ',' || ".join(f"{quoted(c)}::varchar" for c in to.columns)
    # an anti join holds the keys alone; `not exists` would hold every row that refers to one as well
    query = (
        f"with v as (select {values} from {quoted(table)}) "
        f"select distinct {shown} as lost from v anti join {quoted(to.table)} as k on {same} where {given} order by lost"
    )
    lost = [str(value) for (value,) in connection.execute(query).fetchall()]
    if lost:
        yield f"{place}: no such row in {to.table}: {', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}"


def references(subject: Subject) -> Outcome:
    """Whatever refers to another table finds its row there, also in lists."""
    described = descriptions(subject)
    tables = {
        table: subject.dataset(description.files) if subject.is_hub else subject.table(*description.files)
        for table, description in described.items()
    }
    problems: list[str] = []
    count = 0
    with closed_off(tables=tables) as connection:
        for table, description in described.items():
            for reference in description.references:
                count += 1
                at(description.files[0])
                problems += _dangling(connection, description.files[0], table, tables, reference)
    return Outcome(counted(count, "reference"), problems)


def _csv_problems(subject: Subject, table: str) -> Iterator[str]:
    parquet, csv = table_path(table, "parquet"), table_path(table, "csv")
    made = csv_hash(subject.table(parquet), subject.key(parquet))
    if subject.digest(csv) != made:
        yield f"{csv}: is not the canonical CSV of {parquet}"
    if subject.contents.get(table, made) != made:
        yield f"{parquet}: does not have the content hash of release.json"


def _hash_problems(subject: Subject, table: str) -> Iterator[str]:
    of_files = "".join(subject.digest(path) for path in subject.files_of(table))
    if hashlib.sha256(of_files.encode()).hexdigest() != subject.contents[table]:
        yield f"{table}: its files do not have the content hash of release.json"


def content(subject: Subject) -> Outcome:
    """The CSV made anew from each Parquet file has the published content hash and bytes; of the hub layer, which has no
    CSV, the hashes of a table's files have it.
    """
    looked_at, of_table = (
        (list(subject.contents), _hash_problems)
        if subject.is_hub
        else ([table for table in subject.contents if table != "changes"], _csv_problems)
    )
    problems: list[str] = []
    for table in looked_at:
        try:
            problems += of_table(subject, table)
        except (UnfitError, OSError, pa.ArrowException, duckdb.Error) as error:
            problems.append(f"{table}: {first_line(error)}")
    return Outcome(counted(len(looked_at), "table"), problems)


def changes_files(subject: Subject) -> Outcome:
    """changes.csv is the canonical CSV of changes.parquet."""
    rows = subject.table(table_path("changes", "parquet")).num_rows
    return Outcome(counted(rows, "change"), list(_csv_problems(subject, "changes")))
