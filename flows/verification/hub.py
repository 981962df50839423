"""Checks that derive a release of the hub layer again, by the SQL that it publishes itself.

Nothing but tables that we hand in is there for that SQL: Arrow reads the files, a part at a time.
"""

import re
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.bounded import CHECK, at
from flows.derive.products import hand_in_thresholds
from flows.derive.quoting import quoted
from flows.derive.sandbox import LIMITS, Limits, closed_off
from flows.verification.subject import NotRunError, Outcome, Subject
from flows.verification.untrusted import UnfitError, first_line, inside, read

#: what the SQL of a release may take: all of the time of a check, and less than its memory
_LIMITS = Limits(all_seconds=CHECK.seconds, memory=LIMITS.memory // 2)
#: steps that ask what is not published: the snapshot, the curated records
_NOT_HERE = ("licence_codes", "listed", "hub_models", "hub_relations", "hub_agreement")
_RULE = re.compile(r"rules/[0-9]+-([a-z_]+)\.sql")
#: how many rows that differ are shown of one file
_SHOWN = 3
_LABELS = ("hub_id", "axis", "label", "rule_id", "basis")


def _steps(subject: Subject) -> dict[str, str]:
    """SQL of the published steps by name, in their order."""
    found = {
        match[1]: read(subject.release, path).decode("utf-8")
        for path in subject.files
        if (match := _RULE.fullmatch(path))
    }
    if missing := [
        name
        for name in ("known", "channels", "hub_labels", "hub_counts", "hub_trends", "hub_families", "hub_changes")
        if name not in found
    ]:
        raise UnfitError(f"rules: has no {', '.join(missing)}")
    return found


def _make(connection: duckdb.DuckDBPyConnection, kind: str, name: str, sql: str) -> None:
    at(f"rules: {name}")
    try:
        connection.execute(f"create or replace {kind} {quoted(name)} as {sql}")
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException):
            raise
        raise UnfitError(f"rules: {name}: cannot be run over what is published: {first_line(error)}") from error


def _alike(connection: duckdb.DuckDBPyConnection, one: str, other: str, columns: Sequence[str]) -> bool:
    """Whether two tables are the same row by row, as they lie: quicker than to look for what one has more."""
    pairs = " or ".join(f"a.{quoted(column)} is distinct from b.{quoted(column)}" for column in columns)
    query = f"select not exists (select 1 from {one} as a positional join {other} as b where {pairs})"
    same = connection.execute(query).fetchall()[0][0]
    counts = {connection.execute(f"select count(*) from {name}").fetchall()[0][0] for name in (one, other)}
    return bool(same) and len(counts) == 1


def _differences(
    connection: duckdb.DuckDBPyConnection, place: str, made: str, published: str, columns: Sequence[str]
) -> Iterator[str]:
    """Rows that are published and not derived, and the other way round: their number, and the first of them."""
    listed = ", ".join(map(quoted, columns))
    if _alike(connection, made, published, columns):
        return
    for one, other, said in (
        (published, made, "do not follow from the rules"),
        (made, published, "that follow are missing"),
    ):
        query = f"select {listed} from {one} except all select {listed} from {other} order by all"
        lost = connection.execute(query).fetchmany(_SHOWN)
        if lost:
            count = connection.execute(f"select count(*) from ({query})").fetchall()[0][0]
            rows = "; ".join(", ".join("" if cell is None else str(cell) for cell in row) for row in lost)
            yield f"{place}: {count} rows {said}: {rows}{' …' if count > len(lost) else ''}"


def _labels_of(file: pq.ParquetFile, lowest: str, highest: str) -> pa.Table:
    """Rows of a file of labels whose repositories lie between two, of the row groups that can have them."""
    metadata, groups = file.metadata, []
    for group in range(metadata.num_row_groups):
        said = metadata.row_group(group).column(0).statistics
        if said is None or not said.has_min_max or not (said.max < lowest or said.min > highest):
            groups.append(group)
    table = file.read_row_groups(groups, columns=list(_LABELS))
    inside_it = pc.and_(pc.greater_equal(table["hub_id"], lowest), pc.less_equal(table["hub_id"], highest))
    return table.filter(inside_it)


def _derived_again(subject: Subject, connection: duckdb.DuckDBPyConnection, steps: dict[str, str]) -> Iterator[str]:
    """Derive the labels of one row group of facts after the other, and hold them against those that are published."""
    before_labels = list(steps)[: list(steps).index("hub_labels")]
    empty = pa.table({"model_id": pa.array([], pa.string()), "field": pa.array([], pa.string())})
    connection.register("silences", empty.append_column("statement_ids", pa.array([], pa.list_(pa.string()))))
    connection.execute("create table counts (axis varchar, label varchar, created_in varchar, created_count bigint)")
    for path, labels_path in zip(subject.files_of("hub_models"), subject.files_of("hub_labels"), strict=True):
        facts, labels = (pq.ParquetFile(inside(subject.release, name)) for name in (path, labels_path))
        for group in range(facts.num_row_groups):
            at(f"{path}: row group {group}")
            table = facts.read_row_group(group)
            if table.num_rows == 0:
                continue
            connection.register("facts", table)
            connection.execute(
                "create or replace table listed as select row_number() over (order by hub_id) as model_id, * from facts"
            )
            for step in before_labels:
                if step not in _NOT_HERE:
                    _make(connection, "view", step, steps[step])
            _make(connection, "table", "hub_labels", steps["hub_labels"])
            ends = pc.min_max(table["hub_id"])
            connection.register("published", _labels_of(labels, ends["min"].as_py(), ends["max"].as_py()))
            yield from _differences(connection, labels_path, "hub_labels", "published", _LABELS)
            _make(connection, "table", "hub_counts", steps["hub_counts"])
            connection.execute("insert into counts by name from hub_counts")


def _handed(subject: Subject, connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("licences", "thresholds"):
        connection.register(f"in_{table}", subject.table(*subject.files_of(table)))
    hand_in_thresholds(connection)


def _whole(subject: Subject, connection: duckdb.DuckDBPyConnection, table: str, sql: str) -> Iterator[str]:
    """Derive a table of all of the release again, and hold it against the one that is published."""
    (path,) = subject.files_of(table)
    _make(connection, "table", table, sql)
    published = subject.dataset([path])
    connection.register("published_whole", published)
    yield from _differences(connection, path, table, "published_whole", published.schema.names)


def rules(subject: Subject) -> Outcome:
    """Labels follow from the facts by the published SQL, all of them; the sums follow from the labels and relations."""
    steps = _steps(subject)
    for path in (path for table in ("hub_models", "hub_labels") for path in subject.files_of(table)):
        subject.dataset([path])  # none is too large
    if len(subject.files_of("hub_models")) != len(subject.files_of("hub_labels")):
        raise UnfitError("hub_labels: has not as many files as hub_models")
    with closed_off(limits=_LIMITS) as connection:
        _handed(subject, connection)
        problems = list(_derived_again(subject, connection, steps))
        connection.execute("drop table hub_labels")
        connection.register("hub_relations", subject.dataset(subject.files_of("hub_relations")))
        for table in ("hub_trends", "hub_families"):
            problems += _whole(subject, connection, table, steps[table])
    return Outcome(
        f"{len(steps)} steps, {subject.dataset(subject.files_of('hub_models')).count_rows()} repositories", problems
    )


def changes(subject: Subject) -> Outcome:
    """What is said to have changed since the release before did, and nothing else."""
    previous, (path,) = subject.manifest.get("previous"), subject.files_of("hub_changes")
    if previous is None:
        rows = subject.dataset([path]).count_rows()
        return Outcome(
            "a first release: no changes",
            [f"{path}: has {rows} rows, but there is no previous release"] if rows else [],
        )
    if subject.previous is None:
        raise NotRunError(f"the previous release, {previous}, is not at hand")
    before = Subject(subject.previous)
    tables = {
        name.replace("hub", prefix): whose.dataset(whose.files_of(name))
        for whose, prefix in ((before, "before"), (subject, "hub"))
        for name in ("hub_models", "hub_labels")
    }
    with closed_off(tables=tables, limits=_LIMITS) as connection:
        problems = list(_whole(subject, connection, "hub_changes", _steps(subject)["hub_changes"]))
        rows = connection.execute("select count(*) from hub_changes").fetchall()[0][0]
    return Outcome(f"{rows} changes against {previous}", problems)
