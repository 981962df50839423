"""The one count of a cell: read if it can be meant in one way only, and otherwise told with all that it could be."""

import re
from dataclasses import dataclass, field

from flows.records.printed import ANY, FIGURE, Notation, normal, read_figure
from flows.records.scales import scales_of

#: no model that is worth a row has fewer parameters, so a smaller figure counts thousands, millions or billions
FEWEST = 1e5

_UNITS = (1e6, 1e9, 1e12)
_SPACED = re.compile(r"(?<![\w.,'-])([0-9]{1,3})((?: [0-9]{3})+)(?![0-9'])")
_NOUN = re.compile(
    r"(?:total|params?|param[eèéâ]t[er]\w*|weights?|параметр\w*|個の.*|.*(?:パラメ|参数|參數|매개변수|파라미터).*|[個个개])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\s-]*([^\W\d_]+)")
_IN_HEAD = re.compile(
    r"[(\[（]\s*(?:in\s+)?(\w+)(?:\s+(?:of\s+)?param\w*)?\s*[)\]）]|\bin\s+(\w+)\s*$|^(\w+)\s+of\s+param\w*$",
    re.IGNORECASE,
)
_HAN = {
    "千": 1e3,
    "百万": 1e6,
    "百萬": 1e6,
    "十億": 1e9,
    "十亿": 1e9,
    "億": 1e8,
    "亿": 1e8,
    "兆": 1e12,
    "万": 1e4,
    "萬": 1e4,
}


def _forms(text: str, notation: Notation) -> set[str]:
    """The text with the groups of 1 300 000 put together; also as it is, where they can be several numbers."""

    def join(match: re.Match[str]) -> str:
        is_one = len(match[2]) > len(" 000") or match[2] == " 000" or notation.thousands == " "
        return match[1] + match[2].replace(" ", "") if is_one else match[0]

    clear = _SPACED.sub(join, text)
    return {clear, _SPACED.sub(lambda match: match[0].replace(" ", ""), clear)}


def _shown(values: set[float]) -> str:
    return " or ".join(f"{value:,.15g}" for value in sorted(values))


def unit_in_head(head: str) -> float | None:
    """What a column counts by its head, such as 1e9 for "#Params (B)" or "sizes in billions"; None if it does not say."""
    match = _IN_HEAD.search(normal(head))
    word = next((group for group in match.groups() if group), "") if match else ""
    scales = (_HAN[word],) if word in _HAN else scales_of(word)
    return scales[0] if len(scales) == 1 else None


@dataclass
class _Meant:
    """What the figures of a text can count, whether a unit is wanting, and what stands in the way of reading it."""

    values: set[float] = field(default_factory=set)
    is_bare: bool = False
    fault: str | None = None


def _add(meant: _Meant, match: re.Match[str], text: str, notation: Notation, unit: float | None) -> None:
    """Add what one figure of a text can count."""
    word = match["scale"] or ""
    scaled = match["han"] or match["times"] or scales_of(word)
    read = list(read_figure(match, notation))
    if not read:
        meant.fault = f"{match[0]!r} is no number as tables write them; say `decimal` or `thousands`, or mend the cell"
    if word.casefold() in ("t", "g"):  # no tonnes and grams are counted
        read = read[1::2]
    meant.values |= {figure.value * (1.0 if scaled or unit is None else unit) for figure in read}
    meant.is_bare |= not scaled and unit is None
    behind = None if scaled else _WORD.match(text, match.end("plain") if match["plain"] else match.end())
    if behind and not _NOUN.fullmatch(behind[1]):
        meant.fault = f"{behind[1]!r} is no word of scale that is known; mend the cell"


def read_count(cell: str, notation: Notation = ANY, unit: float | None = None) -> tuple[float | None, str | None]:
    """Read the one count of a cell; returns it, or None and why there is none.

    `unit` is what a figure without a word of scale counts, where the table or who knows it says so. Without it, such
    a figure below `FEWEST` is none: 175 can be 175 million or 175 billion. Nor is one with a word behind it that is
    neither of scale nor of what is counted.
    """
    meant = _Meant()
    for text in sorted(_forms(normal(cell), notation)):
        for match in FIGURE.finditer(text):
            _add(meant, match, text, notation, unit)
    if len(meant.values) > 1:
        return None, f"several numbers could be meant: {_shown(meant.values)}"
    if meant.fault or not meant.values:
        return None, meant.fault or "no number stands there"
    value = meant.values.pop()
    if meant.is_bare and 0 < value < FEWEST:
        could = {value * scale for scale in _UNITS}
        return None, f"it is not said what it counts, it could be {_shown(could)}; say `unit` in the mapping"
    return value, None
