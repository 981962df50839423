"""Samples of the rules of `flows/checks/date_against_event.py`."""

from support.project import ONE, TWO, edited
from support.samples import bad


def dated(field: str, day: str) -> str:
    return f'announced       = {{ value = "2021-03" }}\n{field} = {{ value = {day} }}'


ANNOUNCED = 'announced       = { value = "2021-03" }'
BAD = [
    bad(
        edited(TWO, ANNOUNCED, dated("weights_date", "2021-03-05")),
        "raw/models/acme/two.toml:{weights_date} sources[0].states.weights_date: warning: raw/models/acme/two.toml:{weights = } begins on 2021-03-02, 2021-03-05; mend one of the two [cross.date-against-event]",
    ),
    bad(
        edited(TWO, ANNOUNCED, dated("weights_date", '"2021-04"')),
        "raw/models/acme/two.toml:{weights_date} sources[0].states.weights_date: warning: raw/models/acme/two.toml:{weights = } begins on 2021-03-02, 2021-04-01; mend one of the two [cross.date-against-event]",
    ),
    bad(
        edited(ONE, "routing           =", "service_date = { value = 2020-06-12 }\nrouting           ="),
        "raw/models/acme/one.toml:{service_date} sources[0].states.service_date: warning: raw/models/acme/one.toml:{waitlist} begins on 2020-06-11, 2020-06-12; mend one of the two [cross.date-against-event]",
    ),
]
#: the same day, and a month that holds it
GOOD = [edited(TWO, ANNOUNCED, dated("weights_date", day)) for day in ("2021-03-02", '"2021-03"', '"2021"')]
