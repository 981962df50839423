"""Samples of the rules of `flows/checks/announced_after_paper.py`."""

from support.project import ONE, edited
from support.samples import bad

BAD = [
    bad(
        edited(ONE, "paper_date        = { value = 2020-05-28 }", "paper_date = { value = 2020-05-27 }"),
        "raw/models/acme/one.toml:{2020-05-27} sources[0].states.paper_date: warning: this comes before the announcement (2020-05-28), 2020-05-27; state the earlier day as `announced`, or mend one of the two [cross.announced-late]",
    ),
]
#: the paper's month is that of the announcement
GOOD = [edited(ONE, "paper_date        = { value = 2020-05-28 }", 'paper_date = { value = "2020-05" }')]
