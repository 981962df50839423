"""Checks that derive a release of the hub layer again, by the SQL that it publishes itself.

Nothing but tables that we hand in is there for that SQL: Arrow reads the files, a part at a time.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.bounded import CHECK, at
from flows.derive.products import hand_in_thresholds
from flows.derive.quoting import quoted
from flows.derive.sandbox import LIMITS, Limits, closed_off
from flows.errors import counted
from flows.verification.subject import NotRunError, Outcome, Subject
from flows.verification.untrusted import UnfitError, first_line, inside, read

#: what the SQL of a release may take: all of the time of a check, and less than its memory
_LIMITS = Limits(all_seconds=CHECK.seconds, memory=LIMITS.memory // 2)
#: steps that ask what is not published: the snapshot, the curated records
_NOT_HERE = ("licence_codes", "listed", "hub_models", "hub_relations", "hub_agreement")
_RULE = re.compile(r"rules/[0-9]+-([a-z_]+)\.sql")
#: repositories, of both together, that are compared with those of the release before at once
_AT_A_TIME = 200_000
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
    for one, other, said in ((published, made, "not from the rules"), (made, published, "lacking")):
        query = f"select {listed} from {one} except all select {listed} from {other} order by all"
        lost = connection.execute(query).fetchmany(_SHOWN)
        if lost:
            count = connection.execute(f"select count(*) from ({query})").fetchall()[0][0]
            rows = "; ".join(", ".join("" if cell is None else str(cell) for cell in row) for row in lost)
            yield f"{place}: {counted(count, 'row')} {said}: {rows}{' …' if count > len(lost) else ''}"


@dataclass
class _Rows:
    """Rows of the files of a table by the range of their repositories, and how many were looked at so far.

    Of a row group whose statistics say that it has none of a range nothing is read; what they say wrongly shows at the
    end, when some rows were in no range.
    """

    paths: list[str]
    files: list[pq.ParquetFile]
    seen: int = 0

    def between(self, lowest: str | None, below: str | None) -> pa.Table:
        """Rows whose `hub_id` is `lowest` or above, and below `below`, each if given."""
        found = []
        for path, file in zip(self.paths, self.files, strict=True):
            at(path)
            metadata, groups = file.metadata, []
            for number in range(metadata.num_row_groups):
                said = metadata.row_group(number).column(0).statistics
                known = said is not None and said.has_min_max
                if not known or not (
                    (below is not None and said.min >= below) or (lowest is not None and said.max < lowest)
                ):
                    groups.append(number)
            table = file.read_row_groups(groups)
            for limit, inside_it in ((lowest, pc.greater_equal), (below, pc.less)):
                if limit is not None:
                    table = table.filter(inside_it(table["hub_id"], limit))
            found.append(table)
        table = pa.concat_tables(found)
        self.seen += table.num_rows
        return table

    def unseen(self) -> Iterator[str]:
        """A problem, if some rows were in none of the ranges that were asked for."""
        if lost := sum(file.metadata.num_rows for file in self.files) - self.seen:
            yield f"{self.paths[0]}: {lost} rows lie in row groups whose statistics do not own to them"


def _rows(subject: Subject, paths: list[str]) -> _Rows:
    subject.dataset(paths)  # none is too large
    files = [pq.ParquetFile(inside(subject.release, path)) for path in paths]
    if wrong := [path for path, file in zip(paths, files, strict=True) if file.schema_arrow.names[:1] != ["hub_id"]]:
        raise UnfitError(f"{wrong[0]}: its first column is not hub_id")
    return _Rows(paths, files)


def _facts(file: pq.ParquetFile) -> Iterator[tuple[pa.Table, str | None, str | None]]:
    """Each row group of a file of facts, with the range that is its own: up to where the next one begins."""
    tables = filter(len, map(file.read_row_group, range(file.num_row_groups)))
    table, lowest = next(tables, None), None
    while table is not None:
        following = next(tables, None)
        below = None if following is None else pc.min(following["hub_id"]).as_py()
        yield table, lowest, below
        table, lowest = following, below


def _derived_again(subject: Subject, connection: duckdb.DuckDBPyConnection, steps: dict[str, str]) -> Iterator[str]:
    """Derive the labels of one row group of facts after the other, and hold them against those that are published."""
    before_labels = list(steps)[: list(steps).index("hub_labels")]
    empty = pa.table({"model_id": pa.array([], pa.string()), "field": pa.array([], pa.string())})
    connection.register("silences", empty.append_column("statement_ids", pa.array([], pa.list_(pa.string()))))
    connection.execute("create table counts (axis varchar, label varchar, created_in varchar, created_count bigint)")
    for path, labels_path in zip(subject.files_of("hub_models"), subject.files_of("hub_labels"), strict=True):
        labels = _rows(subject, [labels_path])
        for table, lowest, below in _facts(_rows(subject, [path]).files[0]):
            connection.register("facts", table)
            connection.execute(
                "create or replace table listed as select row_number() over (order by hub_id) as model_id, * from facts"
            )
            for step in before_labels:
                if step not in _NOT_HERE:  # `cases` numbers its rows, and must do so once
                    _make(connection, "table" if step == "cases" else "view", step, steps[step])
            _make(connection, "table", "hub_labels", steps["hub_labels"])
            connection.register("published", labels.between(lowest, below))
            yield from _differences(connection, labels_path, "hub_labels", "published", _LABELS)
            _make(connection, "table", "hub_counts", steps["hub_counts"])
            connection.execute("insert into counts by name from hub_counts")
        yield from labels.unseen()


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
        f"{counted(len(steps), 'step')}, {subject.dataset(subject.files_of('hub_models')).count_rows()} repositories",
        problems,
    )


def changes(subject: Subject) -> Outcome:
    """What is said to have changed since the release before did, and nothing else."""
    previous, (path,) = subject.manifest.get("previous"), subject.files_of("hub_changes")
    if previous is None:
        rows = subject.dataset([path]).count_rows()
        return Outcome(
            "a first release: no changes",
            [f"{path}: has {counted(rows, 'row')}, but there is no previous release"] if rows else [],
        )
    if subject.previous is None:
        raise NotRunError(f"the previous release, {previous}, is not at hand")
    tables = {
        name.replace("hub", prefix): _rows(whose, whose.files_of(name))
        for whose, prefix in ((Subject(subject.previous), "before"), (subject, "hub"))
        for name in ("hub_models", "hub_labels")
    }
    published, sql = _rows(subject, [path]), _steps(subject)["hub_changes"]
    ends = _ends([*tables["before_models"].files, *tables["hub_models"].files])
    problems: list[str] = []
    with closed_off(limits=_LIMITS) as connection:
        for lowest, below in pairwise([None, *ends, None]):  # what happened to a repository rests on it alone
            for name, rows in tables.items():
                connection.register(name, rows.between(lowest, below))
            _make(connection, "table", "hub_changes", sql)
            connection.register("published", published.between(lowest, below))
            problems += _differences(
                connection, path, "hub_changes", "published", published.files[0].schema_arrow.names
            )
    for rows in (*tables.values(), published):
        problems += rows.unseen()
    return Outcome(f"{published.seen} changes against {previous}", problems)


def _ends(files: Sequence[pq.ParquetFile]) -> list[str]:
    """Where one range of some `_AT_A_TIME` rows ends and the next begins, by what the row groups say of themselves."""
    begins = []
    for file in files:
        for number in range(file.metadata.num_row_groups):
            said = file.metadata.row_group(number)
            if said.column(0).statistics is not None and said.column(0).statistics.has_min_max:
                begins.append((str(said.column(0).statistics.min), said.num_rows))
    ends, rows = [], 0
    for lowest, count in sorted(begins):
        if rows + count > _AT_A_TIME:
            ends.append(lowest)
            rows = 0
        rows += count
    return sorted(set(ends))
