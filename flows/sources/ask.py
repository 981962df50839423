"""Asking many sources: several hosts at a time, each politely. Knows no Prefect and keeps nothing itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from flows.sources.due import Source, by_host
from flows.sources.journal import Entry
from flows.sources.page import ask_page
from flows.sources.reader import Readers
from flows.web.addresses import Resolver, system_resolver
from flows.web.fetch import Fetcher
from flows.web.limits import DeferredError, Limits
from flows.web.robots import Robots

#: holds a host for one run, as long as the block lasts; raises TimeoutError if another run has it for too long
Slot = Callable[[str], AbstractAsyncContextManager[None]]

_TOO_MANY = 429
_MANY = 3  # hosts that are not all down by chance


@asynccontextmanager
async def no_slot(_: str) -> AsyncIterator[None]:
    """The slot of a host that nobody else asks."""
    yield


@dataclass(frozen=True)
class Asking:
    """How sources are asked: limits, whom, under which name, and what is told."""

    limits: Limits = field(default_factory=Limits)
    allow_private: bool = False
    resolver: Resolver = system_resolver
    contact: str | None = None
    slot: Slot = no_slot
    keep: Callable[[Sequence[Entry]], None] = lambda entries: None
    """gets each result as soon as it is there"""
    leave: Callable[[str, Sequence[Source], str], None] = lambda host, sources, why: None
    """is told of sources that stay due, and why"""


class _Held:
    """Keeps results, but holds back that nothing answers until something does: it may be our own network that is down."""

    def __init__(self, asking: Asking) -> None:
        self._asking, self._online = asking, False
        self._held: list[tuple[str, Sequence[Source], Sequence[Entry]]] = []

    def keep(self, host: str, sources: Sequence[Source], entries: Sequence[Entry]) -> None:
        """Keep the results of a page, or hold them back."""
        silent = all(entry.verdict == "unreachable" and entry.status is None for entry in entries)
        if silent and not self._online:
            self._held.append((host, sources, entries))
            return
        self._asking.keep(entries)
        if any(entry.status is not None for entry in entries) and not self._online:
            self._online = True
            self.end()

    def end(self) -> None:
        """Keep what was held back, or leave it, if no host of many answered at all."""
        offline = not self._online and len({host for host, _, _ in self._held}) >= _MANY
        for host, sources, entries in self._held:
            if offline:
                self._asking.leave(host, sources, "no host answers at all; see to the network of this machine")
            else:
                self._asking.keep(entries)
        self._held = []


async def _ask_host(
    host: str,
    pages: Sequence[Sequence[Source]],
    entries: Mapping[str, Entry],
    today: date,
    asking: Asking,
    tools: tuple[Fetcher, Robots, Readers],
    held: _Held,
) -> None:
    """Ask the pages of one host, one after another, until it has had its time."""
    left, why = list(pages), "it was given to another run"  # which ends the block, if its lease is lost
    try:
        async with asking.slot(host):
            end = time.monotonic() + asking.limits.host_total
            while left:
                if time.monotonic() > end:
                    why = f"it has had its {asking.limits.host_total:g} seconds"
                    break
                page = left[0]
                results = await ask_page(page, entries, today, *tools)
                held.keep(host, page, results)
                left.pop(0)
                if any(entry.status == _TOO_MANY for entry in results):
                    why = f"it answers {_TOO_MANY}"
                    break
    except DeferredError as error:
        why = str(error)
    except TimeoutError:
        why = "another run is asking it"
    if left:
        asking.leave(host, [source for page in left for source in page], why)


async def ask(chosen: Sequence[Source], entries: Mapping[str, Entry], today: date, asking: Asking) -> None:
    """Ask sources, several hosts at a time and each host one request at a time; results go to `asking.keep`.

    `entries` are the former results. What a host does never raises; what `asking.keep` and `asking.slot` raise does.
    """
    limits, held = asking.limits, _Held(asking)
    free = asyncio.Semaphore(limits.hosts)
    fetcher = Fetcher(limits, allow_private=asking.allow_private, resolver=asking.resolver, contact=asking.contact)
    async with fetcher, Readers(limits.readers, limits.reading, limits.memory, limits.text) as readers:
        tools = fetcher, Robots(fetcher), readers

        async def one(host: str, pages: Sequence[Sequence[Source]]) -> None:
            async with free:
                await _ask_host(host, pages, entries, today, asking, tools, held)

        try:
            async with asyncio.TaskGroup() as group:
                for host, pages in by_host(chosen).items():
                    group.create_task(one(host, pages))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
    held.end()
