"""Asking many sources: several hosts at a time, each politely. Knows no Prefect and keeps nothing itself."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flows.sources.due import Source, by_host
from flows.sources.journal import Entry
from flows.sources.page import Tools, ask_page
from flows.sources.reader import Readers
from flows.web.addresses import Resolver, system_resolver
from flows.web.fetch import Fetcher, user_agent
from flows.web.limits import DeferredError, Limits
from flows.web.robots import Robots

_TOO_MANY = 429


@dataclass(frozen=True)
class Asking:
    """How sources are asked: limits, whom, under which name, and what is told."""

    limits: Limits = field(default_factory=Limits)
    allow_private: bool = False
    resolver: Resolver = system_resolver
    contact: str | None = None
    keep: Callable[[Sequence[Entry]], None] = lambda entries: None
    """gets each result as soon as it is there"""
    leave: Callable[[str, Sequence[Source], str], None] = lambda host, sources, why: None
    """is told of sources that stay due, and why"""


async def _ask_host(
    host: str,
    pages: Sequence[Sequence[Source]],
    entries: Mapping[str, Entry],
    today: date,
    asking: Asking,
    tools: Tools,
) -> None:
    """Ask the pages of one host, one after another, until it has had its time; what is left stays due."""
    end, why = time.monotonic() + asking.limits.host_total, ""
    for number, page in enumerate(pages):
        try:
            if not why and time.monotonic() > end:
                why = f"it has had its {asking.limits.host_total:g} seconds"
            if why:
                raise DeferredError(why)
            results = await ask_page(page, entries, today, tools)
        except DeferredError as error:
            asking.leave(host, [source for rest in pages[number:] for source in rest], str(error))
            return
        asking.keep(results)
        why = f"it answers {_TOO_MANY}" if any(entry.status == _TOO_MANY for entry in results) else ""


async def ask(chosen: Sequence[Source], entries: Mapping[str, Entry], today: date, asking: Asking) -> None:
    """Ask sources, several hosts at a time and each host one request at a time; results go to `asking.keep`.

    `entries` are the former results. What a host does never raises; what `asking.keep` raises does.
    """
    limits = asking.limits
    free = asyncio.Semaphore(limits.hosts)
    agent = user_agent(asking.contact)
    fetcher = Fetcher(limits, allow_private=asking.allow_private, resolver=asking.resolver, agent=agent)
    async with fetcher, Readers(limits.readers, limits.reading, limits.memory, limits.text) as readers:
        tools = Tools(fetcher, Robots(fetcher), readers)

        async def one(host: str, pages: Sequence[Sequence[Source]]) -> None:
            async with free:
                await _ask_host(host, pages, entries, today, asking, tools)

        try:
            async with asyncio.TaskGroup() as group:
                for host, pages in by_host(chosen).items():
                    group.create_task(one(host, pages))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
