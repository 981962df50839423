"""Which figures releases under test have: none, since to draw all takes longer than all else, unless a test needs them.

Run as a program it is the command `kiban`, in a process of its own.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flows.cli.main import main
from flows.figures import draw

_ALL = draw.FIGURES
#: the command `kiban` without figures, for an environment `without_figures`
KIBAN = (sys.executable, "-m", "support.figures")


def without_figures(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which `KIBAN` is found."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**environment, "PYTHONPATH": path}


def no_figures() -> None:
    """From now on releases of this process, and of those that it forks, have no figures, but the file that describes them."""
    draw.FIGURES = ()


@contextmanager
def figures(most: int | None = None) -> Iterator[None]:
    """Releases have so many of the figures, by default every one, as in earnest."""
    before, draw.FIGURES = draw.FIGURES, _ALL[:most]
    try:
        yield
    finally:
        draw.FIGURES = before


if __name__ == "__main__":
    no_figures()
    main()
