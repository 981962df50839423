"""Multimodal models: how far they have come, year by year, and which modalities go in and come out."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked
from flows.figures.plan import Both, Plan
from flows.figures.words import label_word

if TYPE_CHECKING:
    from matplotlib.colors import LinearSegmentedColormap

    from flows.figures.sheet import Sheet

_STAGES = ("component-technique", "task-model", "generalist", "unknown")
_KINDS = ("language", "vision", "video", "speech", "audio", "action")
_BY_YEAR = """
select year(known_since) as year, multimodal_stage, count(*) as models_count
from known
where list_contains(media, 'multimodal')
group by all
order by all
"""
_BY_MEDIUM = """
select medium, multimodal_stage, count(*) as models_count
from (select unnest(media) as medium, multimodal_stage from known where list_contains(media, 'multimodal'))
where medium <> 'multimodal'
group by all
order by all
"""


@dataclass(frozen=True)
class Content:
    """What is drawn: how many models of a year, and of a medium, are at each stage."""

    years: tuple[tuple[int, tuple[int, ...]], ...]
    media: tuple[tuple[str, tuple[int, ...]], ...]


def _counts(rows: list[tuple[object, ...]]) -> dict[object, dict[str, int]]:
    found: dict[object, dict[str, int]] = {}
    for key, stage, count in rows:
        assert isinstance(count, int)
        found.setdefault(key, {})[str(stage)] = count
    return found


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    by_year, by_medium = _counts(asked.rows(_BY_YEAR)), _counts(asked.rows(_BY_MEDIUM))
    years = range(min(map(int, map(str, by_year))), asked.edition.day.year + 1) if by_year else ()
    media = [f"{kind}-{side}" for side in ("in", "out") for kind in _KINDS]
    content = Content(
        tuple((year, tuple(by_year.get(year, {}).get(stage, 0) for stage in _STAGES)) for year in years),
        tuple((medium, tuple(by_medium.get(medium, {}).get(stage, 0) for stage in _STAGES)) for medium in media),
    )
    counts = {stage: sum(of_year[n] for _, of_year in content.years) for n, stage in enumerate(_STAGES)}
    total, known = sum(counts.values()), asked.known()
    return Plan(
        "multimodal",
        Both("Multimodal models by stage and modality", "マルチモーダルモデルの段階とモダリティ"),
        Both(
            "Left: models by year of announcement and stage; right: how many of each stage take in or put out what",
            "左: 公表年と段階ごとのモデル数。右: 各段階のモデルが何を入力し、何を出力するか",
        ),
        Both(
            f"{total:,} of {known:,} models are multimodal; the stage of {counts['unknown']:,} is not known",
            f"{known:,}モデル中{total:,}がマルチモーダル。うち{counts['unknown']:,}は段階が不明",
        ),
        Both(
            f"{total} multimodal models: {counts['component-technique']} component techniques, "
            f"{counts['task-model']} task models, {counts['generalist']} generalists, {counts['unknown']} unknown.",
            f"マルチモーダル{total}モデル: 要素技術{counts['component-technique']}、"
            f"タスクモデル{counts['task-model']}、汎用{counts['generalist']}、不明{counts['unknown']}。",
        ),
        partial(_draw, content),
        None if content.years else Both("No model is known to be multimodal.", "マルチモーダルと分かるモデルがない。"),
    )


def _draw(content: Content, sheet: "Sheet") -> None:
    _years(content, sheet)
    for n, (side, head) in enumerate((("in", Both("goes in", "入力")), ("out", Both("comes out", "出力")))):
        rows = [(medium, counts) for medium, counts in content.media if medium.endswith(f"-{side}")]
        _grid(rows, head, 1 - n, sheet)


def _years(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import GREEN, ORANGE, SKY, Part

    looks = ((ORANGE, "////"), (SKY, ""), (GREEN, "...."), ("white", ""))
    parts = [
        Part(label_word(stage), *look, [counts[n] for _, counts in content.years])
        for n, (stage, look) in enumerate(zip(_STAGES, looks, strict=True))
    ]
    title = Both("Multimodal models announced", "公表されたマルチモーダルモデル数")
    sheet.stack(sheet.axes(width=0.47), [year for year, _ in content.years], parts, title)


def _grid(rows: list[tuple[str, tuple[int, ...]]], head: Both, place: int, sheet: "Sheet") -> None:
    """Numbers in a grid, a line a medium and a column a stage, the darker the more."""
    from flows.figures.sheet import INK, SOFT

    axes = sheet.axes(left=0.62, width=0.38, bottom=0.02 + place * 0.5, height=0.38)
    most = max(max(counts) for _, counts in rows) or 1
    axes.pcolormesh(
        [counts for _, counts in rows], cmap=_shades(), vmin=0, vmax=most, edgecolors="white", linewidth=1.5
    )
    for line, (_, counts) in enumerate(rows):
        for column, count in enumerate(counts):
            share = count / most
            colour = "white" if share > 0.55 else INK if count else "#BBBBBB"
            axes.text(column + 0.5, line + 0.5, f"{count}", ha="center", va="center", fontsize=8.5, color=colour)
    axes.set_xlim(0, len(_STAGES))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([line + 0.5 for line in range(len(rows))], [_medium(medium, sheet) for medium, _ in rows])
    axes.set_xticks(
        [column + 0.5 for column in range(len(_STAGES))],
        [sheet.say(label_word(stage)).replace("-", "-\n") for stage in _STAGES],
    )
    axes.tick_params(length=0, labelsize=8, top=False, labeltop=True, labelbottom=False, bottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.text(-0.32, 1.06, sheet.say(head), transform=axes.transAxes, fontsize=10, color=SOFT)


def _shades() -> "LinearSegmentedColormap":
    """From white to blue."""
    from matplotlib.colors import LinearSegmentedColormap

    from flows.figures.sheet import BLUE

    return LinearSegmentedColormap.from_list("shades", ["white", BLUE])


def _medium(medium: str, sheet: "Sheet") -> str:
    """What goes in or comes out, without saying which of the two."""
    word = sheet.say(label_word(medium)).replace("→", "")
    return word.removesuffix("-in").removesuffix("-out")
