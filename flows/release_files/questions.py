"""The questions that people ask of a release, each with its query: `queries.sql`, which is in every release."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flows.layout import QUERIES


@dataclass(frozen=True)
class Question:
    """One question in English and Japanese, and the query that answers it."""

    en: str
    ja: str
    sql: str


def queries() -> str:
    """Text of `queries.sql`."""
    return files("flows").joinpath("templates", QUERIES).read_text(encoding="utf-8")


@cache
def questions() -> tuple[Question, ...]:
    """The questions of `queries.sql`, in its order: after its head, blocks of two lines of comment and a query."""
    blocks = queries().split("\n\n-- ")[1:]
    parts = [block.split("\n", 2) for block in blocks]
    return tuple(Question(en, ja.removeprefix("-- "), sql) for en, ja, sql in parts)
