"""The fetcher for code that waits. A thread of its own asks, so that a signal reaches the thread that waits."""

import asyncio
import threading
import weakref
from collections.abc import Coroutine, Mapping
from functools import cache
from typing import TypeVar

import httpx

from flows.web.fetch import Answer, Fetcher, Sink, user_agent
from flows.web.limits import Limits

_T = TypeVar("_T")
_GRACE = 10  # seconds for work that was cut off to clear up


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="kiban-web", daemon=True).start()
    return loop


def wait_for(work: Coroutine[object, object, _T]) -> _T:
    """Run to the end and return the result. Whatever a signal raises meanwhile ends the work, and then this.

    In a loop of the same thread it could not: asyncio swallows what a handler raises inside of one of its callbacks.
    """
    done = threading.Event()

    async def guarded() -> _T:
        try:
            return await work
        finally:
            done.set()

    future = asyncio.run_coroutine_threadsafe(guarded(), _loop())
    try:
        return future.result()
    except BaseException:
        if future.cancel():
            done.wait(_GRACE)
        raise


def _close(fetcher: Fetcher) -> None:
    asyncio.run_coroutine_threadsafe(fetcher.aclose(), _loop())


class Client:
    """Asks addresses that the user named: also private ones, and through the proxies of the environment."""

    def __init__(self, limits: Limits, purpose: str, *, one_server: bool = False, packed: bool = False) -> None:
        agent = user_agent(purpose=purpose)
        self._fetcher = Fetcher(limits, named=True, one_server=one_server, packed=packed, agent=agent)
        # not at the end of the program, when the thread that would do it is no more
        weakref.finalize(self, _close, self._fetcher).atexit = False

    def get(
        self, url: httpx.URL, extra: Mapping[str, str], limits: Limits | None = None, sink: Sink | None = None
    ) -> Answer:
        """As `Fetcher.follow`."""
        return wait_for(self._fetcher.follow(url, extra, limits=limits, sink=sink))
