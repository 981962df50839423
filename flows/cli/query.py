"""Query: run SQL over a release or the preview, read-only."""

import csv
import json
import sys
from pathlib import Path

import duckdb

from flows.cli.views import print_rows
from flows.errors import UserError, counted
from flows.layout import DATABASE, build_folder, is_version


def newest(root: Path, on: str | None) -> Path:
    """Folder of a version, of the preview, or of whichever was made last.

    Raises UserError if there is none.
    """
    build = build_folder(root)
    if on is not None:
        folder = build / "preview" if on == "preview" else build / "releases" / on
        if on != "preview" and not is_version(on):
            raise UserError(f"{on} is no version; write it as YYYY.M.N, or preview")
        if not (folder / DATABASE).is_file():
            versions = sorted(path.parent.name for path in build.glob(f"releases/*/{DATABASE}"))
            remedy = (
                f"use one of {', '.join(versions)}" if versions and on != "preview" else "make one with: kiban preview"
            )
            raise UserError(f"there is no {on} in {build}; {remedy}")
        return folder
    from flows.publishing.move_index import latest_version  # its library takes long to load

    latest = latest_version(build / "releases")
    folders = [build / "releases" / latest] if latest else []
    folders.append(build / "preview")
    there = [folder for folder in folders if (folder / DATABASE).is_file()]
    if not there:
        raise UserError(f"there is neither release nor preview in {build}; make one with: kiban preview")
    return max(there, key=lambda folder: (folder / DATABASE).stat().st_mtime_ns)


def print_query(root: Path, query: str, form: str, on: str | None) -> None:
    """Run a query over `newest(root, on)` and print its rows as table, csv or json.

    Raises UserError if the query fails, or if there are several. The database is read-only, and nothing outside it
    can be reached.
    """
    folder = newest(root, on)
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        try:
            statements = connection.extract_statements(query)
            if not statements:
                raise UserError("there is no query; write one, such as: select name, access from models")
            if (asked := [s.type for s in statements].count(duckdb.StatementType.SELECT)) > 1:
                raise UserError(f"these are {asked} queries, and one has its rows printed; run one at a time")
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise UserError(str(error)) from error
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_flat(value) for value in row] for row in rows)
    elif form == "json":
        print(
            json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=2, default=str)
        )
    else:
        print_rows(names, [["" if value is None else _number(_flat(value)) for value in row] for row in rows])
    print(f"{counted(len(rows), 'row')} from {folder.name}", file=sys.stderr)


def _flat(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(str(_flat(item)) for item in value) if isinstance(value, list) else value


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
