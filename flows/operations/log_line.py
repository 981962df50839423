"""Log lines: `event key=value …`."""

import json


def fields(event: str, **values: object) -> str:
    """A log line of `event key=value …`; values with spaces are quoted as JSON."""

    def shown(value: object) -> str:
        text = str(value)
        return (
            text if text and text.isprintable() and not set(text) & set(' "=') else json.dumps(text, ensure_ascii=False)
        )

    return " ".join([event, *(f"{name}={shown(value)}" for name, value in values.items())])
