"""By which route large models grew: experts, density or depth, each model with its size."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked, named
from flows.figures.plan import Both, Plan
from flows.figures.words import label_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from flows.figures.sheet import Sheet

_SQL = """
select scaling_route, name, case scaling_route when 'deep' then layers else parameters end as size
from known
where scaling_route in ('sparse', 'dense', 'deep')
order by scaling_route, size desc, known_since, model_id
"""
_UNKNOWN = "select count(*) from known where coalesce(scaling_route, 'unknown') = 'unknown'"
_ROUTES = ("sparse", "dense", "deep")
#: how many names find room below each other
_ROWS = 28


@dataclass(frozen=True)
class Route:
    """The models of a route, the largest first, with parameters, or layers of deep ones."""

    route: str
    models: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Content:
    """What is drawn: the routes."""

    routes: tuple[Route, ...]


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    found: dict[str, list[tuple[str, float]]] = {route: [] for route in _ROUTES}
    for route, name, size in asked.rows(_SQL):
        assert isinstance(size, int)
        found[str(route)].append((named(name), float(size)))
    content = Content(tuple(Route(route, tuple(models)) for route, models in found.items()))
    counts = {route.route: len(route.models) for route in content.routes}
    large, known, unknown = sum(counts.values()), asked.known(), asked.number(_UNKNOWN)
    return Plan(
        "scaling",
        Both("How large models grew: sparse, dense, deep", "大規模化の経路: 疎結合・密結合・深層化"),
        Both(
            f"Models of at least 10^11 parameters, or of far more layers than usual; the {_ROWS} largest of each route",
            f"1000億パラメータ以上、または層が際立って多いモデル(経路ごとに大きい順に{_ROWS}まで)",
        ),
        Both(
            f"{large:,} of {known:,} models are large; of {unknown:,} size or routing is not known",
            f"{known:,}モデル中{large:,}が大規模。{unknown:,}は規模か結合が不明",
        ),
        Both(
            f"Large models by route: {counts['sparse']} sparse, {counts['dense']} dense, {counts['deep']} deep.",
            f"大規模モデルの経路: 疎結合{counts['sparse']}、密結合{counts['dense']}、深層化{counts['deep']}。",
        ),
        partial(_draw, content),
        None if large else Both("No model is known to be large.", "大規模と分かるモデルがない。"),
        height=7.0,
    )


def _draw(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import BLUE, GREEN, VERMILLION

    looks = {"sparse": (VERMILLION, "o"), "dense": (BLUE, "s"), "deep": (GREEN, "D")}
    sizes = [size for route in content.routes if route.route != "deep" for _, size in route.models[:_ROWS]]
    rows = max(min(len(route.models), _ROWS) for route in content.routes)
    for n, route in enumerate(content.routes):
        _column(
            sheet.axes(left=0.1 + n * 0.345, width=0.165, bottom=0.03, height=0.9),
            sheet,
            route,
            rows,
            sizes,
            *looks[route.route],
        )


def _column(axes: "Axes", sheet: "Sheet", route: Route, rows: int, sizes: list[float], colour: str, shape: str) -> None:
    """A line for each model, from the left border to its size, with its name before and its size behind."""
    from flows.figures.sheet import SOFT, legible

    shown = route.models[:_ROWS]
    unit = Both(" layers", "層") if route.route == "deep" else Both("", "")
    more = len(route.models) - len(shown)
    rest = Both(f", {more} more not drawn", f"、ほか{more}") if more else Both("", "")
    head = f"{sheet.say(label_word(route.route))} ({len(route.models)}{sheet.say(rest)})"
    axes.text(-0.66, 1.03, head, transform=axes.transAxes, fontsize=10.5, color=colour)
    axes.set_axis_off()
    axes.set_ylim(max(rows, 8) - 0.3, -0.7)
    if not shown:
        axes.set_xlim(0, 1)
        axes.text(-0.6, 0, sheet.say(Both("none known", "該当なし")), fontsize=8, color=SOFT)
        return
    sizes = sizes if route.route != "deep" else [size for _, size in shown]
    least = min(sizes) / 2
    axes.set_xscale("log")
    axes.set_xlim(least, max(sizes) * 1.3)
    for line, (name, size) in enumerate(shown):
        axes.plot([least, size], [line, line], color=colour, linewidth=1.4, alpha=0.5)
        axes.plot([size], [line], shape, color=colour, markersize=4.5)
        where = (axes.transData.inverted().transform(axes.transAxes.transform((-0.04, 0)))[0], line)
        axes.text(*where, legible(name), ha="right", va="center", fontsize=7.5)
        number = f"{size:,.0f}{sheet.say(unit)}" if route.route == "deep" else sheet.number(size)
        axes.annotate(
            number, (size, line), xytext=(5, 0), textcoords="offset points", va="center", fontsize=7.5, color=SOFT
        )
