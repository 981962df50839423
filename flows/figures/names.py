"""Names beside points, so that none lies on another: the important first, and what finds no room is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from flows.figures.sheet import INK, POINT, legible

#: where a name can stand by its point: offset in points, and how it is aligned
_PLACES = ((6, 0, "left", "center"), (-6, 0, "right", "center"), (0, 6, "center", "bottom"), (0, -6, "center", "top"))
#: which part of a name lies left of, or below, the place to which it is aligned
_BEFORE = {"left": 0.0, "bottom": 0.0, "center": 0.5, "right": 1.0, "top": 1.0}
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
    marks = axes.transData.transform([*points, *((n.x, n.y) for n in todo)])
    taken = np.hstack([marks - 4, marks + 4])  # left, bottom, right, top of what is to be kept clear of
    found = 0
    for one in todo:
        text = axes.annotate(
            legible(one.name),
            (one.x, one.y),
            xytext=(0, 0),
            textcoords="offset points",
            ha="left",
            va="bottom",
            fontsize=_SIZE,
            color=INK,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.4},
        )
        here = text.get_window_extent()
        for right, up, ha, va in sorted(_PLACES, key=lambda place: place[3] != "bottom") if above else _PLACES:
            box = here.translated(
                right * POINT - _BEFORE[ha] * here.width,
                up * POINT - _BEFORE[va] * here.height,
            )
            within = inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1
            left, bottom, end, top = taken.T
            if within and not np.any((left <= box.x1) & (box.x0 <= end) & (bottom <= box.y1) & (box.y0 <= top)):
                text.set(position=(right, up), ha=ha, va=va)
                taken = np.vstack([taken, box.padded(2).extents])
                found += 1
                break
        else:
            text.remove()
    return found
