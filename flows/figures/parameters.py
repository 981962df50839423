"""Parameters over time on a logarithmic scale: colour says how inputs are routed, shape who can use the model."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from flows.errors import counted
from flows.figures.ask import Asked, named
from flows.figures.plan import Both, Plan, resting, short_number

if TYPE_CHECKING:
    from flows.figures.sheet import Sheet

_SQL = """
select known_since, parameters, name, density, access_group(access) as access
from known
where parameters > 0
order by parameters desc, known_since, model_id
"""
_LINES = """
select threshold_value from thresholds where axis = 'scale' and threshold in ('gpt_3', 'trillion') order by threshold_value
"""
_DENSITIES = {
    "dense": Both("dense", "密結合"),
    "sparse": Both("sparse", "疎結合"),
    "unknown": Both("routing unknown", "結合は不明"),
}
_ACCESS = {
    "weights": Both("weights for download", "重みを入手可"),
    "service": Both("service only", "サービスのみ"),
    "partial": Both("smaller variants only", "小型版のみ入手可"),
    "none": Both("not, or no longer", "利用不可・終了"),
    "unknown": Both("access unknown", "利用は不明"),
}
_WITHHELD = """
select count(*) from known join facts using (model_id)
where field = 'parameters' and state in ('undisclosed', 'estimated') and known.parameters is null
"""


@dataclass(frozen=True)
class Point:
    """One model of known size."""

    day: date
    parameters: float
    name: str
    density: str
    access: str


@dataclass(frozen=True)
class Content:
    """What is drawn: models, the largest first, and the sizes at which lines stand."""

    points: tuple[Point, ...]
    lines: tuple[float, ...]


def _points(asked: Asked) -> tuple[Point, ...]:
    found = []
    for day, parameters, name, density, access in asked.rows(_SQL):
        assert isinstance(day, date) and isinstance(parameters, int)
        found.append(Point(day, float(parameters), named(name), str(density), str(access)))
    return tuple(found)


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    points = _points(asked)
    content = Content(points, tuple(float(str(value)) for (value,) in asked.rows(_LINES)))
    withheld = asked.number(_WITHHELD)
    largest = points[0] if points else None
    above = sum(point.parameters >= 1e12 for point in points)
    return Plan(
        "parameters",
        Both("Parameters of foundation models", "ファウンデーションモデルのパラメータ数"),
        Both(
            "Total parameters of the largest variant by the day of announcement; named are records, and the largest of each year",
            "最大の版の総パラメータ数(公表日順)。記録を更新したものと各年の最大のものに名を付す",
        ),
        resting(
            len(points),
            asked.known(),
            Both(
                "without a known size" + (f" ({withheld} withheld by the maker)" if withheld else ""),
                "規模不明" + (f"(うち{withheld}は開発元が非公表)" if withheld else ""),
            ),
        ),
        Both(
            f"{counted(len(points), 'model')} by size and time; the largest has {short_number(largest.parameters, 'en')} parameters ({largest.name}), "
            f"{above} have a trillion or more."
            if largest
            else "No model of known size.",
            f"{len(points)}モデルの規模と公表日。最大は{largest.name}の{short_number(largest.parameters, 'ja')}、1兆以上は{above}。"
            if largest
            else "規模の分かるモデルがない。",
        ),
        partial(_draw, content),
        None if points else Both("No model has a known size.", "規模の分かるモデルがない。"),
    )


def _to_name(points: tuple[Point, ...]) -> list[Point]:
    """The largest of each year, then those that were the largest so far, the newest first."""
    by_year = {point.day.year: point for point in reversed(points)}  # the largest stands last, and stays
    records: list[Point] = []
    for point in sorted(points, key=lambda point: (point.day, -point.parameters)):
        if not records or point.parameters > records[-1].parameters:
            records.append(point)
    firsts = [point for point in points if point.name == "GPT-3"]  # the line is named after it
    return list(
        dict.fromkeys(
            [*firsts, *sorted(by_year.values(), key=lambda point: -point.day.year), *records[::-1], *points[:25]]
        )
    )


def _draw(content: Content, sheet: "Sheet") -> None:
    from flows.figures.names import Named, write_names
    from flows.figures.sheet import BLUE, GREY, SOFT, VERMILLION, day_number, marker

    points = content.points
    axes = sheet.axes(width=0.8)
    sheet.time(axes, min(point.day for point in points), sheet.edition.day)
    sheet.log(
        axes, "y", [point.parameters for point in points] + list(content.lines), Both("Parameters", "パラメータ数")
    )
    colours = {"dense": BLUE, "sparse": VERMILLION, "unknown": GREY}
    shapes = {"weights": "o", "service": "s", "partial": "D", "none": "^", "unknown": "x"}
    for density, colour in colours.items():
        for access, shape in shapes.items():
            some = [p for p in points if p.density == density and p.access == access]
            axes.plot(
                [day_number(p.day) for p in some],
                [p.parameters for p in some],
                shape,
                color=colour,
                markersize=4.5,
                alpha=0.75,
                markeredgewidth=1.0 if shape == "x" else 0,
            )
    words = (Both("GPT-3", "GPT-3"), Both("trillion", "1兆"))
    for size, word in zip(content.lines, words, strict=False):
        axes.axhline(size, color=SOFT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            f"{sheet.say(word)}: {sheet.number(size)}" if word.en == "GPT-3" else sheet.say(word),
            (0.005, size),
            xycoords=("axes fraction", "data"),
            xytext=(0, 2),
            textcoords="offset points",
            va="bottom",
            fontsize=8,
            color=SOFT,
        )
    write_names(
        axes,
        [Named(day_number(p.day), p.parameters, p.name) for p in _to_name(points)],
        [(day_number(p.day), p.parameters) for p in points],
    )
    dots = [(marker(colours[name], "o"), word) for name, word in _DENSITIES.items()]
    marks = [(marker(SOFT, shapes[name]), word) for name, word in _ACCESS.items()]
    sheet.legend(axes, dots, Both("Routing", "結合"), 1.02, 0.98)
    sheet.legend(axes, marks, Both("Who can use it", "利用"), 1.02, 0.3)
