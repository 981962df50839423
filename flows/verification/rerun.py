"""Checks that run what is published: the DuckDB file, the changes, the claims."""

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.bounded import at
from flows.derive.claims import answers
from flows.derive.queries import FAILS, Answer
from flows.derive.quoting import quoted
from flows.derive.sandbox import closed_off
from flows.derive.steps import MACROS
from flows.errors import counted
from flows.layout import DATA_PACKAGE, DATABASE, table_path
from flows.release_files.table_files import csv_hash
from flows.verification.description import resources
from flows.verification.subject import NotRunError, Outcome, Subject, check_size
from flows.verification.untrusted import UnfitError, first_line, inside, text, walk


def _table_problems(subject: Subject, connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    path = table_path(table, "parquet")
    try:
        key, published = subject.key(path), subject.table(path)
        at(f"{DATABASE}: {table}")
        found = connection.execute(f"select * from main.{quoted(table)}").to_arrow_table()
        if found.column_names != published.column_names:
            yield f"{DATABASE}: {table}: does not have the columns of {path}"
        elif csv_hash(found, key) != (subject.contents.get(table) or csv_hash(published, key)):
            yield f"{DATABASE}: {table}: does not have the content of {path}"
    except (UnfitError, OSError, pa.ArrowException, duckdb.Error) as error:
        yield f"{DATABASE}: {table}: {first_line(error)}"


#: what `kiban.duckdb` may hold beside tables; names of before are views of the schema `deprecated`
_BESIDE = {"view main.current_labels", "view main.landscape_by_day", *(f"table_macro main.{name}" for name in MACROS)}
_OBJECTS = """
    select 'table ' || schema_name || '.' || table_name from duckdb_tables() where not internal
    union all select 'view ' || schema_name || '.' || view_name from duckdb_views() where not internal
    union all select function_type || ' ' || schema_name || '.' || function_name
      from duckdb_functions() where not internal
    order by 1
"""


def _more(connection: duckdb.DuckDBPyConnection, tables: Collection[str]) -> Iterator[str]:
    """Tables, views and macros that no publisher puts into the DuckDB file: a reader would take them for published."""
    known = {*_BESIDE, *(f"table main.{name}" for name in tables)}
    for (name,) in connection.execute(_OBJECTS).fetchall():
        if name not in known and not name.startswith("view deprecated."):
            yield f"{DATABASE}: {name[:80]}: is no part of a release"


def duckdb_file(subject: Subject) -> Outcome:
    """kiban.duckdb holds the very tables and nothing that is not published, and its macro landscape() runs."""
    tables = [*subject.contents, *({"changes"} - set(subject.contents))]
    problems: list[str] = []
    with closed_off(inside(subject.release, DATABASE), threads=1) as connection:
        for table in tables:
            problems += _table_problems(subject, connection, table)
        problems += _more(connection, tables)
        day = text(subject.manifest.get("as_of"), "release.json: as_of")
        at(f"{DATABASE}: landscape()")
        try:
            connection.execute("select * from landscape(cast(? as date))", [day]).fetchall()
        except duckdb.Error as error:
            problems.append(f"{DATABASE}: landscape(): {first_line(error)}")
    return Outcome(f"{counted(len(tables), 'table')}, landscape()", problems)


def _stays_inside(release: Path) -> None:
    """Raise UnfitError if reading a release by its data package could lead out of its folder."""
    if others := walk(release)[1]:
        raise UnfitError(f"{others[0]}: is neither a file nor a folder")
    for path in Subject(release).parquets:
        check_size(inside(release, path), path)
    for resource in resources(Subject(release)):
        path = text(resource.get("path"), DATA_PACKAGE)
        name = text(resource.get("name"), DATA_PACKAGE).removesuffix("-csv")
        inside(release, path)
        if path.startswith("data/") and resource.get("format") == "csv" and path != f"data/{name}.csv":
            raise UnfitError(f"{DATA_PACKAGE}: {path}: is not named after its file")


def changes(subject: Subject) -> Outcome:
    """The changes applied to the previous release give this one."""
    if subject.is_hub:
        from flows.verification import hub

        return hub.changes(subject)
    previous = subject.manifest.get("previous")
    if previous is None:
        rows = subject.table(table_path("changes", "parquet")).num_rows
        problems = (
            [f"{table_path('changes', 'parquet')}: has {counted(rows, 'row')}, but there is no previous release"]
            if rows
            else []
        )
        return Outcome("a first release: no changes", problems)
    if subject.previous is None:
        raise NotRunError(f"the previous release, {previous}, is not at hand")
    from flows.changes.apply import apply_changes

    _stays_inside(subject.release)
    _stays_inside(subject.previous)
    at(table_path("changes", "parquet"))
    made: dict[str, pa.Table] = apply_changes(subject.previous, subject.release)
    place = f"changes.parquet: applied to {previous}, it"
    expected = {table: content for table, content in subject.contents.items() if table != "changes"}
    problems = [f"{place} leaves {table}" for table in made if table not in expected]
    for table, content in expected.items():
        if table not in made:
            problems.append(f"{place} gives no {table}")
        elif csv_hash(made[table], subject.key(table_path(table, "parquet"))) != content:
            problems.append(f"{place} gives another {table}")
    rows = subject.table(table_path("changes", "parquet")).num_rows
    return Outcome(f"{counted(rows, 'change')} against {previous}", problems)


def _words(answer: Answer) -> str:
    return answer.verdict if answer.verdict != FAILS else f"gives no verdict: {answer.found}"


def claims(subject: Subject) -> Outcome:
    """The query of every claim, run over the release's own tables, gives the published verdict."""
    path = table_path("claims", "parquet")
    rows = subject.table(path).select(["claim_id", "sql", "verdict"]).to_pylist()
    given = answers(inside(subject.release, DATABASE), [row["sql"] for row in rows])
    problems = [
        f"{path}: {row['claim_id']}: says {row['verdict']}, but its query {_words(answer)}"
        for row, answer in zip(rows, given, strict=True)
        if answer is not None and answer.verdict != row["verdict"]
    ]
    return Outcome(counted(len(rows), "claim"), problems)
