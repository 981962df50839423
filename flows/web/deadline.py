"""The one deadline of an address: its headers, its body, its redirects and all further attempts together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flows.web.limits import Limits


class Deadline:
    """How long asking an address may still take: `limits.total` seconds, and `limits.longest` for what comes fast enough.

    Pauses that a host asks for, and waiting for another request to it, cost nothing of `total`, which runs only inside
    of `asking`; they have bounds of their own.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits, self._left = limits, limits.total
        self._end = asyncio.get_running_loop().time() + max(limits.total, limits.longest)
        self._timer, self._first = asyncio.timeout(None), 0.0

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Raise TimeoutError as soon as nothing is left. What a first attempt took, a second one has no more."""
        self._first = asyncio.get_running_loop().time() + self._left
        try:
            async with asyncio.timeout_at(self._first) as self._timer:
                yield
        finally:
            self._left = (self._timer.when() or 0.0) - asyncio.get_running_loop().time()

    def put_off(self, sent: int) -> None:
        """Leave so much more time that a body may come at `limits.slowest`, of which `sent` bytes have come."""
        if self._limits.slowest is not None:
            later = self._first + max(0.0, sent / self._limits.slowest - self._limits.total)
            self._timer.reschedule(min(later, self._end))

    @property
    def words(self) -> str:
        """What is said when it has passed."""
        reached = (self._timer.when() or 0.0) >= self._end
        return f"not whole after {self._limits.longest if reached else self._limits.total:g} seconds"
