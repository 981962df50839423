"""Names beside points, so that none lies on another: the important first, and what finds no room is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from flows.figures.sheet import INK, legible

#: where a name can stand by its point: offset in points, and how it is aligned
_PLACES = ((6, 0, "left", "center"), (-6, 0, "right", "center"), (0, 6, "center", "bottom"), (0, -6, "center", "top"))
_SIZE = 7.5


@dataclass(frozen=True)
class Named:
    """A point with a name, where the axes have it."""

    x: float
    y: float
    name: str


def write_names(
    axes: Axes, named: Iterable[Named], points: Sequence[tuple[float, float]] = (), above: bool = False
) -> int:
    """Write names beside their points, in the order given; returns how many found room.

    A name keeps clear of names before it, of `points`, and of the border of the axes; it stands right of its point if
    it can, or `above`.
    """
    inside = axes.get_window_extent()
    todo = list(named)
    marks = [
        Bbox.from_bounds(x - 4, y - 4, 8, 8)
        for x, y in axes.transData.transform([*points, *((n.x, n.y) for n in todo)])
    ]
    taken: list[Bbox] = []
    for one in todo:
        for right, up, ha, va in sorted(_PLACES, key=lambda place: place[3] != "bottom") if above else _PLACES:
            text = axes.annotate(
                legible(one.name),
                (one.x, one.y),
                xytext=(right, up),
                textcoords="offset points",
                ha=ha,
                va=va,
                fontsize=_SIZE,
                color=INK,
                bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.4},
            )
            box = text.get_window_extent()
            within = inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1
            if within and not any(box.overlaps(other) for other in (*taken, *marks)):
                taken.append(box.padded(2))
                break
            text.remove()
    return len(taken)
