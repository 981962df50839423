"""Codes of languages, scripts and countries, as `codes.txt` beside this lists them."""

from functools import cache
from importlib.resources import files


@cache
def codes(kind: str) -> frozenset[str]:
    """The codes of a kind: language, script or country."""
    lines = files("schemas").joinpath("codes.txt").read_text(encoding="ascii").splitlines()
    return frozenset(code for line in lines if line.startswith(f"{kind} ") for code in line.split()[1:])


def unknown_subtag(language: str) -> str | None:
    """What is no code in a language tag such as zh-Hant-TW: "the language jp"; None if all parts are (RFC 5646, 2.2)."""
    first, *rest = language.split("-")
    parts = [("language", first), *(("script" if len(part) == 4 else "country", part) for part in rest)]
    return next((f"the {kind} {part}" for kind, part in parts if part not in codes(kind)), None)
