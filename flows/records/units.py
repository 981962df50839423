"""Units in which sources print energy, mass and computation, told in those of `schemas.fields`: MWh, t and FLOP.

Prefixes are those of the SI (BIPM, The International System of Units, 9th edition, table 7).
"""

import re
from collections.abc import Callable

_PREFIXES = {
    "": 1.0,
    **dict.fromkeys(("k", "kilo"), 1e3),
    **dict.fromkeys(("m", "mega"), 1e6),
    **dict.fromkeys(("g", "giga"), 1e9),
    **dict.fromkeys(("t", "tera"), 1e12),
    **dict.fromkeys(("p", "peta"), 1e15),
    **dict.fromkeys(("e", "exa"), 1e18),
    **dict.fromkeys(("z", "zetta"), 1e21),
    **dict.fromkeys(("y", "yotta"), 1e24),
}
_PREFIX = f"[\\s-]*(?P<prefix>{'|'.join(sorted(_PREFIXES, key=len, reverse=True))})[\\s-]?"
_DAY = 86_400.0
#: seconds of what a rate is multiplied by
_TIMES = {
    "second": 1.0,
    "sec": 1.0,
    "s": 1.0,
    "hour": 3600.0,
    "hr": 3600.0,
    "h": 3600.0,
    "day": _DAY,
    "year": 365.25 * _DAY,
}

_ENERGY = re.compile(
    rf"{_PREFIX}(?:(?P<hours>w[\s·-]?h(?:rs?|ours?)?|watts?[\s·-]?hours?)|j(?:oules?)?)(?![^\W\d_])", re.I
)
_RATE = r"(?:f(?:lops?)?(?:\s?/\s?s(?:ec(?:ond)?)?)?|fs)"
_COMPUTE = re.compile(
    rf"{_PREFIX}(?:(?:{_RATE})[\s·*-]*(?P<time>{'|'.join(_TIMES)})s?"
    r"|(?:flops?|floating[\s-]point[\s-]operations?|operations?|ops))(?![^\W\d_])"
    r"|[\s-]*(?P<alone>[PEZY])(?![^\W\d_]|[+-]|\s?[+-]?[0-9])",
    re.I,
)
_GASES = r"(?i:[\s-]?(?:of\s+)?co_?\{?2\}?[\s-]?(?:e(?:q(?:uiv(?:alents?)?)?)?)?\.?)?(?![^\W_])"
_MASS = re.compile(
    r"[\s-]*(?:(?:net|gross|total)\s+)?"
    r"(?P<mass>MMT|[Mm]etric\s+[Tt]on(?:ne)?s?|[kK]ilo[Tt]on(?:ne)?s?|[Mm]ega[Tt]on(?:ne)?s?|[Gg]iga[Tt]on(?:ne)?s?|"
    r"[Kk]ilograms?|[Tt]on(?:ne)?s?|[Gg]rams?|[Pp]ounds?|lbs?|[kK][gG]|[kK][tT]|Mt|mt|MT|Gt|[tTg])" + _GASES
)
#: tonnes of each spelling; MT is a metric ton to some and a megatonne to others
_TONNES: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes", "mt"), (1.0,)),
    **dict.fromkeys(("metricton", "metrictons", "metrictonne", "metrictonnes"), (1.0,)),
    **dict.fromkeys(("g", "gram", "grams"), (1e-6,)),
    **dict.fromkeys(("kg", "kilogram", "kilograms"), (1e-3,)),
    **dict.fromkeys(("kt", "kiloton", "kilotons", "kilotonne", "kilotonnes"), (1e3,)),
    **dict.fromkeys(("Mt", "mmt", "megaton", "megatons", "megatonne", "megatonnes"), (1e6,)),
    **dict.fromkeys(("Gt", "gigaton", "gigatons", "gigatonne", "gigatonnes"), (1e9,)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), (0.45359237e-3,)),
    "MT": (1.0, 1e6),
}


def _energy(match: re.Match[str]) -> tuple[float, ...]:
    joules = _PREFIXES[match["prefix"].lower()] * (3600.0 if match["hours"] else 1.0)
    return (joules / 3.6e9,)


def _compute(match: re.Match[str]) -> tuple[float, ...]:
    if match["alone"]:
        return (_PREFIXES[match["alone"].lower()],)
    return (_PREFIXES[match["prefix"].lower()] * (_TIMES[match["time"].lower()] if match["time"] else 1.0),)


def _mass(match: re.Match[str]) -> tuple[float, ...]:
    word = re.sub(r"\s", "", match["mass"])
    return _TONNES.get(word) or _TONNES[word.lower()]


#: of each unit of our fields: what its kind looks like, and how that is told in it
_KINDS: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[float, ...]]]] = {
    "MWh": (_ENERGY, _energy),
    "t": (_MASS, _mass),
    "FLOP": (_COMPUTE, _compute),
}
#: units of our fields whose figures sources print in others of their kind as well
MEASURED = tuple(_KINDS)


def unit_behind(text: str, at: int, unit: str) -> tuple[tuple[float, ...], int] | None:
    """What the unit that stands in a text at a place is in `unit`, such as 1000 for GWh in MWh, and where it ends.

    Several numbers if it can be meant in several ways, none if it is a unit of another kind, and None if no unit is
    known there. Raises KeyError if `unit` is none of `MEASURED`.
    """
    pattern, read = _KINDS[unit]
    if match := pattern.match(text, at):
        return read(match), match.end()
    others = (other.match(text, at) for other, _ in _KINDS.values())
    return next((((), match.end()) for match in others if match), None)
