"""Characters that a reader of a text cannot see, or that are none, by their category in Unicode."""

import re
import unicodedata
from functools import cache

from flows.records.findings import Rule

BIDI = Rule("text.bidi", "there is a character that changes the direction of text", "delete it")
CONTROL = Rule("text.control", "there is a control character", "delete it")
ZERO_WIDTH = Rule("text.zero-width", "there is a character that cannot be seen", "delete it")
NO_CHARACTER = Rule(
    "text.no-character", "there is a character that means nothing to others", "write the one that was meant"
)
LONE_MARK = Rule(
    "text.lone-mark", "there is an accent or mark on no letter", "delete it, or write the letter before it"
)

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ASCII_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Of the category Cf, but signs over numbers, which are seen (Unicode: Prepended_Concatenation_Mark).
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters, marks and symbols by their category, and yet nothing is seen of them: joiner and fillers, vowels that
# Khmer does not write, the Braille pattern without dots, place for an object, selectors of a variant.
_BLANK = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\U000e0100-\U000e01ef]"
)
_EMOJI_SELECTORS, _EMOJI_BASES = "\ufe0e\ufe0f", "#*0123456789‼⁉〰〽"  # the bases beside those of category So


@cache
def rule_of(char: str) -> Rule | None:
    """The rule that a character breaks wherever it stands; None if it may stand in a text.

    Tabs and line ends may. Unassigned and private characters and U+FFFD, which stands for what could not be read, mean
    nothing to others; which are assigned, the Unicode version of Python decides.
    """
    category = unicodedata.category(char)
    if char in _BIDI:
        return BIDI
    if category == "Cc":
        return None if char in "\t\n" else CONTROL
    if category in ("Cn", "Co", "Cs") or char == "\ufffd":
        return NO_CHARACTER
    if (category in ("Cf", "Zl", "Zp") and char not in _SEEN) or _BLANK.match(char):
        return ZERO_WIDTH
    return None


def unseen(text: str) -> list[str]:
    """The characters of a text that break a rule, in their order; one that selects the look of an emoji breaks none."""
    if text.isascii():
        return _ASCII_CONTROL.findall(text)
    wrong = {char for char in set(text) if rule_of(char)}
    return [char for at, char in enumerate(text) if char in wrong and not _selects_emoji(text, at)] if wrong else []


def _selects_emoji(text: str, at: int) -> bool:
    base = text[at - 1] if at else ""
    return text[at] in _EMOJI_SELECTORS and base != "" and (base in _EMOJI_BASES or _is_symbol(base))


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sm", "Sk") and rule_of(char) is None


@cache
def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def has_marks(text: str) -> bool:
    """Whether there is any accent or mark in a text that is a character of its own."""
    return not text.isascii() and any(map(_is_mark, set(text)))


def lone_mark(text: str) -> str | None:
    """The first mark of a text that stands on no letter: at the beginning, or behind space."""
    if not has_marks(text):
        return None
    return next((c for before, c in zip(" " + text, text, strict=False) if _is_mark(c) and before.isspace()), None)
