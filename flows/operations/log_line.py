"""Log lines, `event key=value …`."""

import json


def fields(event: str, **values: object) -> str:
    """A log line of `event key=value …`; a value that is empty or has spaces, quotes or `=` is quoted as JSON."""
    return " ".join([event, *(f"{name}={_quoted(str(value))}" for name, value in values.items())])


def _quoted(text: str) -> str:
    plain = text and text.isprintable() and not set(text) & set(' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)
