"""Log lines, `event key=value …`, and counts in words."""

import json


def fields(event: str, **values: object) -> str:
    """A log line of `event key=value …`; a value that is empty or has spaces, quotes or `=` is quoted as JSON."""
    return " ".join([event, *(f"{name}={_quoted(str(value))}" for name, value in values.items())])


def counted(count: int, thing: str) -> str:
    """A count with its noun: 1 error, 2 errors."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _quoted(text: str) -> str:
    plain = text and text.isprintable() and not set(text) & set(' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)
