"""How long a host asks to be left alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# what is left of a quota, and after how many seconds it is whole again, as in: "api";r=0;t=55
_LEFT = re.compile(r";\s*r\s*=\s*(\d{1,12})(?!\d)")
_RESET = re.compile(r";\s*t\s*=\s*(\d{1,12})(?!\d)")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for: a number, or until a date (RFC 9110, section 10.2.3); None if neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:12])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


def quota_reset(value: str | None) -> float | None:
    """Seconds after which a used-up quota is whole again (draft-ietf-httpapi-ratelimit-headers-09); None if none is used up.

    `RateLimit` has an item a quota, with what is left of it (`r`) and the seconds until it is whole (`t`); the longest counts.
    """
    resets = [
        float(reset[1])
        for item in (value or "").split(",")
        if (left := _LEFT.search(item)) and int(left[1]) == 0 and (reset := _RESET.search(item))
    ]
    return max(resets, default=None)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that an answer asks to wait for, by `Retry-After` or else by `RateLimit`; None if it does not say."""
    asked = retry_after(headers.get("retry-after"), now)
    return quota_reset(headers.get("ratelimit")) if asked is None else asked
