"""Access by quarter: which share of the models known by then could be used how."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked
from flows.figures.plan import Both, Plan, percent
from flows.figures.words import label_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from flows.figures.sheet import Sheet

# on the last day of each quarter, or on the day that the figure is of, if that comes first
_SQL = """
with days as (
    select distinct least((quarter + interval 3 month - interval 1 day)::date, getvariable('day')) as day
    from (
        select unnest(generate_series(
            date_trunc('quarter', min(known_since)), date_trunc('quarter', getvariable('day')), interval 3 month
        )) as quarter
        from known
    )
)
select days.day, codes.position, codes.label, count(*) as models_count
from days
join known on known.known_since <= days.day
join labels
    on known.model_id = labels.model_id
    and labels.axis = 'access'
    and labels.valid_from <= days.day
    and (labels.valid_to is null or labels.valid_to > days.day)
join axis_labels as codes on codes.axis = labels.axis and codes.label = labels.label
group by days.day, codes.position, codes.label
order by days.day, codes.position
"""
_LABELS = "select label from axis_labels where axis = 'access' order by label = 'unknown', position desc"
#: who may download the weights
OPEN = ("open", "conditional", "restricted")


@dataclass(frozen=True)
class Content:
    """What is drawn: labels from the most open on, days, and for each day how many models carry each label."""

    labels: tuple[str, ...]
    days: tuple[date, ...]
    counts: tuple[tuple[int, ...], ...]


def content_of(asked: Asked) -> Content:
    """How many models carry each label of access on the last day of each quarter."""
    labels = tuple(str(label) for (label,) in asked.rows(_LABELS))
    found: dict[date, dict[str, int]] = {}
    for day, _, label, count in asked.rows(_SQL):
        assert isinstance(day, date) and isinstance(count, int)
        found.setdefault(day, {})[str(label)] = count
    counts = tuple(tuple(of_day.get(label, 0) for label in labels) for of_day in found.values())
    return Content(labels, tuple(found), counts)


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    content = content_of(asked)
    now = dict(zip(content.labels, content.counts[-1], strict=True)) if content.counts else {}
    known, weights = sum(now.values()), sum(now.get(label, 0) for label in OPEN)
    return Plan(
        "access",
        Both("Who can use foundation models", "ファウンデーションモデルを誰が使えるか"),
        Both(
            "Share of the models known by then, on the last day of each quarter, from open weights (below) to unknown (above)",
            "各四半期末までに知られたモデルに占める割合。下がオープンな重み、上が不明",
        ),
        Both(
            f"{known:,} models; of {now.get('unknown', 0):,} no source says who can use them",
            f"{known:,}モデル。うち{now.get('unknown', 0):,}は利用について述べる出典がない",
        ),
        Both(
            f"On the last day, {percent(weights, known)} of {known} models have weights that people outside can get, "
            f"{percent(now.get('open', 0), known)} without conditions.",
            f"最後の日に、{known}モデルの{percent(weights, known)}は外部の者が重みを入手でき、"
            f"{percent(now.get('open', 0), known)}は条件なし。",
        ),
        partial(_draw, content),
        None if content.days else Both("No model is known on this day.", "この日に知られているモデルがない。"),
    )


def _draw(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, YELLOW, day_number

    looks = {
        "open": (GREEN, ""),
        "conditional": (SKY, ""),
        "restricted": (BLUE, ""),
        "free-service": (YELLOW, ""),
        "paid": (ORANGE, ""),
        "waitlist": (VERMILLION, ""),
        "app-only": (PURPLE, ""),
        "partial": (PURPLE, "////"),
        "withdrawn": (GREY, ""),
        "unreleased": (GREY, "\\\\\\\\"),
    }
    axes = sheet.axes(width=0.8)
    x = [day_number(day) for day in content.days]
    if len(x) == 1:
        x, counts = [x[0] - 45, x[0]], content.counts * 2
    else:
        counts = content.counts
    base = [0.0] * len(x)
    lines: list[tuple[float, str]] = []
    for n, label in enumerate(content.labels):
        shares = [100 * of_day[n] / max(sum(of_day), 1) for of_day in counts]
        top = [low + share for low, share in zip(base, shares, strict=True)]
        colour, hatch = looks.get(label, ("white", "..."))
        axes.fill_between(
            x, base, top, facecolor=colour, hatch=hatch or None, edgecolor=_edge(hatch, colour), linewidth=0.4
        )
        if shares[-1] > 0:
            lines.append(((base[-1] + top[-1]) / 2, f"{sheet.say(label_word(label))} {_rounded(shares[-1])} %"))
        base = top
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 100)
    years = {day.year: day_number(date(day.year, 1, 1)) for day in content.days}
    shown = {year: place for year, place in years.items() if place >= x[0]}
    axes.set_xticks(list(shown.values()), [str(year) for year in shown])
    axes.set_ylabel(sheet.say(Both("Share of models [%]", "モデルに占める割合 [%]")))
    _beside(lines, axes)


def _edge(hatch: str, colour: str) -> str:
    """Colour of the lines around and in an area."""
    return "white" if not hatch else "#BBBBBB" if colour == "white" else "#222222"


def _rounded(share: float) -> str:
    return f"{share:.0f}" if share >= 1 else "<1"


def _apart(heights: list[float]) -> list[float]:
    """Places of lines of text, from below: as near to their heights as they can be without touching, none above 100."""
    line = 3.6  # percent that a line of text is high
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + line) if placed else height)
    top = 100.0
    for n in reversed(range(len(placed))):
        placed[n] = min(placed[n], top)
        top = placed[n] - line
    return placed


def _beside(lines: list[tuple[float, str]], axes: "Axes") -> None:
    """Write labels beside the right border, each near its area and none on another."""
    for height, (real, text) in zip(_apart([real for real, _ in lines]), lines, strict=True):
        axes.annotate(
            text,
            (1, real / 100),
            xycoords="axes fraction",
            xytext=(1.03, height / 100),
            textcoords="axes fraction",
            va="center",
            fontsize=8,
            arrowprops={
                "arrowstyle": "-",
                "linewidth": 0.5,
                "color": "#999999",
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )
