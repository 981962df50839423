"""Figures as sources print them: 175B, 175 billion, 1750億, 175.000.000.000 and 175 milliards are one number."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

from flows.records.scales import RUN, SCALES, numbers_in, pieces_of, scales_of
from flows.records.units import MEASURED, unit_behind

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
_SIGNS = str.maketrans("−\u2044’‘ʼ", "-/'''")

#: two figures that differ by no more of the smaller one are the same one: sources round, and print other digits.
#: `flows/sql/ranked.sql` says when a fact is `disputed` by the same measure (a test holds it to this one).
AGREE_WITHIN = 0.01

#: letters of words of scale: Latin, accented or not, and Cyrillic; no × and no ÷
_LETTER = r"[A-Za-zÀ-ÖØ-öø-ɏЀ-ӿḀ-ỿ]"
_ANY_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_POWER = r"\s*(?:\^|\*\*)?\s*\{?(?P<%s>[+-]?[0-9]{1,2})\}?(?![0-9])"
#: one alternative a way of writing; the first that fits takes the text, so that no part of it is read again
FIGURE = re.compile(
    rf"(?P<han>(?:{RUN}\s*[{''.join(_HAN)}]+)+)"
    rf"|(?P<over>[0-9]+)\s*/\s*(?P<under>[0-9]+)"
    rf"|(?P<digits>{RUN})(?:[eE](?P<e>[+-]?[0-9]{{1,2}})(?![0-9])|\s*(?:[x×*·]|\\times)\s*10{_POWER % 'ten'})"
    rf"|(?<![0-9.])10\s*(?:\^|\*\*)\s*\{{?(?P<power>[+-]?[0-9]{{1,2}})\}}?(?![0-9])"
    rf"|(?P<plain>{RUN})(?:[\s-]*(?P<scale>{_LETTER}+)(?:\s+(?P<more>{_ANY_SCALE})\b)?)?"
    rf"|\b(?:one[\s-]+)?(?P<part>{'|'.join(_PARTS)})\b"
    rf"|\b(?P<count>{'|'.join(_COUNTS)})\b(?:[\s-]+(?P<times>{_ANY_SCALE})\b)?",
    re.IGNORECASE,
)
#: what every unit that is converted on pages has in it, and how near behind a figure: a page has many figures
_STEM = re.compile(
    r"w[\s·-]?h|watt|flop|[pezty]f|co_?\{?2|ton|joule|[tg]j\b|pound|lbs?\b|k(?:g|ilo)|[kmg]t\b", re.IGNORECASE
)
_NEAR = 30
#: between two figures of one unit, which only the second bears
_RANGE = re.compile(r"\s*(?:-|–|to|and|or|±|\+/-)\s*(?=\.?[0-9])")
_HAN_PART = re.compile(rf"({RUN})\s*([{''.join(_HAN)}]+)")


@dataclass(frozen=True)
class Figure:
    """A number as printed, with half a unit of its last printed digit as tolerance."""

    value: float
    tolerance: float

    def means(self, value: float) -> bool:
        """Whether `value` is this figure within its printed precision."""
        return abs(value - self.value) <= self.tolerance * (1 + 1e-9) + 1e-12 * abs(value)

    def times(self, factor: float) -> "Figure":
        """The same figure in a smaller unit."""
        return Figure(self.value * factor, self.tolerance * factor)


@dataclass(frozen=True)
class Notation:
    """How a table writes numbers, as far as that is known: signs, and which scale English words are of."""

    decimal: str | None = None
    thousands: str | None = None
    scale: str | None = None


#: nothing is known of how numbers are written
ANY = Notation()


def _number(digits: str, scale: float = 1.0) -> Figure:
    decimals = len(digits.partition(".")[2])
    return Figure(float(digits) * scale, 10.0**-decimals * scale / 2)


def scaled(digits: str, scale: str) -> Figure:
    """Read digits with the word or letter of `SCALES` that stands behind them, such as 6.7 and b."""
    return _number(digits, SCALES[scale.lower()])


def agree(one: float, other: float) -> bool:
    """Whether two figures are the same one: within 1 % of the smaller."""
    return abs(one - other) <= AGREE_WITHIN * min(one, other)


def normal(text: str) -> str:
    """A text with plain digits and signs: NFKC, powers of ten with a ^, one kind of minus, slash and apostrophe."""
    text = re.sub(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)", lambda match: "10^" + match[1].translate(SUPERSCRIPTS), text)
    return unicodedata.normalize("NFKC", text).translate(_SIGNS)


def _han(text: str, notation: Notation) -> Iterator[Figure]:
    """A sum of parts with Chinese signs, such as 1兆7500億, in each way in which its digits can be meant."""
    parts = [
        [
            _number(number, prod(_HAN[sign] for sign in signs))
            for number in numbers_in(run, notation.decimal, notation.thousands)
        ]
        for run, signs in _HAN_PART.findall(text)
    ]
    for chosen in product(*parts):
        yield Figure(sum(part.value for part in chosen), chosen[-1].tolerance)


def _plain(match: re.Match[str], notation: Notation) -> Iterator[Figure]:
    """Digits with a word behind them, in each way in which both can be meant."""
    run, name = match["plain"], (match["scale"] or "").casefold()
    comma = "," in run and len(numbers_in(run, ",")) == 1 and not numbers_in(run, ".")
    scales = scales_of(name, comma, notation.scale)
    if match["more"]:
        scales = tuple(one * more for one in scales for more in scales_of(match["more"], comma, notation.scale))
    for number in numbers_in(run, notation.decimal, notation.thousands):
        if not scales or name in _UNITS_TOO:
            yield _number(number)
        yield from (_number(number, scale) for scale in scales)
        if name == "k" and not match["more"]:  # lengths are counted in 1024
            yield Figure(_number(number).value * 1024, 0.5)


def read_figure(match: re.Match[str], notation: Notation = ANY) -> Iterator[Figure]:
    """Yield what one printed figure, a match of `FIGURE`, can mean as a whole."""
    if match["han"]:
        yield from _han(match["han"], notation)
    elif match["over"]:
        if int(match["under"]):
            yield Figure(int(match["over"]) / int(match["under"]), 1e-6)
    elif match["digits"]:
        power = 10.0 ** int(match["e"] or match["ten"])
        run, decimals = match["digits"], [notation.decimal] if notation.decimal else [".", ","]
        found = next(filter(None, (numbers_in(run, decimal, notation.thousands) for decimal in decimals)), [])
        yield from (_number(number, power) for number in found)
    elif match["power"]:
        yield Figure(10.0 ** int(match["power"]), 10.0 ** int(match["power"]) / 2)
    elif match["plain"]:
        yield from _plain(match, notation)
    elif match["part"]:
        yield Figure(_PARTS[match["part"].lower()], 1e-6)
    else:
        scale = SCALES.get((match["times"] or "").lower(), 1.0)
        yield Figure(_COUNTS[match["count"].lower()] * scale, scale / 2 if scale > 1 else 1e-6)


def listed(match: re.Match[str]) -> Iterator[Figure]:
    """Yield the numbers of a match of `FIGURE` that can be a list, such as 12,24,96, the last one with its word."""
    run = match["plain"] or ""
    whole = numbers_in(run) if run else []
    scales = scales_of(match["scale"] or "")
    pair = re.fullmatch("[0-9]+,[0-9]+", run) and whole == [run.replace(",", ".")] and not scales
    if run and (pair or not whole):
        *first, last = pieces_of(run)
        yield from map(_number, first)
        yield from (_number(last, scale) for scale in (1.0, *scales))


def _with_unit(match: re.Match[str], text: str, unit: str) -> tuple[list[Figure], tuple[float, ...] | None, int]:
    """What a figure can mean, what the unit behind it is in another (None if none is there), and where it ends."""
    bare = FIGURE.match(match["plain"]) if match["scale"] else None
    behind = unit_behind(text, match.end("plain"), unit) if bare else None
    if bare and (behind or not scales_of(match["scale"])):  # what looked like a word of scale is none
        read, end = list(read_figure(bare)), match.end("plain")
    else:
        read, end = list(read_figure(match)), match.end()
        behind = unit_behind(text, end, unit)
    return (read, *behind) if behind else (read, None, end)


def converted(match: re.Match[str], text: str) -> Iterator[Figure]:
    """Yield what a match of `FIGURE` in a text is in the unit of our fields, if it has another of its kind behind it."""
    at = match.end("plain") if match["plain"] else match.end()
    if not _STEM.search(text, at, at + _NEAR):
        return
    for unit in MEASURED:
        read, factors, _ = _with_unit(match, text, unit)
        yield from (figure.times(factor) for figure in read for factor in factors or () if factor != 1.0)


def _measured(text: str, unit: str) -> Iterator[Figure]:
    """Yield what the figures of a text are in a field's unit, by the units printed behind them, or by none if none is."""
    at = 0
    open_range: list[Figure] = []
    while match := FIGURE.search(text, at):
        read, factors, at = _with_unit(match, text, unit)
        if factors is None and _RANGE.match(text, at):  # the unit of 21 to 25 GWh is that of both
            open_range.extend(read)
            continue
        for factor in (1.0,) if factors is None else factors:
            yield from (figure.times(factor) for figure in (*open_range, *read))
        open_range = []


@lru_cache(maxsize=50_000)
def figures(printed: str, unit: str | None = None) -> tuple[Figure, ...]:
    """Read every figure out of a printed text, in each way in which it can be meant.

    With the `unit` of a field of `schemas.fields`, a figure with another unit of the same kind behind it is told in that
    of the field (21.58 GWh is 21580 MWh), and one with a unit of another kind is none.
    """
    text = normal(printed)
    joined = re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", text)  # 175 000, but also the end of "GPT-3 175B"
    found: list[Figure] = []
    for form in dict.fromkeys((text, joined)):
        if unit in MEASURED:
            found.extend(_measured(form, unit))
        else:
            found.extend(figure for match in FIGURE.finditer(form) for figure in (*read_figure(match), *listed(match)))
    return tuple(found)


def claims(printed: str, factor: float) -> bool:
    """Whether the printed text claims a factor against another model.

    As such (1/7), the other way round (7x fewer), as what is left or saved in percent (40 % less is 0.6), or as the two
    figures themselves (1.3B against 175B).
    """
    if factor == 0 or contains(printed, factor) or contains(printed, 1 / factor):
        return True
    if "%" in normal(printed) and (contains(printed, 100 * factor) or contains(printed, 100 * (1 - factor))):
        return True
    values = [figure.value for figure in figures(printed) if figure.value]
    return any(agree(one / other, factor) for one in values for other in values)


def contains(printed: str, value: float, unit: str | None = None) -> bool:
    """Whether the printed text contains `value`, which is in `unit`, within the precision in which it is printed."""
    return any(figure.means(value) for figure in figures(printed, unit))
