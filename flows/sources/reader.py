"""Reading pages in processes of their own, with limits of time and memory: what comes from the web is hostile.

`Readers` starts them; `python -m flows.sources.reader MEMORY` is one. It takes a line of JSON and a body, again and again, and
answers each with a line of JSON.
"""

import asyncio
import dataclasses
import hashlib
import json
import math
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

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
        return Reading(trouble="it needs more memory to read than it may have")
    except Exception as error:  # a parser's own fault must not end the run
        return Reading(trouble=f"it cannot be read: {type(error).__name__}")


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer one request after another, until there are no more."""
    while line := source.readline():
        asked = json.loads(line)
        signal.alarm(math.ceil(asked["seconds"]) + 1)  # ends us, should the one who asks be gone
        body = source.read(asked["size"])
        sought = [Sought(**wanted) for wanted in asked["sought"]]
        reading = read(body, asked["header"], sought, asked["titles"], asked["limit"])
        target.write(json.dumps(dataclasses.asdict(reading)).encode() + b"\n")
        target.flush()
        signal.alarm(0)


class Readers:
    """A few reading processes; each is started when it is needed and again after it was killed."""

    def __init__(self, count: int, seconds: float, memory: int, limit: int) -> None:
        self._seconds, self._memory, self._limit = seconds, memory, limit
        self._idle: asyncio.LifoQueue[asyncio.subprocess.Process | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._idle.put_nowait(None)
        self._started: set[asyncio.subprocess.Process] = set()

    async def __aenter__(self) -> "Readers":
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in tuple(self._started):
            await self._end(process)

    async def _start(self) -> asyncio.subprocess.Process:
        command = [sys.executable, "-m", "flows.sources.reader", str(self._memory)]
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=null, limit=16_000_000, start_new_session=True
        )
        self._started.add(process)
        return process

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self._started.discard(process)
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.kill()
        await process.wait()

    async def _ask(self, process: asyncio.subprocess.Process, question: bytes, body: bytes) -> Reading:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(question + b"\n" + body)
        await process.stdin.drain()
        answer = json.loads(await process.stdout.readline())
        return Reading(**{**answer, "found": tuple(answer["found"]), "titles": tuple(answer["titles"])})

    async def read(self, body: bytes, header: str, sought: Sequence[Sought], titles: Sequence[str]) -> Reading:
        """As `read`; a body that takes too long, or breaks the process, is a trouble too."""
        question = {
            "size": len(body),
            "seconds": self._seconds,
            "header": header,
            "titles": list(titles),
            "limit": self._limit,
            "sought": [dataclasses.asdict(wanted) for wanted in sought],
        }
        process, whole = await self._idle.get(), False
        try:
            process = process or await self._start()
            async with asyncio.timeout(self._seconds):
                reading = await self._ask(process, json.dumps(question).encode(), body)
            whole = True
            return reading
        except TimeoutError:
            return Reading(trouble=f"it takes more than {self._seconds:g} seconds to read")
        except (OSError, ValueError):
            return Reading(trouble="it breaks the program that reads it")
        finally:
            if not whole and process is not None:  # the next answer could not tell whose it is
                await self._end(process)
            self._idle.put_nowait(process if whole else None)


def main() -> None:
    """Serve on standard input and output, within limits (setrlimit), and say nothing else there."""
    import resource

    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints does not belong among the answers
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
