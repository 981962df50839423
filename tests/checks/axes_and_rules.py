"""Samples of the rules of `flows/checks/axes_and_rules.py`."""

from support.project import appended, edited
from support.samples import bad

AXES = "raw/axes.toml"
THRESHOLD = 'value = 1\norigin = "x"\nmeaning_en = "x"\nmeaning_ja = "x"\n'
TITLES = (
    'title_en = "x"\ntitle_ja = "x"\nmeaning_en = "x"\nmeaning_ja = "x"\ntime_en = "x"\ntime_ja = "x"\nlabels = {}\n'
)
BAD = [
    bad(
        edited(AXES, "[axes.scale.thresholds.gpt_3]", "[axes.scale.thresholds.gpt_4]"),
        "raw/axes.toml:{[axes.scale.thresholds.ten_billion]} axes.scale.thresholds.gpt_3: a rule reads what is not there, scale.gpt_3; add it, or mend the rule that reads it [axes.lacking]",
        "raw/axes.toml:{[axes.scale.thresholds.gpt_4]} axes.scale.thresholds.gpt_4: no rule reads this, scale.gpt_4; delete it, or name it in the rule that is to read it [axes.unread]",
    ),
    bad(
        appended(AXES, f"\n[axes.colour]\n{TITLES}\n[axes.colour.thresholds.red]\n{THRESHOLD}"),
        "raw/axes.toml:{[axes.colour]} axes.colour: no rule reads this, colour; delete it, or name it in the rule that is to read it [axes.unread]",
        "raw/axes.toml:{[axes.colour.thresholds.red]} axes.colour.thresholds.red: no rule reads this, colour.red; delete it, or name it in the rule that is to read it [axes.unread]",
    ),
]
#: titles are free
GOOD = [appended(AXES, "\n# no more axes\n")]
