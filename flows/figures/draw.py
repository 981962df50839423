"""All figures of a release: planned from its DuckDB file, drawn in both languages, written as SVG and PNG."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flows.bounded import Bounds, Worker
from flows.canonical import to_json
from flows.figures import (
    access,
    announcements,
    frontier,
    languages,
    multimodal,
    parameters,
    scaling,
    tokens,
    trend,
)
from flows.figures.ask import Asked, asking
from flows.figures.plan import Both, Edition, Language, Plan
from flows.layout import FIGURES_FILE, figure_path

#: pictures of all figures in one language, each as SVG and as PNG
_Pictures = list[tuple[bytes, bytes]]

#: draws all figures in both languages
Draw = Callable[[list[Plan], Edition], dict[Language, _Pictures]]

_LANGUAGES: tuple[Language, ...] = ("en", "ja")
#: each makes one figure; their order is that in which readers see them
FIGURES: tuple[Callable[[Asked], Plan], ...] = (
    announcements.plan,
    trend.plan,
    parameters.plan,
    scaling.plan,
    multimodal.plan,
    access.plan,
    tokens.plan,
    languages.plan,
    frontier.plan,
)

#: for fewer models a process of its own takes longer to start than it saves
_FEW = 50
#: pictures of 300 models take 3 s and 200 MB
_DRAWING = Bounds(seconds=600, memory=3_000_000_000)


@dataclass(frozen=True)
class Drawn:
    """What a text can say of a figure that was drawn."""

    name: str
    title: Both
    what: Both
    basis: Both
    alt: Both


def plans(asked: Asked) -> tuple[Edition, list[Plan]]:
    """Plan every figure of the release that is asked."""
    return replace(asked.edition, models=asked.known()), [plan(asked) for plan in FIGURES]


def _pictures(planned: list[Plan], edition: Edition, language: Language) -> _Pictures:
    if not planned:
        return []
    from flows.figures.sheet import picture  # not above: only who draws is to load matplotlib

    return [picture(plan, edition, language) for plan in planned]


@contextmanager
def drawing(models: int) -> Iterator[Draw]:
    """A function that draws all pictures of so many models: a process for each language, unless there is little to draw.

    The processes load while something else is done, and the memory that they take is not this one's.
    """
    if models < _FEW or (os.cpu_count() or 1) < 2:
        yield lambda planned, edition: {language: _pictures(planned, edition, language) for language in _LANGUAGES}
        return
    load = ["flows.figures.sheet"]  # and with it matplotlib
    with (
        Worker(_DRAWING, load) as english,
        Worker(_DRAWING, load) as japanese,
        ThreadPoolExecutor(max_workers=2) as beside,  # its threads are awaited before the workers are put away
    ):
        workers: dict[Language, Worker] = {"en": english, "ja": japanese}
        for worker in workers.values():
            worker.start()

        def draw(planned: list[Plan], edition: Edition) -> dict[Language, _Pictures]:
            drawn = {
                language: beside.submit(worker.call, _pictures, planned, edition, language)
                for language, worker in workers.items()
            }
            return {language: pictures.result() for language, pictures in drawn.items()}

        yield draw


def draw_figures(source: Path, folder: Path, version: str, day: date, draw: Draw | None = None) -> list[Drawn]:
    """Draw the figures of the release in `source`, as of a day, into `folder`, with a file that describes them.

    `draw` is that of `drawing`, where it was begun before. Raises UserError if the release cannot be asked or drawing
    passes a limit, and OSError if the disk refuses.
    """
    with asking(source, version, day) as asked, nullcontext(draw) if draw else drawing(asked.known()) as begun:
        edition, planned = plans(asked)
        drawn = begun(planned, edition)
    (folder / FIGURES_FILE).parent.mkdir(parents=True, exist_ok=True)
    for language, pictures in drawn.items():
        for plan, (vector, raster) in zip(planned, pictures, strict=True):
            (folder / figure_path(plan.name, language, "svg")).write_bytes(vector)
            (folder / figure_path(plan.name, language, "png")).write_bytes(raster)
    told = [Drawn(plan.name, plan.title, plan.what, plan.basis, plan.alt) for plan in planned]
    (folder / FIGURES_FILE).write_text(_described(told, edition), encoding="utf-8")
    return told


def _described(drawn: list[Drawn], edition: Edition) -> str:
    figures = [{"name": one.name} | {language: _texts(one, language) for language in _LANGUAGES} for one in drawn]
    return to_json({"version": edition.version, "as_of": edition.day.isoformat(), "figures": figures})


def _texts(one: Drawn, language: Language) -> dict[str, str]:
    texts = {"title": one.title, "what": one.what, "basis": one.basis, "alt": one.alt}
    files = {kind: figure_path(one.name, language, kind) for kind in ("svg", "png")}
    return {key: text.in_(language) for key, text in texts.items()} | files
