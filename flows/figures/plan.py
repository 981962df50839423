"""What a figure is before it is drawn: its texts in both languages, what it rests on, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from flows.figures.sheet import Sheet

Language = Literal["en", "ja"]


_POWERS = {
    "en": ((1e15, "P"), (1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")),
    "ja": ((1e16, "京"), (1e12, "兆"), (1e8, "億"), (1e4, "万")),
}


class Both(NamedTuple):
    """One text in English and in Japanese."""

    en: str
    ja: str

    def in_(self, language: Language) -> str:
        """The text in a language."""
        return self.en if language == "en" else self.ja


@dataclass(frozen=True)
class Plan:
    """A figure that can be drawn.

    `title` names it, `what` says what is plotted, `basis` how many models it rests on and of how many
    nothing is known, `alt` tells in words what is to be seen. `draw` holds all that is drawn, and pickles.
    Where there is nothing to draw, `nothing` says so.
    """

    name: str
    title: Both
    what: Both
    basis: Both
    alt: Both
    draw: "Callable[[Sheet], None]"
    nothing: Both | None = None
    height: float = 6.25  #: inches; the width is that of all


@dataclass(frozen=True)
class Edition:
    """Of which release, and of which day, figures are."""

    version: str
    day: date
    collected_until: date | None = None
    models: int = 0  #: known by the day


def resting(shown: int, known: int, missing: Both) -> Both:
    """How many models a figure shows of those known by the day, and what the rest lacks."""
    rest = known - shown
    return Both(
        f"{shown:,} of {known:,} models" + (f"; {rest:,} {missing.en}" if rest else ""),
        f"{known:,}モデル中{shown:,}" + (f"。{rest:,}モデルは{missing.ja}" if rest else ""),
    )


def short_number(value: float, language: Language) -> str:
    """A number as figures have it: 175B, 1750億."""
    for power, word in _POWERS[language]:
        if value >= power:
            return f"{value / power:.3g}{word}" if value / power < 1000 else f"{value / power:.0f}{word}"
    return f"{value:.3g}"


def percent(part: int, whole: int) -> str:
    """A share in whole percent."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"
