"""Reading pages in processes of their own, with limits of time and memory: what comes from the web is hostile."""

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from flows.bounded import Bounds, OverBoundsError, Worker
from flows.sources.sought import Page, Sought, has_title, is_found
from flows.web.page_text import NoTextError, page_text


@dataclass(frozen=True)
class Reading:
    """What a page says: hash of its text, the statements found in it, and whether it bears the title of each source.

    `trouble` is set instead if it could not be read. `scripted` if there is hardly any text, and scripts.
    """

    text_sha256: str | None = None
    media_type: str | None = None
    found: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    scripted: bool = False
    trouble: str | None = None


_TROUBLES = {
    "memory": "it needs more memory to read than it may have",
    "time": "it takes more than {seconds:g} seconds to read",
    "broken": "it breaks the program that reads it",
}

_HARDLY = 400  # characters; less, with scripts, is a page that only they would fill


def read(body: bytes, header: str, sought: Sequence[Sought], titles: Sequence[str], limit: int) -> Reading:
    """Read a body and look for statements and titles in it; never raises what a body can cause."""
    try:
        text = page_text(body, header, limit)
        page = Page.of(text.text)
        return Reading(
            text_sha256=hashlib.sha256(text.text.encode("utf-8", "replace")).hexdigest(),
            media_type=text.media_type,
            found=tuple(wanted.statement_id for wanted in sought if is_found(page, wanted)),
            titles=tuple(title for title in titles if has_title(page, title)),
            scripted=text.scripted and len(page.text) < _HARDLY,
        )
    except NoTextError as error:
        return Reading(trouble=str(error))
    except MemoryError:
        return Reading(trouble=_TROUBLES["memory"])
    except Exception as error:  # a parser's own fault must not end the run
        return Reading(trouble=f"it cannot be read: {type(error).__name__}")


class Readers:
    """A few reading processes; each is started when it is needed and again after it was ended."""

    def __init__(self, count: int, seconds: float, memory: int, limit: int) -> None:
        self._limit = limit
        self._workers = [Worker(Bounds(seconds, memory)) for _ in range(count)]
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="kiban-readers")

    async def __aenter__(self) -> "Readers":
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()  # which ends the call that a cancelled run left waiting in its thread
        self._threads.shutdown()
        for worker in self._workers:
            worker.end()

    async def read(self, body: bytes, header: str, sought: Sequence[Sought], titles: Sequence[str]) -> Reading:
        """As `read`; a body that takes too long, or breaks the process, is a trouble too."""
        worker = await self._idle.get()
        call = partial(worker.call, read, body, header, list(sought), list(titles), self._limit)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except OverBoundsError as error:
            return Reading(trouble=_TROUBLES[error.kind].format(seconds=worker.bounds.seconds))
        finally:
            self._idle.put_nowait(worker)
