"""Parameters against training tokens, with the optimum of the scaling law."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked, named
from flows.figures.plan import Both, Plan, resting, short_number

if TYPE_CHECKING:
    from flows.figures.sheet import Sheet

_SQL = """
select active_parameters, training_tokens, name, compute_balance, year(known_since) as year
from known
where compute_balance in ('under-trained', 'near-optimum', 'over-trained') and active_parameters > 0 and training_tokens > 0
order by training_tokens desc, model_id
"""
_THRESHOLDS = "select threshold, threshold_value, origin from thresholds where axis = 'compute_balance'"
_NOT_APPLICABLE = "select count(*) from known where compute_balance = 'not-applicable'"
_BALANCES = {
    "over-trained": Both("more tokens", "多い"),
    "near-optimum": Both("near the optimum", "最適付近"),
    "under-trained": Both("fewer tokens", "少ない"),
}


@dataclass(frozen=True)
class Point:
    """One language model of known size and training."""

    parameters: float
    tokens: float
    name: str
    balance: str
    year: int


@dataclass(frozen=True)
class Content:
    """What is drawn: models, the most trained first; tokens a parameter at the optimum, and the factor of the band."""

    points: tuple[Point, ...]
    optimum: float
    band: float


def _points(asked: Asked) -> tuple[Point, ...]:
    found = []
    for parameters, tokens, name, balance, year in asked.rows(_SQL):
        assert isinstance(parameters, int) and isinstance(tokens, int) and isinstance(year, int)
        found.append(Point(float(parameters), float(tokens), named(name), str(balance), year))
    return tuple(found)


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    thresholds = {str(name): (float(str(value)), str(origin)) for name, value, origin in asked.rows(_THRESHOLDS)}
    optimum, origin = thresholds.get("optimum", (20.0, ""))
    content = Content(_points(asked), optimum, thresholds.get("band", (2.0, ""))[0])
    counts = {balance: sum(point.balance == balance for point in content.points) for balance in _BALANCES}
    elsewhere = asked.number(_NOT_APPLICABLE)
    source = origin.split(":")[0]
    return Plan(
        "tokens",
        Both("Training tokens against parameters", "学習トークン数とパラメータ数"),
        Both(
            f"Active parameters; the line is the compute-optimal {optimum:.0f} tokens a parameter ({source}), "
            f"the band a factor {content.band:.0f} around it",
            f"有効パラメータ数。線は計算量最適とされる1パラメータ{optimum:.0f}トークン({source})、帯はその{content.band:.0f}倍の幅",
        ),
        resting(
            len(content.points),
            asked.known(),
            Both(
                f"without known tokens or active parameters, or not of text alone ({elsewhere:,})",
                f"トークン数か有効パラメータ数が不明、またはテキスト以外も扱う({elsewhere:,})",
            ),
        ),
        Both(
            f"Of {len(content.points)} language models {counts['over-trained']} were trained on more tokens than the "
            f"band around the optimum, {counts['near-optimum']} within it, {counts['under-trained']} on fewer.",
            f"言語{len(content.points)}モデルのうち、最適の帯より多いトークンで学習したものは{counts['over-trained']}、"
            f"帯の中は{counts['near-optimum']}、少ないものは{counts['under-trained']}。",
        ),
        partial(_draw, content),
        None
        if content.points
        else Both(
            "No model has known training tokens and active parameters.",
            "学習トークン数と有効パラメータ数の分かるモデルがない。",
        ),
    )


def _to_name(points: tuple[Point, ...]) -> list[Point]:
    """GPT-3, the most trained of each year, the largest, and then the others."""
    well_known = [point for point in points if point.name in ("GPT-3", "Chinchilla")]
    by_year = {point.year: point for point in reversed(points)}  # the most trained stands last, and stays
    largest = sorted(points, key=lambda point: (-point.parameters, point.name))
    return list(dict.fromkeys([*well_known, *by_year.values(), *largest]))


def _draw(content: Content, sheet: "Sheet") -> None:
    from flows.figures.names import Named, write_names
    from flows.figures.sheet import BLUE, GREEN, SOFT, VERMILLION, marker

    points = content.points
    looks = {"over-trained": (BLUE, "^"), "near-optimum": (GREEN, "o"), "under-trained": (VERMILLION, "v")}
    axes = sheet.axes(width=0.84, bottom=0.03, height=0.97)
    sheet.log(axes, "x", [point.parameters for point in points], Both("Active parameters", "有効パラメータ数"))
    sheet.log(axes, "y", [point.tokens for point in points], Both("Training tokens", "学習トークン数"))
    ends = list(axes.get_xlim())
    for factor, style in ((1.0, "-"), (content.band, ":"), (1 / content.band, ":")):
        axes.plot(
            ends, [content.optimum * factor * end for end in ends], linestyle=style, color=SOFT, linewidth=0.9, zorder=1
        )
    low, high = ([content.optimum * factor * end for end in ends] for factor in (1 / content.band, content.band))
    axes.fill_between(ends, low, high, color="#EEEEEE", zorder=0)
    axes.set_xlim(*ends)
    for balance, (colour, shape) in looks.items():
        some = [point for point in points if point.balance == balance]
        axes.plot(
            [p.parameters for p in some], [p.tokens for p in some], shape, color=colour, markersize=6, markeredgewidth=0
        )
    write_names(
        axes,
        [Named(point.parameters, point.tokens, point.name) for point in _to_name(points)],
        [(point.parameters, point.tokens) for point in points],
    )
    keys = [(marker(*looks[balance]), word) for balance, word in _BALANCES.items()]
    per = short_number(content.optimum, sheet.language)
    sheet.legend(axes, keys, Both(f"against {per} a parameter", f"1パラメータ{per}に比べ"), 1.02, 0.98)
