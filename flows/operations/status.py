"""The status files: how the last refresh, of the records or of the hub layer, ended and when the next one is due, for a monitor."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from flows.canonical import to_json, write_whole
from flows.layout import build_folder

#: names of the status files in `build/`: of refreshes, and of those of the hub layer
STATUS, HUB_STATUS = "status.json", "hub-status.json"
#: how long a run that is due may take before it counts as overdue: a crawl of the hub takes hours, and more if it is asked to wait
_GRACE = {STATUS: timedelta(hours=1), HUB_STATUS: timedelta(hours=12)}


@dataclass(frozen=True)
class Outcome:
    """The result of a refresh: whether it succeeded, the step in which it ended, and a message.

    `version` is the release that it made, `latest` the newest that there is; None if there is none, or
    it is not known.
    """

    ok: bool
    step: str
    message: str
    version: str | None = None
    latest: str | None = None


def next_due(cron: str | None, timezone: str, now: datetime) -> str | None:
    """When a schedule fires next after `now`, in ISO 8601 with the offset of that day; None without one that ever does."""
    if cron is None:
        return None
    try:
        due = next(CronSim(cron, now.astimezone(ZoneInfo(timezone))), None)
    except CronSimError:  # the run that was given it says so
        return None
    return due.isoformat() if due else None


def read_status(home: Path, name: str = STATUS) -> dict[str, object]:
    """The content of a status file; empty if there is none, or it is no JSON."""
    try:
        found = json.loads((build_folder(home) / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _age_hours(success: object, now: datetime) -> float | None:
    at = _time(success.get("at")) if isinstance(success, dict) else None
    return round((now - at) / timedelta(hours=1), 2) if at else None


def current_status(home: Path, now: datetime, name: str = STATUS) -> dict[str, object]:
    """The content of a status file with `age_hours` as of `now` and `overdue`; empty if there is none.

    `overdue` is true if a run was due more than an hour ago (of the hub layer, 12 hours) and has not written the file.
    """
    status = read_status(home, name)
    if not status:
        return {}
    due = _time(status.get("next_due"))
    overdue = due is not None and now > due + _GRACE[name]
    return {**status, "age_hours": _age_hours(status.get("last_success"), now), "overdue": overdue}


def write_status(
    home: Path, outcome: Outcome, now: datetime, cron: str | None, timezone: str, name: str = STATUS
) -> Path:
    """Write `build/status.json`, or another status file, whole or not at all, and return its path; the success or failure before stays in it.

    Keys: `state` (ok, failed), `checked_at`, `last_success` and `last_failure` (at, step, message, version),
    `age_hours` (of the last success, at `checked_at`), `latest` (the newest version, as the
    last run that knew it found it), `schedule` (cron, timezone), `next_due`. A run without `cron`, as by hand, leaves
    the schedule as it was.
    """
    before = read_status(home, name)
    schedule = {"cron": cron, "timezone": timezone} if cron else before.get("schedule")
    planned = schedule if isinstance(schedule, dict) else {}
    this = {"at": now.isoformat(), "step": outcome.step, "message": outcome.message, "version": outcome.version}
    success = this if outcome.ok else before.get("last_success")
    body = {
        "state": "ok" if outcome.ok else "failed",
        "checked_at": now.isoformat(),
        "age_hours": _age_hours(success, now),
        "last_success": success,
        "last_failure": before.get("last_failure") if outcome.ok else this,
        "latest": outcome.latest or before.get("latest"),
        "schedule": schedule,
        "next_due": next_due(planned.get("cron"), planned.get("timezone", timezone), now),
    }
    return write_whole(build_folder(home) / name, to_json(body).encode("utf-8"))
