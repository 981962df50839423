"""Open against closed at the frontier: the largest and the most trained model of each day, with and without weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked, named
from flows.figures.plan import Both, Plan

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from flows.figures.sheet import Sheet

# a day on which anything of this begins or ends is a day on which the largest can change
_SQL = """
with held as (
    select
        known.model_id, known.name, known.{size} as size,
        access_group(labels.label) = 'weights' as is_open,
        greatest(labels.valid_from, known.known_since) as held_from,
        labels.valid_to
    from known
    join labels on known.model_id = labels.model_id and labels.axis = 'access' and labels.label <> 'unknown'
    where known.{size} > 0 and held_from <= getvariable('day') and (labels.valid_to is null or labels.valid_to > held_from)
),
days as (
    select held_from as day from held
    union
    select valid_to from held where valid_to <= getvariable('day')
)
select
    held.is_open, days.day,
    max(held.size) as size,
    (array_agg(held.name order by held.size desc, held.held_from, held.model_id))[1] as name
from days
join held on held.held_from <= days.day and (held.valid_to is null or held.valid_to > days.day)
group by held.is_open, days.day
order by held.is_open, days.day
"""
_COUNTED = """
select count(*) from known where {size} > 0 and model_id in (
    select model_id from labels where axis = 'access' and label <> 'unknown' and valid_from <= getvariable('day')
)
"""
_CLOSED = """
select count(*), count(*) filter (parameters is null) from known where access_group(access) not in ('weights', 'unknown')
"""


@dataclass(frozen=True)
class Step:
    """The largest model from a day on, until the next step."""

    day: date
    size: float
    name: str


@dataclass(frozen=True)
class Content:
    """What is drawn: of parameters and of computation, the steps of open and of closed models, and how many models."""

    parameters: tuple[tuple[Step, ...], tuple[Step, ...]]
    flop: tuple[tuple[Step, ...], tuple[Step, ...]]


def _steps(asked: Asked, size: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    sides: tuple[list[Step], list[Step]] = ([], [])
    for is_open, day, most, name in asked.rows(_SQL.format(size=size)):
        assert isinstance(day, date) and isinstance(most, int | float)
        side = sides[0 if is_open else 1]
        if not side or (side[-1].size, side[-1].name) != (float(most), named(name)):
            side.append(Step(day, float(most), named(name)))
    return tuple(sides[0]), tuple(sides[1])


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    content = Content(_steps(asked, "parameters"), _steps(asked, "flop"))
    sized, trained = (asked.number(_COUNTED.format(size=size)) for size in ("parameters", "flop"))
    known = asked.known()
    closed, sizeless = (int(str(number)) for number in asked.rows(_CLOSED)[0])
    now = [steps[-1].name if steps else None for steps in content.parameters]
    return Plan(
        "frontier",
        Both("Open and closed at the frontier", "最前線のオープンとクローズド"),
        Both(
            "The largest and the most trained model on each day: open if outsiders can get the weights then, closed if it is "
            "served, held back or ended",
            "各日の最大のモデルと学習計算量が最多のモデル。その日に外部の者が重みを入手できればオープン、それ以外はクローズド",
        ),
        Both(
            f"{sized:,} of {known:,} models have known size and access, {trained:,} known computation (or an estimate); "
            f"{sizeless:,} of the {closed:,} closed ones have no known size",
            f"{known:,}モデル中、規模と利用が分かるもの{sized:,}、学習計算量(推定を含む)が分かるもの{trained:,}。"
            f"クローズド{closed:,}のうち{sizeless:,}は規模不明",
        ),
        Both(
            f"On the last day the largest open model is {now[0] or 'not known'}, the largest closed one {now[1] or 'not known'}.",
            f"最後の日に最大のモデルは、オープンでは{now[0] or '不明'}、クローズドでは{now[1] or '不明'}。",
        ),
        partial(_draw, content),
        None
        if any((*content.parameters, *content.flop))
        else Both("No model has known size and access.", "規模と利用の分かるモデルがない。"),
        height=7.0,
    )


def _draw(content: Content, sheet: "Sheet") -> None:
    first = min(steps[0].day for steps in (*content.parameters, *content.flop) if steps)
    for place, sides, title in (
        (1, content.parameters, Both("Parameters", "パラメータ数")),
        (0, content.flop, Both("Training computation [FLOP]", "学習計算量 [FLOP]")),
    ):
        axes = sheet.axes(bottom=place * 0.53, height=0.47)
        sheet.time(axes, first, sheet.edition.day)
        if any(sides):
            _panel(axes, sheet, sides, title, plain=place == 0)
        else:
            axes.set_yticks([])
            axes.text(0.5, 0.5, sheet.say(Both("none known", "不明")), transform=axes.transAxes, ha="center")


def _panel(axes: "Axes", sheet: "Sheet", sides: Sequence[tuple[Step, ...]], title: Both, plain: bool) -> None:
    """A line of steps for open models and one for closed ones, with names where the line rises to what it never was."""
    from flows.figures.names import Named, write_names
    from flows.figures.sheet import BLUE, VERMILLION, day_number, marker

    sheet.log(axes, "y", [step.size for steps in sides for step in steps], title, plain)
    looks = ((BLUE, "-", "o", Both("open", "オープン")), (VERMILLION, "--", "s", Both("closed", "クローズド")))
    names, keys, marks = [], [], []
    for steps, (colour, style, shape, word) in zip(sides, looks, strict=True):
        x = [day_number(step.day) for step in steps]
        y = [step.size for step in steps]
        if x:
            axes.step(
                [*x, day_number(sheet.edition.day)],
                [*y, y[-1]],
                where="post",
                color=colour,
                linestyle=style,
                linewidth=1.6,
            )
            axes.plot(x, y, shape, color=colour, markersize=4)
        named_ones = [Named(day, size, step.name) for day, size, step in zip(x, y, steps, strict=True)]
        names += [one for n, one in enumerate(named_ones) if one.y >= max(y[: n + 1])] + named_ones[-1:]
        marks += list(zip(x, y, strict=True))
        keys.append((marker(colour, shape), word))
    write_names(axes, sorted(dict.fromkeys(names), key=lambda one: (-one.y, one.x)), marks, above=True)
    sheet.legend(axes, keys, None, 0.02, 0.97)
