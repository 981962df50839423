"""How the pages write what the tables hold: numbers, days and values for people, in English and Japanese."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flows.site.texts import word
from schemas.fields import AXES, COLUMNS

#: names of large numbers, largest first
_SCALES = {
    "en": ((10**12, " trillion"), (10**9, " billion"), (10**6, " million")),
    "ja": ((10**12, "兆"), (10**8, "億"), (10**4, "万")),
}
#: from here on a figure that is no count is written by its power of ten
_POWERS = 1e15


def exact(value: float) -> str:
    """A number with all of its digits: whole ones grouped by thousands, very large ones by their power of ten."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6g}" if abs(value) < _POWERS else f"{value:.6g}"
    return f"{int(value):,}" if abs(value) < _POWERS else f"{value:.6g}"


def short(value: float | None, language: str) -> str:
    """A number as one says it: 175 billion, 1750億; empty if there is none."""
    if value is None:
        return ""
    for scale, name in _SCALES[language]:
        if scale <= abs(value) < _POWERS:
            return f"{float(f'{value / scale:.4g}'):.12g}{name}"
    return exact(value)


def day(value: date | None, precision: str | None = None) -> str:
    """A day as exactly as it is known; empty if there is none."""
    if value is None:
        return ""
    return value.isoformat()[: {"year": 4, "month": 7}.get(precision or "day", 10)]


def percent(share: float | None) -> str:
    """A share in percent; a dash if there is none, since nothing was there to be counted."""
    return "–" if share is None else f"{share * 100:.1f} %"


def size(count: int) -> str:
    """A number of bytes for people."""
    for scale, name in ((2**20, "MB"), (2**10, "KB")):
        if count >= scale:
            return f"{count / scale:.1f} {name}"
    return f"{count} B"


def _unit(field: str, unit: str | None, language: str) -> str:
    """The unit behind a number; none where the name of the field says what is counted."""
    is_count = field in COLUMNS and COLUMNS[field].kind == "count"
    if unit is None or (is_count and unit in field):
        return ""
    return {"en": " tokens", "ja": "トークン"}[language] if unit == "token" else f" {unit}"


def value_of(row: Mapping[str, Any], language: str) -> str:
    """The value of a row of `facts` or `statements`, whichever typed column holds it; empty if it has none."""
    if row["value_number"] is not None:
        number, said = row["value_number"], exact(row["value_number"])
        unit, shown = _unit(row["field"], row["unit"], language), short(number, language)
        return f"{shown}{unit}" if shown == said else f"{shown} ({said}){unit}"
    if row["value_date"] is not None:
        return day(row["value_date"], row["date_precision"])
    if row["value_list"] is not None:
        return ", ".join(row["value_list"])
    if row["value_boolean"] is not None:
        return word(str(row["value_boolean"]).lower(), language)
    field = COLUMNS.get(row["field"])
    text = row["value_text"] or ""
    return word(text, language) if field is not None and field.kind == "code" and field.values else text


class Codebook:
    """Titles and meanings of axes and labels, as the release has them, in a language."""

    def __init__(self, axes: Sequence[Mapping[str, Any]], labels: Sequence[Mapping[str, Any]], language: str) -> None:
        self._language = language
        self._axes = {row["axis"]: row for row in axes}
        self._labels = {(row["axis"], row["label"]): row for row in labels}

    def axis(self, axis: str) -> str:
        """Title of an axis."""
        return str(self._axes[axis][f"title_{self._language}"]) if axis in self._axes else axis

    def label(self, label: str | None, axis: str = "access") -> str:
        """Title of a label on an axis; empty if there is none."""
        found = self._labels.get((axis, label or ""))
        return str(found[f"title_{self._language}"]) if found else label or ""

    def meaning(self, label: str, axis: str) -> str:
        """Meaning of a label on an axis."""
        found = self._labels.get((axis, label))
        return str(found[f"meaning_{self._language}"]) if found else ""


def labels_of(model: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Axes of a model with the labels that hold on the release's day, in the order of the axes."""
    held = ((axis, model[axis]) for axis in AXES)
    return [(axis, (label,) if isinstance(label, str) else tuple(label)) for axis, label in held if label]
