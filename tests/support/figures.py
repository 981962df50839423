"""Which figures releases under test have: none, since to draw all takes longer than all else, unless a test needs them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows.figures import draw

_ALL = draw.FIGURES


def no_figures() -> None:
    """From now on releases of this process, and of those that it forks, have no figures, but the file that describes them."""
    draw.FIGURES = ()


@contextmanager
def every_figure() -> Iterator[None]:
    """Releases have every figure, as in earnest."""
    before, draw.FIGURES = draw.FIGURES, _ALL
    try:
        yield
    finally:
        draw.FIGURES = before
