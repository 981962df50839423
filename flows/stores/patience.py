"""Asking an object store again, where that is safe: what it answers is often lost, or that it is busy."""

import random
import re
import time
from collections.abc import Callable
from typing import TypeVar

from obstore.exceptions import BaseError

_T = TypeVar("_T")
_STATUS = re.compile(r"status code: (\d{3})")
#: statuses that another attempt may mend
_PASSING = ("408", "425", "429", "500", "502", "503", "504")

#: how often one thing is asked for, and the seconds within which a further attempt may begin
_TRIES, _SECONDS = 8, 60
#: seconds before the second attempt, twice as many before each further one, and how many at most
_FIRST, _MOST = 0.2, 2.0


def status_of(error: Exception) -> str:
    """The status in the words of the library; empty if the store did not answer."""
    return match[1] if (match := _STATUS.search(str(error))) else ""


def is_passing(error: Exception) -> bool:
    """Whether another attempt may mend it: the network broke, or the status says so.

    No answer of the address 169.254.169.254 lasts: machines in a cloud ask there for credentials, others have none.
    """
    text, status = str(error), status_of(error)
    return status in _PASSING if status else "HTTP error:" in text and "//169.254." not in text


def patiently(ask: Callable[[], _T]) -> _T:
    """What `ask` gives; as long as it fails in passing, it is asked again after a pause with jitter.

    Raises what `ask` raises in the end. It must be safe to repeat: it reads, or writes under a condition, of which a
    further attempt finds out whether its own former one was done, although the answer was lost.
    """
    end = time.monotonic() + _SECONDS
    for number in range(_TRIES - 1):
        try:
            return ask()
        except (BaseError, OSError) as error:
            if not is_passing(error) or time.monotonic() > end:
                raise
        pause = min(_MOST, _FIRST * 2**number)
        time.sleep(random.uniform(pause / 2, pause))
    return ask()
