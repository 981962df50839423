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


def read_questions(text: str) -> tuple[Question, ...]:
    """The questions of a text of `queries.sql`, in its order: after its head, blocks of two lines of comment and a query."""
    parts = [block.split("\n", 2) for block in text.split("\n\n-- ")[1:]]
    return tuple(Question(en, ja.removeprefix("-- "), sql) for en, ja, sql in parts)


@cache
def questions() -> tuple[Question, ...]:
    """The questions of `queries.sql` as it goes into releases."""
    return read_questions(queries())
