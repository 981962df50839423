"""robots.txt: may this page be asked, and how often? (RFC 9309)"""

import asyncio
from dataclasses import dataclass, replace

import httpx
from protego import Protego

from flows import about
from flows.web.addresses import ForbiddenError, address_of
from flows.web.fetch import Fetcher, host_of
from flows.web.limits import DeferredError, Failure, TooLargeError, UnfetchedError, failure_of

_OK, _SERVER_ERROR = 200, 500


@dataclass(frozen=True)
class _Rules:
    """The rules of a host; without `protego` nothing is forbidden, with `trouble` everything is, for this run."""

    protego: Protego | None = None
    trouble: str | None = None
    status: int | None = None
    verdict: Failure = "unreachable"
    deferred: bool = False


class Robots:
    """The robots.txt of every host of a run, each asked for once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, asyncio.Task[_Rules]] = {}

    async def check(self, url: httpx.URL) -> None:
        """Return if the page may be asked; from then on the pause between requests is the host's Crawl-delay.

        Raises UnfetchedError if the host forbids it or answers with a status that nobody knows (unreadable), or its
        robots.txt cannot be had (unreachable: "complete disallow", RFC 9309, section 2.3.1.4); DeferredError if the Crawl-delay is too long for a run.
        """
        origin = f"{url.scheme}://{host_of(url)}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._read(httpx.URL(f"{origin}/robots.txt")))
        rules = await asyncio.shield(self._rules[origin])
        if rules.trouble is not None:
            if rules.deferred:
                raise DeferredError(rules.trouble)
            raise UnfetchedError(rules.verdict, f"robots.txt: {rules.trouble}", rules.status)
        if rules.protego is None:
            return
        agent = about.NAME
        if not rules.protego.can_fetch(str(url), agent):
            raise UnfetchedError("unreadable", "robots.txt forbids it")
        delay, longest = rules.protego.crawl_delay(agent), self._fetcher.limits.longest_wait
        if delay is not None and delay > longest:
            raise DeferredError(f"robots.txt of {host_of(url)} asks for {delay:g} seconds between requests")
        if delay is not None:
            self._fetcher.slow_down(url, delay)

    async def _read(self, url: httpx.URL) -> _Rules:
        """Ask for one robots.txt, behind at most five redirects (section 2.3.1.2)."""
        try:
            address_of(str(url), self._fetcher.allow_private)
            limits = replace(
                self._fetcher.limits, encoded=self._fetcher.limits.robots, decoded=self._fetcher.limits.robots
            )
            answer = await self._fetcher.follow(url, limits=limits)
        except DeferredError as error:
            return _Rules(trouble=str(error), deferred=True)
        except ForbiddenError as error:
            return _Rules(trouble=str(error))
        except UnfetchedError as error:
            if error.verdict == "unreachable" or isinstance(error, TooLargeError):
                return _Rules(trouble=error.note, status=error.status)
            return _Rules()  # there is one, but not for us to read: "unavailable", section 2.3.1.3
        if answer.status >= _SERVER_ERROR:
            # a status that nobody knows gives no leave to ask, as 4xx does (section 2.3.1.3)
            return _Rules(None, f"it answers {answer.status}", answer.status, failure_of(answer.status))
        if answer.status != _OK:
            return _Rules()
        try:
            return _Rules(Protego.parse(answer.body.decode("utf-8", "replace").removeprefix("\ufeff")))
        except (ValueError, IndexError, RecursionError):
            return _Rules()
