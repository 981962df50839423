"""What is looked for on a page, and when it counts as found: the rule is said at `is_found`."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from flows.records.printed import FIGURE, SUPERSCRIPTS, converted, figures, listed, read_figure
from schemas.fields import COLUMNS

#: characters around a place that the record names, within which a figure is near it: a page of print or so
AROUND_PLACE = 3000
#: characters around a word of the field, within which a figure is near it: a line and a half of print
AROUND_WORD = 120
#: letters of a term that counts wherever it stands; "MIT" is as often an affiliation as a licence
SHORTEST_TERM = 4
#: letters and digits of a figure printed with its unit that counts wherever it stands
SHORTEST_FIGURE = 3
#: from here on, a figure of two digits or more counts wherever it stands
LARGE = 1e6

# By what words texts name what a field holds: those of its meaning and unit in `schemas.fields`, and of tables and
# configuration files.
_WORDS = {
    "parameters": r"param|weights|\bsize\b|パラメー?タ|参数|매개변수|파라미터",
    "active_parameters": r"param|activ|パラメー?タ|参数",
    "experts": r"expert|エキスパート|专家",
    "layers": r"layer|\bdepth|block|レイヤ|層|层|레이어",
    "context_length": r"context|sequence|token|\blength|window|\bn_?ctx|position|トークン|最大長|长度",
    "training_tokens": r"token|トークン|토큰|词",
    "training_flop": r"flop|compute|operations|計算量|计算量",
    "training_energy_mwh": r"energy|wh\b|watt|electricity|電力|能耗",
    "training_co2e_t": r"co_?\{?2|carbon|emission|tonnes|排出|排放",
    "language_count": r"language|lingual|言語|语言|언어",
    "language_shares": r"language|english|percent|%|言語|语言",
    "relative_to": r"\b(?:fewer|less|more|times|than|smaller|larger|lower|fraction|compared|reduc)|[0-9]x\b|倍",
}
_PATTERNS = {field: re.compile(words) for field, words in _WORDS.items()}

_ALIKE = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣-"), "-"),
    **dict.fromkeys(map(ord, "‘’‛′`´"), "'"),
    **dict.fromkeys(map(ord, "“”„″«»"), '"'),
    ord("\u2044"): "/",
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff")),
}
_NUMBERED = re.compile(r"(table|figure|fig|sections?|sec|appendix|chapter|表|図|图)\.? ?([a-z]?[0-9]*(?:\.[0-9]+)*)")
_NAMES = {
    "table": "tab(?:le)?",
    "figure": "fig(?:ure)?",
    "fig": "fig(?:ure)?",
    "section": "sec(?:tion)?",
    "sec": "sec(?:tion)?",
}
_HEADED = ("section", "sec", "appendix", "chapter")
_SPACED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:\s?[a-z]+)?")  # 175 000 000
_BEGINS = re.compile(r"\.?[0-9]|\b[oteshfnq](?:ne|wo|hree|our|ive|ix|even|ight|ine|en|leven|welve|alf|hird|uarter)")
_IN_WORD = re.compile(r"[a-z0-9_]")
_MOST_PLACES, _TITLE_WORDS = 500, 3
_TOP = 1000  # characters at the top of a page, where its own title stands
# What servers write on top of a page that is not there, under 200 instead of 404. It speaks of a page, or gives the number:
# that something "was not found" is written in papers too.
_APOLOGY = re.compile(
    r"\bpage\b[^\n.:]{0,60}?(?:\bnot|n't|\bcannot|\bno longer)(?: be)? (?:found|exists?|available)\b"
    r"|\b404\b[^\n]{0,3}\b(?:error|(?:page )?not found)\b|\berror 404\b"
    r"|ページ[^\n。]{0,20}(?:見つかりません|存在しません)|页面(?:不存在|未找到)|페이지를 찾을 수 없"
)


@dataclass(frozen=True)
class Sought:
    """One statement's printed figure (with its `value`) or term, and where in the source it should stand."""

    statement_id: str
    field: str
    printed: str
    value: float | None = None
    location: str | None = None


@dataclass(frozen=True)
class Page:
    """A page's text as it is compared, and its figures by value: value, start, end."""

    text: str
    figures: tuple[tuple[float, int, int], ...]

    @classmethod
    def of(cls, text: str) -> "Page":
        """Fold a text and read its figures, once for all that is looked for in it."""
        text = folded(text)
        return cls(text, tuple(sorted(_figures_at(text))))


def folded(text: str) -> str:
    """A text as it is compared: NFKC, case folded, one kind of dash and quote, runs of blanks as one."""
    raised = "".join(map(chr, SUPERSCRIPTS))
    text = re.sub(f"10([{raised}]+)", lambda match: "10^" + match[1].translate(SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text).translate(_ALIKE).casefold()
    return re.sub(r" ?\n[\s]*", "\n", re.sub(r"[^\S\n]+", " ", text)).strip()


def _figures_at(text: str) -> Iterator[tuple[float, int, int]]:
    """Every figure of a folded text, in each way in which it can be meant; not those inside of words, such as v4."""
    end = 0
    for start in (match.start() for match in _BEGINS.finditer(text)):
        match = FIGURE.match(text, start) if start >= end else None
        if match is None:
            continue
        end = match.end()
        if not _IN_WORD.match(text, start - 1) or start == 0:
            for figure in (*read_figure(match), *listed(match), *converted(match, text)):
                yield figure.value, start, end
    for match in _SPACED.finditer(text):
        for figure in figures(match[0]):
            yield figure.value, *match.span()


def _term(term: str) -> re.Pattern[str]:
    """A folded term that is no part of a longer word or number, broken over lines or not, hyphened or in two words."""
    pieces: list[str] = []
    for before, char in zip(" " + term, term, strict=False):
        if char in "- \n":
            pieces.append(r"[-\s]{0,3}" if pieces and not pieces[-1].startswith("[") else "")
            continue
        if before.isalpha() and char.isalpha():
            pieces.append(r"\s?" if max(before, char) > "\u2e7f" else r"(?:-?\n)?")
        pieces.append(re.escape(char))
    left = r"(?<![a-z0-9])(?<![0-9][.,])" if re.match(r"[a-z0-9.]", term) else ""
    right = r"(?![a-z0-9])(?![.,][0-9])" if re.search(r"[a-z0-9]$", term) else ""
    return re.compile(left + "".join(pieces) + right)


def _places(page: Page, location: str | None) -> list[tuple[int, int]]:
    """The stretches around the places that a record's `at` can mean: tables, sections, headings, keys, files."""
    found: list[tuple[int, int]] = []
    for part in map(str.strip, re.split(r"[;,:()]|\bof\b|\band\b", folded(location or ""))):
        patterns: list[str] = []
        numbered = _NUMBERED.fullmatch(part)
        if numbered and numbered[2]:
            word, number = numbered[1].removesuffix("s"), re.escape(numbered[2])
            patterns.append(rf"\b{_NAMES.get(word, word)}s?\.?\s?{number}(?![0-9]|\.[0-9])")
            if word in _HEADED:
                patterns.append(rf"(?m:^){number}\.?\s[^\W\d]")
        elif sum(map(str.isalnum, part)) >= SHORTEST_TERM or re.search(r"[^\x00-\x7f]{2}", part):
            patterns.append(_term(part).pattern)
        for pattern in patterns:
            spans = (match.span() for match in re.finditer(pattern, page.text))
            found.extend((start - AROUND_PLACE, end + AROUND_PLACE) for start, end in spans)
    return found[:_MOST_PLACES]


def _values(sought: Sought) -> list[tuple[float, float]]:
    """The values that a figure on the page may have, each with the precision to which the record prints it."""
    assert sought.value is not None
    values = [sought.value, *([1 / sought.value] if sought.field == "relative_to" and sought.value else [])]
    field = COLUMNS.get(sought.field)
    printed = figures(sought.printed, field.unit if field else None)
    meant = [(value, [f.tolerance for f in printed if f.means(value)]) for value in values]
    return [(value, min(tolerances)) for value, tolerances in meant if tolerances] or [(v, 0.0) for v in values]


def is_found(page: Page, sought: Sought) -> bool:
    """Whether a page still says what a statement says.

    A figure is found where the page has

    1. the printed text itself, as a whole word, if it has a unit and three letters or digits (175B, 92.6%, 96 layers); or
    2. a figure that means the value, to the precision of `printed`, however it is written (175 billion, 1750億); if it
       is a million or more and has two significant digits or more, anywhere; otherwise (96, 2048, 7B) only near to
       a word of the field (layers, tokens, …): `AROUND_WORD` characters, or near to the place that the record names
       (Table 2.1, Abstract, a heading, a file): `AROUND_PLACE` characters.

    A term is found where the page has it as a whole word, whatever the case, width, blanks, hyphens and line breaks; one
    of three letters or less only near to the place. The thresholds are ours: they are chosen so that a bare
    number of a long page is no evidence, and a table's figure is near to its caption.
    """
    places: list[tuple[int, int]] | None = None

    def is_near(start: int, end: int) -> bool:
        nonlocal places
        words = _PATTERNS.get(sought.field)
        if (
            words
            and sought.value is not None
            and words.search(page.text, max(0, start - AROUND_WORD), end + AROUND_WORD)
        ):
            return True
        places = _places(page, sought.location) if places is None else places
        return any(low <= start and end <= high for low, high in places)

    term = folded(sought.printed)
    size = sum(map(str.isalnum, term))
    if sought.value is None:
        counts = size >= SHORTEST_TERM or any(char > "\u2e7f" for char in term)
    else:
        counts = size >= SHORTEST_FIGURE and re.search(r"\d.*(?:[^\W\d]|%)|[^\W\d].*\d", term, re.DOTALL) is not None
    for match in _term(term).finditer(page.text) if size else ():
        if counts or is_near(*match.span()):
            return True
    if sought.value is None:
        return False
    for value, tolerance in _values(sought):
        room = tolerance * (1 + 1e-9) + 1e-9 * abs(value)
        first = bisect_left(page.figures, (value - room, 0, 0))
        for figure, start, end in page.figures[first:]:
            if figure > value + room:
                break
            digits = re.sub(r"[^0-9]", "", page.text[start:end]).strip("0")
            if (figure >= LARGE and len(digits) > 1) or is_near(start, end):
                return True
    return False


def has_title(page: Page, title: str) -> bool:
    """Whether a page bears a title: its words in one run, or most of three or more in its first thousand characters.

    One that says there that the page is not found bears none, whatever it repeats of what was asked for.
    """
    words = re.findall(r"\w+", folded(title))
    if not words or _APOLOGY.search(page.text, 0, _TOP):
        return False
    run = re.search(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", page.text)
    if run and sum(map(len, words)) >= SHORTEST_TERM:
        return True
    top = set(re.findall(r"\w+", page.text[:_TOP]))
    long = {word for word in words if len(word) >= SHORTEST_TERM or not word.isascii()}
    return len(long) >= _TITLE_WORDS and len(long & top) / len(long) >= 3 / 4  # "model card" is no title
