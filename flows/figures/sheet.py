"""The sheet that a figure is drawn on: font, colours, title, source line. Only this module and `names` use matplotlib."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, fontManager, get_font
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from flows.about import LABEL, LICENCE_TITLE
from flows.figures.font import font_file
from flows.figures.plan import Both, Edition, Language, Plan, short_number

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Okabe and Ito 2008, "Color Universal Design": told apart with every kind of colour vision
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GREY, INK = "#0072B2", "#D55E00", "#CC79A7", "#999999", "#222222"
SOFT = "#666666"  #: small print
PALE = "#DDDDDD"  #: grid lines

#: a name of our own, so that no other font of the machine can be meant
_FAMILY = "kiban-figures"
_WIDTH = 10.0
_DPI = 150
POINT = _DPI / 72  #: pixels of a typographic point
#: of zlib's levels the one that makes drawings smallest, in half the time of the usual
_DEFLATED = {"compress_level": 3}
_RC: "dict[RcKeyType, Any]" = {
    "font.family": [_FAMILY],
    "font.size": 9.0,
    "text.color": INK,
    "text.parse_math": False,  # a name may have dollars in it
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.unicode_minus": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.linewidth": 0.6,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "svg.fonttype": "path",
    "svg.hashsalt": "kiban",
}


@cache
def _family() -> str:
    """Make the font known to matplotlib, once; return the name by which it is."""
    fontManager.ttflist.append(FontEntry(fname=str(font_file()), name=_FAMILY))
    return _FAMILY


@contextmanager
def drawing() -> Iterator[None]:
    """Draw by the settings above alone, whatever matplotlibrc there is."""
    _family()
    plain: dict[RcKeyType, Any] = {
        name: value for name, value in matplotlib.rcParamsDefault.items() if not name.startswith(("backend", "webagg"))
    }
    with matplotlib.rc_context(plain | _RC):
        yield


@cache
def _characters() -> frozenset[int]:
    return frozenset(get_font(str(font_file())).get_charmap())


def legible(text: str) -> str:
    """A text with a box in place of what the font cannot show; marks that turn the direction of writing are such."""
    there = _characters()
    return "".join(
        letter if letter == "\n" or (ord(letter) in there and letter.isprintable()) else "□" for letter in text
    )


@dataclass(frozen=True)
class Part:
    """One kind of models in bars by year: how it looks, and how many there are of each year."""

    word: Both
    colour: str
    hatch: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Sheet:
    """One picture in one language; axes are placed on it in fractions of what title and source line leave free."""

    figure: Figure
    language: Language
    edition: Edition

    def say(self, text: Both) -> str:
        """A text in the sheet's language, as the font can show it."""
        return legible(text.in_(self.language))

    def axes(self, left: float = 0.0, bottom: float = 0.0, width: float = 1.0, height: float = 1.0) -> Axes:
        """New axes on a part of the free area."""
        tall = self.figure.get_figheight()
        low, high = 0.72 / tall, 1 - 0.98 / tall
        x, y = 0.075 + left * 0.895, low + bottom * (high - low)
        return self.figure.add_axes((x, y, width * 0.895, height * (high - low)))

    def number(self, value: float) -> str:
        """A number as axes have it, in the sheet's language."""
        return short_number(value, self.language)

    def log(
        self, axes: Axes, which: Literal["x", "y"], values: Sequence[float], title: Both, plain: bool = False
    ) -> None:
        """Make an axis logarithmic, with a mark at every power of ten around the values, `plain` as 1e23."""
        axis = axes.xaxis if which == "x" else axes.yaxis
        low, high = min(values) / 2, max(values) * 3
        if math.ceil(math.log10(low)) > math.log10(high):  # no power of ten would lie within
            low = 10.0 ** math.floor(math.log10(low))
        if which == "x":
            axes.set_xscale("log")
            axes.set_xlim(low, high)
        else:
            axes.set_yscale("log")
            axes.set_ylim(low, high)
        axis.set_major_locator(FixedLocator([10.0**power for power in range(0, 30) if low <= 10.0**power <= high]))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(
            FuncFormatter(lambda value, _: f"{value:.0e}".replace("+", "") if plain else self.number(value))
        )
        axis.set_label_text(self.say(title))
        axes.grid(True, axis=which)

    def whole(self, axes: Axes, which: Literal["x", "y"]) -> None:
        """Mark an axis of counts at whole numbers."""
        axis = axes.xaxis if which == "x" else axes.yaxis
        axis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):,.0f}"))

    def time(self, axes: Axes, first: date, last: date) -> None:
        """Let the x axis run from a day to another, with a mark at each year."""
        start, end = (day_number(day) for day in (first, last))
        room = max((end - start) * 0.02, 20)
        axes.set_xlim(start - room, end + room)
        days = {year: day_number(date(year, 1, 1)) for year in range(first.year, last.year + 2)}
        within = {year: day for year, day in days.items() if start - room <= day <= end + room}
        axes.set_xticks(list(within.values()), [str(year) for year in within])

    def stack(self, axes: Axes, years: Sequence[int], parts: Sequence[Part], title: Both) -> None:
        """A bar for each year, of parts upon each other, the first one below, with a legend in the order of the parts."""
        base = [0] * len(years)
        for part in parts:
            axes.bar(
                years,
                part.counts,
                bottom=base,
                width=0.7,
                facecolor=part.colour,
                hatch=part.hatch or None,
                edgecolor=INK,
                linewidth=0.5,
            )
            base = [low + count for low, count in zip(base, part.counts, strict=True)]
        axes.set_xticks(years, [str(year) for year in years])
        axes.set_xlim(years[0] - 0.7, years[-1] + 0.7)
        axes.set_ylim(0, max(base) * 1.32)
        self.whole(axes, "y")
        axes.set_ylabel(self.say(title))
        keys = [
            (Patch(facecolor=part.colour, hatch=part.hatch or None, edgecolor=INK, linewidth=0.5), part.word)
            for part in reversed(parts)
        ]
        self.legend(axes, keys, None, 0.03, 0.99)

    def legend(self, axes: Axes, keys: Sequence[tuple[Artist, Both]], title: Both | None, x: float, y: float) -> None:
        """A legend of marks and what they mean, with its upper left corner at a place of the axes, in their fractions."""
        axes.add_artist(
            Legend(
                axes,
                [mark for mark, _ in keys],
                [self.say(text) for _, text in keys],
                title=title and self.say(title),
                loc="upper left",
                bbox_to_anchor=(x, y),
                alignment="left",
                borderpad=0,
                borderaxespad=0,
            )
        )


def marker(colour: str, shape: str, filled: bool = True) -> Line2D:
    """A point for a legend."""
    face = colour if filled else "none"
    return Line2D([], [], linestyle="", marker=shape, markerfacecolor=face, markeredgecolor=colour, markersize=6)


def day_number(day: date) -> float:
    """A day as a place on an axis of time."""
    return float(day.toordinal())


def picture(plan: Plan, edition: Edition, language: Language) -> tuple[bytes, bytes]:
    """Draw a figure; returns it as SVG and as PNG. The same plan and libraries give the same bytes."""
    with drawing():
        figure = Figure(figsize=(_WIDTH, plan.height), dpi=_DPI)
        FigureCanvasAgg(figure)
        sheet = Sheet(figure, language, edition)
        _head(sheet, plan)
        if plan.nothing is None:
            plan.draw(sheet)
        else:
            figure.text(0.5, 0.5, sheet.say(plan.nothing), ha="center", va="center", fontsize=12, color=SOFT)
        vector, raster = BytesIO(), BytesIO()
        figure.savefig(raster, format="png", metadata={"Software": None}, pil_kwargs=_DEFLATED)
        figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return vector.getvalue(), raster.getvalue()


def _head(sheet: Sheet, plan: Plan) -> None:
    """Title with the day, what is plotted, and at the foot what it rests on and where it comes from."""
    edition, tall = sheet.edition, plan.height
    day = Both(f"as of {edition.day}", f"{edition.day}時点")
    title = (
        f"{sheet.say(plan.title)} ({sheet.say(day)})"
        if sheet.language == "en"
        else f"{sheet.say(plan.title)}({sheet.say(day)})"
    )
    sheet.figure.text(0.02, 1 - 0.34 / tall, title, fontsize=14)
    sheet.figure.text(0.02, 1 - 0.62 / tall, sheet.say(plan.what), fontsize=9, color=SOFT)
    until = edition.collected_until
    beyond = Both(f" Models were looked for up to {until}.", f"モデルの収集は{until}まで。")
    ends = Both(".", "。")
    basis = f"{sheet.say(plan.basis)}{sheet.say(ends)}{sheet.say(beyond) if until and until < edition.day else ''}"
    source = Both(
        f"Source: {LABEL} {edition.version}, {LICENCE_TITLE}", f"出典: {LABEL} {edition.version}、{LICENCE_TITLE}"
    )
    sheet.figure.text(0.02, 0.24 / tall, basis, fontsize=7.5, color=SOFT)
    sheet.figure.text(0.02, 0.09 / tall, sheet.say(source), fontsize=7.5, color=SOFT)
