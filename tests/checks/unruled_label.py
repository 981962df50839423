"""Samples of the rules of `flows/checks/unruled_label.py`."""

from support.project import appended, edited
from support.samples import bad

AXES = "raw/axes.toml"
LABEL = '\n[axes.{}]\ntitle_en = "x"\ntitle_ja = "x"\nmeaning_en = "x"\nmeaning_ja = "x"\n'
BAD = [
    bad(
        edited(AXES, "[axes.safety.labels.none-stated]", "[axes.safety.labels.none-stted]"),
        "raw/axes.toml:{none-stted} axes.safety.labels.none-stted: no rule of the axis gives this label, none-stted; did you mean `none-stated`? [cross.unruled-label]",
    ),
]
#: the rules of the axis give codes of a field
GOOD = [appended(AXES, LABEL.format("media.labels.image"))]
