"""A cron expression is taken only if crontab, Prefect and the status file read it alike."""

import asyncio
from datetime import UTC, datetime

import pytest
from cronsim import CronSim
from prefect.server.schemas.schedules import CronSchedule

from flows.errors import UserError
from flows.operations.cron import refuse_no_cron
from flows.operations.status import next_due

NOW = datetime(2026, 11, 26, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "cron",
    ["0 6 * * 1", "0 6 1 * 1", "0 6 1,15 * mon-fri", "0 6 * * 7", "0 6 * * 5-7", "*/15 * * * *", "5 4 */10 * *",
     "0 22 * jan-mar */2", "0 9-17/2 * * 1-5", "30 6 29 2 *", "0 6 1-7 * 1"],
)  # fmt: skip
def test_what_is_taken_fires_when_the_status_says_so(cron: str) -> None:
    assert refuse_no_cron(cron) == cron
    fires = asyncio.run(CronSchedule(cron=cron, timezone="UTC").get_dates(5, NOW))
    own = CronSim(cron, NOW)
    assert [fire.isoformat() for fire in fires] == [next(own).isoformat() for _ in fires]
    assert next_due(cron, "UTC", NOW) == fires[0].isoformat()


@pytest.mark.parametrize(
    "cron",
    ["", "0 6 * *", "0 0 6 * * 1", "0 6 * * 1 2027", "0 6 * * 5L", "0 6 LW * *", "0 6 * * 1#2", "@daily", "0 6 ? * 1",
     "0 6 */10 * 1-5", "0 6 1 * */2", "0 6 * * 1,*/3 x", "60 6 * * *", "0 24 * * *", "0 6 31 2 *", "5/10 * * * *",
     "H 6 * * *", "0 6 * foo *", "0 6 ５ * *"],
)  # fmt: skip
def test_what_is_read_in_two_ways_or_by_nobody_is_one_line(cron: str) -> None:
    with pytest.raises(UserError, match=r"is no cron expression .*; write it as in: 0 6 ") as caught:
        refuse_no_cron(cron)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cron", ["0 6 31 2 *", "nonsense"])
def test_a_schedule_that_never_fires_makes_nothing_due(cron: str) -> None:
    assert next_due(cron, "UTC", NOW) is None
