"""The trend table: how many models carry each label of each axis, and how many of them came in the last year."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked
from flows.figures.plan import Both, Plan
from flows.figures.words import axis_word, label_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from flows.figures.sheet import Sheet

_SQL = """
select
    codes.axis,
    codes.label,
    count(known.model_id) as models_count,
    count(known.model_id) filter (known.known_since > getvariable('day') - interval 1 year) as recent_count
from axis_labels as codes
join axes using (axis)
left join labels
    on codes.axis = labels.axis and codes.label = labels.label
    and labels.valid_from <= getvariable('day')
    and (labels.valid_to is null or labels.valid_to > getvariable('day'))
left join known on labels.model_id = known.model_id
group by codes.axis, axes.position, codes.label, codes.position
order by axes.position, codes.position
"""
_COLUMNS = 4


@dataclass(frozen=True)
class Row:
    """One label: how many models carry it, and how many of them were announced in the last year."""

    label: str
    models: int
    recent: int


@dataclass(frozen=True)
class Axis:
    """One axis with its labels."""

    axis: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Content:
    """What is drawn: the axes in order."""

    axes: tuple[Axis, ...]
    known: int


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    found: dict[str, list[Row]] = {}
    for axis, label, models, recent in asked.rows(_SQL):
        assert isinstance(models, int) and isinstance(recent, int)
        rows = found.setdefault(str(axis), [])
        if models:  # a label that nobody carries is no line
            rows.append(Row(str(label), models, recent))
    known = asked.known()
    content = Content(tuple(Axis(axis, tuple(rows)) for axis, rows in found.items() if rows), known)
    last_year = asked.number("select count(*) from known where known_since > getvariable('day') - interval 1 year")
    tops = [(axis.axis, max(axis.rows, key=lambda row: row.models)) for axis in content.axes if known]
    return Plan(
        "trend",
        Both("Models by axis and label", "軸とラベルごとのモデル数"),
        Both(
            "How many models carry each label on the day; dark: of those announced in the twelve months before it",
            "その日に各ラベルが付いているモデルの数。濃い部分は直前12か月に公表されたもの",
        ),
        Both(
            f"{known:,} models, {last_year:,} of them of the last twelve months; several labels of an axis can hold at once",
            f"{known:,}モデル、うち直前12か月は{last_year:,}。1つの軸に複数のラベルが付くこともある",
        ),
        Both(
            "The most frequent label of each axis: "
            + ("; ".join(f"{axis}: {row.label} {row.models}" for axis, row in tops) or "none")
            + ".",
            "各軸で最も多いラベル: "
            + (
                "、".join(f"{axis_word(axis).ja}は{label_word(row.label).ja}{row.models}" for axis, row in tops)
                or "なし"
            )
            + "。",
        ),
        partial(_draw, content),
        None if known else Both("No model is known on this day.", "この日に知られているモデルがない。"),
        height=8.5,
    )


def _packed(axes: tuple[Axis, ...]) -> list[list[Axis]]:
    """Axes in columns that are about equally tall, in order."""
    lines = [len(axis.rows) + 2 for axis in axes]
    limit = max(sum(lines) / _COLUMNS, max(lines, default=0))
    columns: list[list[Axis]] = [[]]
    used = 0.0
    for axis, tall in zip(axes, lines, strict=True):
        if columns[-1] and len(columns) < _COLUMNS and used + tall / 2 > limit:
            columns.append([])
            used = 0
        columns[-1].append(axis)
        used += tall
    return columns


def _draw(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import INK, PALE

    columns = _packed(content.axes)
    tallest = max(sum(len(axis.rows) + 2 for axis in column) for column in columns)
    most = max(row.models for axis in content.axes for row in axis.rows)
    for number, column in enumerate(columns):
        plot = sheet.axes(left=number * 1.055 / _COLUMNS - 0.055, width=1.055 / _COLUMNS - 0.01)
        plot.set_axis_off()
        plot.set_ylim(tallest, 0)
        plot.set_xlim(-1.0 * most, 1.25 * most)  # words to the left of zero, bars to the right
        line = 0.5
        lines: list[tuple[float, Row]] = []
        for axis in column:
            plot.text(-most, line, sheet.say(axis_word(axis.axis)), fontsize=9.5, va="center", color=INK)
            plot.hlines(line + 0.55, -most, 1.2 * most, color=PALE, linewidth=0.8)
            lines += [(line + n, row) for n, row in enumerate(axis.rows, start=1)]
            line += len(axis.rows) + 2
        _bars(plot, sheet, lines, most)


def _bars(plot: "Axes", sheet: "Sheet", lines: list[tuple[float, Row]], most: int) -> None:
    """A bar for each label at its line, with its word before and its number behind."""
    from flows.figures.sheet import BLUE, GREY, PALE, SKY, SOFT

    y = [line for line, _ in lines]
    plain = [row.label in ("unknown", "not-applicable") for _, row in lines]
    plot.hlines(y, 0, [row.models for _, row in lines], [PALE if none else SKY for none in plain], linewidth=9)
    plot.hlines(y, 0, [row.recent for _, row in lines], [GREY if none else BLUE for none in plain], linewidth=9)
    for line, row in lines:
        word = sheet.say(label_word(row.label))
        plot.text(-0.03 * most, line, word, ha="right", va="center", fontsize=7.5, color=SOFT)
        plot.text(row.models + 0.03 * most, line, f"{row.models}", va="center", fontsize=7.5, color=SOFT)
