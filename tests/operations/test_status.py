"""The status file, the next due run over changes of the clock, and log lines that can be taken apart."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prefect.server.schemas.schedules import CronSchedule

from flows.operations.log_line import fields
from flows.operations.status import HUB_STATUS, Outcome, current_status, next_due, read_status, write_status

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_success_and_a_failure_stand_beside_each_other(tmp_path: Path) -> None:
    write_status(
        tmp_path, Outcome(True, "report", "published 2026.11.0", "2026.11.0", "2026.11.0"), NOON, "0 6 * * 1", "UTC"
    )
    path = write_status(
        tmp_path, Outcome(False, "check records", "raw/x.toml:3"), NOON + timedelta(days=7), None, "UTC"
    )
    assert json.loads(path.read_text()) == read_status(tmp_path) == {
        "state": "failed",
        "checked_at": "2026-12-01T12:00:00+00:00",
        "age_hours": 168.0,
        "last_success": {
            "at": "2026-11-24T12:00:00+00:00", "step": "report", "message": "published 2026.11.0", "version": "2026.11.0"
        },
        "last_failure": {
            "at": "2026-12-01T12:00:00+00:00", "step": "check records", "message": "raw/x.toml:3", "version": None
        },
        "latest": "2026.11.0",
        "schedule": {"cron": "0 6 * * 1", "timezone": "UTC"},
        "next_due": "2026-12-07T06:00:00+00:00",
    }  # fmt: skip


def test_a_run_that_changed_nothing_keeps_the_latest_version(tmp_path: Path) -> None:
    write_status(tmp_path, Outcome(True, "report", "published", "2026.11.0", "2026.11.0"), NOON, None, "UTC")
    write_status(tmp_path, Outcome(True, "report", "nothing changed"), NOON, None, "UTC")
    assert read_status(tmp_path)["latest"] == "2026.11.0"


@pytest.mark.parametrize("text", ["", "{", "[]", "3"])
def test_a_torn_status_file_is_written_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "status.json").write_text(text)
    assert read_status(tmp_path) == {}
    write_status(tmp_path, Outcome(True, "report", "published", "2026.11.0", "2026.11.0"), NOON, None, "UTC")
    assert read_status(tmp_path)["state"] == "ok"


def test_a_run_that_never_came_is_overdue(tmp_path: Path) -> None:
    assert current_status(tmp_path, NOON) == {}
    write_status(tmp_path, Outcome(True, "report", "published", "2026.11.0", "2026.11.0"), NOON, "0 13 * * *", "UTC")
    before = current_status(tmp_path, NOON + timedelta(hours=1, minutes=30))
    assert (before["age_hours"], before["overdue"]) == (1.5, False)
    after = current_status(tmp_path, NOON + timedelta(hours=2, minutes=30))
    assert (after["age_hours"], after["overdue"]) == (2.5, True)


def test_a_run_by_hand_leaves_the_schedule_as_it_was(tmp_path: Path) -> None:
    write_status(tmp_path, Outcome(True, "report", "published"), NOON, "0 6 * * *", "Asia/Tokyo")
    write_status(tmp_path, Outcome(True, "report", "nothing changed"), NOON + timedelta(hours=1), None, "UTC")
    assert read_status(tmp_path)["next_due"] == "2026-11-25T06:00:00+09:00"
    assert current_status(tmp_path, NOON + timedelta(days=2))["overdue"] is True


def test_without_a_schedule_nothing_is_overdue(tmp_path: Path) -> None:
    write_status(tmp_path, Outcome(False, "report", "broken"), NOON, None, "UTC")
    later = current_status(tmp_path, NOON + timedelta(days=99))
    assert (later["age_hours"], later["overdue"]) == (None, False)


def test_the_next_run_is_told_with_the_offset_of_its_own_day() -> None:
    assert next_due("0 6 * * 1", "Asia/Tokyo", NOON) == "2026-11-30T06:00:00+09:00"
    before_summer = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_due("0 6 * * *", "Europe/Berlin", before_summer) == "2026-03-29T06:00:00+02:00"


async def _dates(cron: str, zone: str, start: datetime, count: int) -> list[datetime]:
    return await CronSchedule(cron=cron, timezone=zone).get_dates(count, start)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("cron", ["0 6 * * *", "0 12 * * *", "30 2 * * *", "30 1 * * *"])
def test_a_daily_run_is_neither_skipped_nor_doubled_when_clocks_change(cron: str, zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    dates = asyncio.run(_dates(cron, zone, start, 365))
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in dates]
    assert len(set(days)) == len(days) == 365
    assert (days[-1] - days[0]).days == 364


def test_log_lines_can_be_taken_apart() -> None:
    line = fields("record.finding", record="raw/x y.toml", line=3, rule='a"b', none="")
    assert line == 'record.finding record="raw/x y.toml" line=3 rule="a\\"b" none=""'
    assert "\n" not in fields("x", message="two\nlines")


def test_the_hub_layer_has_a_status_of_its_own_and_more_time(tmp_path: Path) -> None:
    write_status(tmp_path, Outcome(True, "hub", "published", "2026.11.24"), NOON, "0 13 * * *", "UTC", HUB_STATUS)
    assert read_status(tmp_path) == {}
    hours = [current_status(tmp_path, NOON + timedelta(hours=h), HUB_STATUS)["overdue"] for h in (3, 12, 14)]
    assert hours == [False, False, True]
