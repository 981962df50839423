"""Versions of releases: YYYY.M.N, ordered by number."""

from collections.abc import Iterable
from datetime import date

from schemas.values import VERSION


def is_version(text: str) -> bool:
    """Whether a text is a version, YYYY.M.N."""
    return VERSION.fullmatch(text) is not None


def version_key(version: str) -> tuple[int, ...]:
    """Order of versions: by year, month and number."""
    return tuple(int(part) for part in version.split("."))


def next_version(taken: Iterable[str], as_of: date) -> str:
    """The next free version of the month of `as_of`: one more than the highest number there, from 0."""
    month = (as_of.year, as_of.month)
    numbers = [version_key(v)[2] for v in taken if is_version(v) and version_key(v)[:2] == month]
    return f"{as_of.year}.{as_of.month}.{max(numbers, default=-1) + 1}"
