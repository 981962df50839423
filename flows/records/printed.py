"""Figures as sources print them: 175B, 175 billion, 1750億 and 175,000,000,000 are one number."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod

#: what the word or letter behind a figure stands for
SCALES = {
    **dict.fromkeys(("k", "thousand", "thousands"), 1e3),
    **dict.fromkeys(("m", "mn", "million", "millions"), 1e6),
    **dict.fromkeys(("b", "bn", "g", "billion", "billions"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), 1e12),
    "hundred": 1e2,
}
_UNITS_TOO = ("t", "g")  # tonnes and grams are written like trillions and billions
_HAN = {"千": 1e3, **dict.fromkeys("万萬만", 1e4), **dict.fromkeys("億亿억", 1e8), **dict.fromkeys("兆조", 1e12)}
_PARTS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4}
_COUNTS = {
    word: float(number)
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
#: raised digits and signs, and the plain ones
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

#: two figures that differ by no more of the smaller one are the same one: sources round, and print other digits.
#: `flows/sql/ranked.sql` says when a fact is `disputed` by the same measure (a test holds it to this one).
AGREE_WITHIN = 0.01

_DIGITS = r"(?:[0-9]{1,3}(?:[,\u202f][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_TO_THE = r"10\s*(?:\^|\*\*)?\s*\{?(?P<%s>[+-]?[0-9]{1,2})\}?(?![0-9])"
#: one alternative a way of writing; the first that fits takes the text, so that no part of it is read again
FIGURE = re.compile(
    rf"(?P<han>(?:{_DIGITS}\s*[{''.join(_HAN)}]+)+)"
    rf"|(?P<over>[0-9]+)\s*/\s*(?P<under>[0-9]+)"
    rf"|(?P<digits>{_DIGITS})(?:[eE](?P<e>[+-]?[0-9]{{1,2}})(?![0-9])|\s*(?:[x×*·]|\\times)\s*{_TO_THE % 'ten'})"
    rf"|(?<![0-9.])10\s*(?:\^|\*\*)\s*\{{?(?P<power>[+-]?[0-9]{{1,2}})\}}?(?![0-9])"
    rf"|(?P<plain>{_DIGITS})(?:[\s-]*(?P<scale>[A-Za-z]+))?"
    rf"|\b(?:one[\s-]+)?(?P<part>{'|'.join(_PARTS)})\b"
    rf"|\b(?P<count>{'|'.join(_COUNTS)})\b(?:[\s-]+(?P<times>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b)?",
    re.IGNORECASE,
)
_HAN_PART = re.compile(rf"({_DIGITS})\s*([{''.join(_HAN)}]+)")


@dataclass(frozen=True)
class Figure:
    """A number as printed, with half a unit of its last printed digit as tolerance."""

    value: float
    tolerance: float

    def means(self, value: float) -> bool:
        """Whether `value` is this figure within its printed precision."""
        return abs(value - self.value) <= self.tolerance * (1 + 1e-9) + 1e-12 * abs(value)


def _number(digits: str, scale: float = 1.0) -> Figure:
    bare = re.sub(r"[^0-9.]", "", digits)
    decimals = len(bare.partition(".")[2])
    return Figure(float(bare) * scale, 10.0**-decimals * scale / 2)


def scaled(digits: str, scale: str) -> Figure:
    """Read digits with the word or letter of `SCALES` that stands behind them, such as 6.7 and b."""
    return _number(digits, SCALES[scale.lower()])


def agree(one: float, other: float) -> bool:
    """Whether two figures are the same one: within 1 % of the smaller."""
    return abs(one - other) <= AGREE_WITHIN * min(one, other)


def read_figure(match: re.Match[str]) -> Iterator[Figure]:
    """Yield what one printed figure, a match of `FIGURE`, can mean."""
    if match["han"]:
        parts = [
            _number(digits, prod(_HAN[sign] for sign in signs)) for digits, signs in _HAN_PART.findall(match["han"])
        ]
        yield Figure(sum(part.value for part in parts), parts[-1].tolerance)
    elif match["over"]:
        if int(match["under"]):
            yield Figure(int(match["over"]) / int(match["under"]), 1e-6)
    elif match["digits"]:
        yield _number(match["digits"], 10.0 ** int(match["e"] or match["ten"]))
    elif match["power"]:
        yield Figure(10.0 ** int(match["power"]), 10.0 ** int(match["power"]) / 2)
    elif match["plain"]:
        name = (match["scale"] or "").lower()
        if name not in SCALES or name in _UNITS_TOO:
            yield _number(match["plain"])
        if name in SCALES:
            yield _number(match["plain"], SCALES[name])
        if name == "k":  # lengths are counted in 1024
            yield Figure(_number(match["plain"]).value * 1024, 0.5)
    elif match["part"]:
        yield Figure(_PARTS[match["part"].lower()], 1e-6)
    else:
        scale = SCALES.get((match["times"] or "").lower(), 1.0)
        yield Figure(_COUNTS[match["count"].lower()] * scale, scale / 2 if scale > 1 else 1e-6)


@lru_cache(maxsize=50_000)
def figures(printed: str) -> tuple[Figure, ...]:
    """Read every figure out of a printed text, in each way in which it can be meant."""
    text = re.sub(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)", lambda match: "10^" + match[1].translate(SUPERSCRIPTS), printed)
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("\u2044", "/")
    joined = re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", text)  # 175 000, but also the end of "GPT-3 175B"
    return tuple(
        figure for form in dict.fromkeys((text, joined)) for m in FIGURE.finditer(form) for figure in read_figure(m)
    )


def contains(printed: str, value: float) -> bool:
    """Whether the printed text contains `value`, within the precision in which it is printed."""
    return any(figure.means(value) for figure in figures(printed))
