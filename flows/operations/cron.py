"""Cron expressions, in the one dialect that crontab, Prefect and the status file read alike."""

import re
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from flows.errors import UserError

# POSIX crontab, and beside it steps over * or a range and names: no seconds, years, L, W, #, ? or @daily
_VALUE = r"(?:[0-9]{1,2}|[A-Za-z]{3})"
_ITEM = rf"(?:\*|{_VALUE}-{_VALUE})(?:/[0-9]{{1,2}})?|{_VALUE}"
_FIELD = re.compile(rf"(?:{_ITEM})(?:,(?:{_ITEM}))*")
_FIELDS = 5


def _trouble(cron: str) -> str | None:
    """Why an expression is not taken; None if it is."""
    fields = cron.split()
    if len(fields) != _FIELDS or not all(_FIELD.fullmatch(field) for field in fields):
        return (
            "it has five fields of numbers, names, ranges, lists and steps: minute, hour, day of month, month, weekday"
        )
    try:
        if next(CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)), None) is None:
            return "there is no such day"
    except CronSimError as error:
        return str(error)
    days = fields[2], fields[4]
    # crontab(5): one that begins with * narrows the other; croniter, which Prefect asks, takes either day
    if "*" not in days and any("*" in day for day in days):
        return "crontab and Prefect read a step over * beside another day differently; name the days"
    return None


def refuse_no_cron(cron: str | None) -> str | None:
    """A cron expression, if it is one that means the same to everybody, or None. Raises UserError."""
    if cron is not None and (trouble := _trouble(cron)):
        raise UserError(f"{cron!r} is no cron expression ({trouble}); write it as in: 0 6 * * 1")
    return cron
