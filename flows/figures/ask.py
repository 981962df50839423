"""Asking a release's DuckDB file what figures show, as of a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.errors import UserError
from flows.figures.plan import Edition
from flows.layout import DATABASE

#: characters of a name in a picture
_NAME = 26

# the landscape of the day beside the facts of the same models that it leaves out
_KNOWN = """
create temp table known as
select carried.*, models.active_parameters, models.layers, models.training_tokens, models.languages,
    coalesce(models.training_flop, models.training_flop_estimate) as flop
from landscape(getvariable('day')) as carried join models using (model_id)
order by carried.known_since, carried.model_id
"""
# what somebody who may download the weights can use, what others serve, and what nobody can use
_GROUPS = """
create temp macro access_group(access) as case
    when access in ('open', 'conditional', 'restricted') then 'weights'
    when access in ('free-service', 'paid', 'waitlist', 'app-only') then 'service'
    when access = 'partial' then 'partial'
    when access in ('withdrawn', 'unreleased') then 'none'
    else 'unknown' end
"""


@dataclass(frozen=True)
class Asked:
    """A release's tables, closed off; the table `known` has the models known by the day, with labels of that day.

    `access_group(access)` is weights, service, partial, none or unknown; `getvariable('day')` the day.
    """

    connection: duckdb.DuckDBPyConnection
    edition: Edition

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of a query."""
        return self.connection.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """The one number that a query gives."""
        ((found,),) = self.rows(sql)
        assert isinstance(found, int)
        return found

    def known(self) -> int:
        """How many models were known by the day."""
        return self.number("select count(*) from known")


@contextmanager
def asking(folder: Path, version: str, day: date) -> Iterator[Asked]:
    """Open the DuckDB file of the release in a folder, as of a day.

    Raises UserError if the file cannot be read, or has not the tables that figures rest on.
    """
    place = folder / DATABASE
    try:
        with duckdb.connect(str(place), read_only=True, config={"threads": 1}) as connection:
            connection.execute("set enable_external_access = false; set lock_configuration = true")
            connection.execute(f"set variable day = date '{day}'")
            connection.execute(_KNOWN)
            connection.execute(_GROUPS)
            (row,) = connection.execute("select max(collected_until) from horizon").fetchall()
            yield Asked(connection, Edition(version, day, row[0]))
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise UserError(
            f"{place}: no figures can be made of it: {said}; give a release of schema 2 or later"
        ) from error


def named(name: object) -> str:
    """A name as it may stand in a picture and beside it: one line, of limited length, nothing in it unseen."""
    text = "".join(letter if letter.isprintable() else "□" for letter in " ".join(str(name).split()))
    return text if len(text) <= _NAME else f"{text[: _NAME - 1]}…"
