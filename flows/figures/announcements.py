"""Announcements over time: a point a model, language models above the line, multimodal ones below."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked, named
from flows.figures.plan import Both, Plan, resting

if TYPE_CHECKING:
    from flows.figures.sheet import Sheet

# the largest of a quarter first; where sizes are not known, the first of it
_SQL = """
select
    case when list_contains(media, 'multimodal') then 'multimodal' else 'language' end as side,
    date_trunc('quarter', known_since)::date as quarter,
    name
from known
where list_has_any(media, ['multimodal', 'language-in', 'language-out'])
order by side, quarter, parameters desc nulls last, known_since, model_id
"""


@dataclass(frozen=True)
class Column:
    """The models of one quarter on one side of the line, the largest first."""

    quarter: date
    names: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """What is drawn: columns of language models and of multimodal ones."""

    language: tuple[Column, ...]
    multimodal: tuple[Column, ...]


def _columns(rows: list[tuple[object, ...]], side: str) -> tuple[Column, ...]:
    found: dict[date, list[str]] = {}
    for of, quarter, name in rows:
        if of == side and isinstance(quarter, date):
            found.setdefault(quarter, []).append(named(name))
    return tuple(Column(quarter, tuple(names)) for quarter, names in found.items())


def _total(columns: tuple[Column, ...]) -> int:
    return sum(len(column.names) for column in columns)


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    rows = asked.rows(_SQL)
    content = Content(_columns(rows, "language"), _columns(rows, "multimodal"))
    language, multimodal = _total(content.language), _total(content.multimodal)
    busiest = max((*content.language, *content.multimodal), key=lambda column: len(column.names), default=None)
    most = Both("", "")
    if busiest is not None:
        year, quarter, count = busiest.quarter.year, (busiest.quarter.month + 2) // 3, len(busiest.names)
        most = Both(
            f", most of one kind in {year}Q{quarter} ({count})", f"。1種類で最多は{year}年第{quarter}四半期の{count}"
        )
    return Plan(
        "announcements",
        Both("Foundation models as they were announced", "ファウンデーションモデルの発表"),
        Both(
            "One point a model, by quarter: language above the line, multimodal below; the largest of a quarter are named",
            "1点が1モデル(四半期ごと)。線の上が言語、下がマルチモーダル。各四半期の最大のモデルの名を示す",
        ),
        resting(
            language + multimodal, asked.known(), Both("of one other kind, or of no known kind", "他の単一種か不明")
        ),
        Both(
            f"Models by quarter of announcement: {language} of language, {multimodal} multimodal{most.en}.",
            f"公表四半期ごとのモデル数。言語{language}、マルチモーダル{multimodal}{most.ja}。",
        ),
        partial(_draw, content),
        None
        if language + multimodal
        else Both("No model of language or of several kinds is known.", "言語またはマルチモーダルのモデルがない。"),
    )


def _room(columns: tuple[Column, ...], most: int) -> float:
    """Points that the longest name needs beyond its column."""
    return 8 + 3.7 * max((len(name) for column in columns for name in column.names[:most]), default=0)


def _draw(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import BLUE, SOFT, VERMILLION, day_number, legible

    both = (*content.language, *content.multimodal)
    axes = sheet.axes(left=0.0)
    first, last = min(column.quarter for column in both), sheet.edition.day
    sheet.time(axes, first, last)
    left, right = axes.get_xlim()
    wide = axes.get_position().width * sheet.figure.get_figwidth() * 72 * 91 / (right - left)  # of a quarter, in points
    tall = axes.get_position().height * sheet.figure.get_figheight() * 72
    above = max((len(column.names) for column in content.language), default=0) + 1.5
    below = max((len(column.names) for column in content.multimodal), default=0) + 1.5
    most = max(1, int(wide // 8.5))  # names of a quarter find room beside each other
    over, under = (_room(columns, most) / tall for columns in (content.language, content.multimodal))
    unit = (above + below) / (1 - over - under)
    axes.set_ylim(-below - under * unit, above + over * unit)
    size = min(7.0, tall / unit * 0.8, wide * 0.7)
    for columns, turn, colour, shape in ((content.language, 1, BLUE, "o"), (content.multimodal, -1, VERMILLION, "s")):
        places = [(day_number(c.quarter) + 45, turn * (n + 1)) for c in columns for n in range(len(c.names))]
        axes.plot(
            [x for x, _ in places], [y for _, y in places], shape, color=colour, markersize=size, markeredgewidth=0
        )
        for column in columns:
            fitting = column.names[:most]
            for n, name in enumerate(fitting):
                x = day_number(column.quarter) + 45 + (n - (len(fitting) - 1) / 2) * 8.5 * 91 / wide
                y = turn * (len(column.names) + 0.8)
                va = "bottom" if turn > 0 else "top"
                axes.text(x, y, legible(name), rotation=90, ha="center", va=va, fontsize=6.5, color=SOFT)
    axes.axhline(0, color=SOFT, linewidth=0.8)
    sheet.whole(axes, "y")
    for y, va, text, colour in (
        (0.99, "top", Both("Language", "言語"), BLUE),
        (0.01, "bottom", Both("Multimodal", "マルチモーダル"), VERMILLION),
    ):
        axes.text(0.005, y, sheet.say(text), transform=axes.transAxes, va=va, color=colour, fontsize=11)
    axes.set_ylabel(sheet.say(Both("Models announced in the quarter", "四半期に公表されたモデル数")))
