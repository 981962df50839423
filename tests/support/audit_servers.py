"""A web that misbehaves: loopback servers for tests of the audit, and small PDFs."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """One request: whom it asks (name only), the path with its query, headers in lower case, which it is of that path."""

    host: str
    path: str
    headers: dict[str, str]
    number: int


#: what a page does: writes bytes, as it likes; the connection is closed afterwards if it returns True
Script = Callable[[Request, asyncio.StreamWriter], Awaitable[bool | None]]


def answer(body: bytes | str, status: int = 200, **headers: str | int) -> bytes:
    """A whole answer; `_` in names of headers is `-`."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Answer"]
    lines += [f"{n.replace('_', '-')}: {v}" for n, v in {"Content_Length": len(body), **headers}.items() if v != ""]
    return "\r\n".join(lines).encode("latin-1") + _END + body


def page(text: str, **headers: str | int) -> bytes:
    """An HTML page of a text."""
    kind = {"Content_Type": "text/html; charset=utf-8", **headers}
    return answer(f"<!doctype html><html><head><title>A page</title></head><body><p>{text}</p></body></html>", **kind)


def redirect(location: str, status: int = 301) -> bytes:
    return answer(b"", status, Location=location)


@dataclass
class Web:
    """A running web: its port, what it gives by host and path, and what was asked of it."""

    port: int = 0
    pages: dict[tuple[str, str], bytes | Script] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    most_at_once: dict[str, int] = field(default_factory=dict)
    now: dict[str, int] = field(default_factory=dict)
    fallback: Script | None = None

    def url(self, path: str, host: str = "web.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def give(self, path: str, what: bytes | Script, host: str = "web.test") -> str:
        """Have a path give an answer, or do what a script says; return its address."""
        self.pages[host, path] = what
        return self.url(path, host)

    def asked(self, path: str, host: str = "web.test") -> list[Request]:
        return [request for request in self.requests if (request.host, request.path) == (host, path)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while True:
                lines = (await reader.readuntil(_END)).decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
                }
                host = headers["host"].rpartition(":")[0] or headers["host"]
                path = lines[0].split(" ")[1]
                request = Request(host, path, headers, len(self.asked(path, host)) + 1 if self.fallback is None else 1)
                self.requests.append(request)
                self.now[host] = self.now.get(host, 0) + 1
                self.most_at_once[host] = max(self.most_at_once.get(host, 0), self.now[host])
                try:
                    what = self.pages.get((host, path), self.fallback or answer(b"no such page", 404))
                    if isinstance(what, bytes):
                        writer.write(what)
                    elif await what(request, writer):
                        break
                    await writer.drain()
                finally:
                    self.now[host] -= 1
        with suppress(OSError):
            writer.close()


@contextmanager
def web_of_faults() -> Iterator[Web]:
    """A web on a free port of the loopback; every host name is it, if `resolver` resolves."""
    web, ready, loop = Web(), threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        server = await asyncio.start_server(web._serve, "127.0.0.1", 0, limit=1 << 20)
        web.port = server.sockets[0].getsockname()[1]
        ready.set()
        with suppress(asyncio.CancelledError):
            await server.serve_forever()

    def main() -> None:
        asyncio.set_event_loop(loop)
        task = loop.create_task(run())
        ends.append(task)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        rest = asyncio.all_tasks(loop)
        for left in rest:
            left.cancel()
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    ends: list[asyncio.Task[None]] = []
    thread = threading.Thread(target=main)
    thread.start()
    try:
        assert ready.wait(30)
        yield web
    finally:
        loop.call_soon_threadsafe(ends[0].cancel)
        thread.join()


async def resolver(host: str, port: int) -> list[str]:
    """Every name is the loopback, but those that do not resolve."""
    if host.startswith("nowhere"):
        raise OSError("no such name")
    return ["127.0.0.1"]


# --- scripts


def in_turn(*answers: bytes) -> Script:
    """One answer after another; the last one for ever."""

    async def script(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[min(request.number, len(answers)) - 1])

    return script


async def silent(request: Request, writer: asyncio.StreamWriter) -> bool:
    """Never answers."""
    await asyncio.sleep(60)
    return True


async def trickling(request: Request, writer: asyncio.StreamWriter) -> bool:
    """A byte now and then, without end."""
    writer.write(b"HTTP/1.1 200 Answer\r\nContent-Type: text/plain" + _END)
    while not writer.is_closing():
        writer.write(b"1")
        await writer.drain()
        await asyncio.sleep(0.02)
    return True


async def torn(request: Request, writer: asyncio.StreamWriter) -> bool:
    """Half of a body, and the connection is reset."""
    writer.write(answer("175 billion parameters")[:-10])
    await writer.drain()
    writer.transport.abort()
    return True


async def endless(request: Request, writer: asyncio.StreamWriter) -> bool:
    """A body without length and end."""
    writer.write(b"HTTP/1.1 200 Answer\r\nContent-Type: text/plain" + _END)
    while not writer.is_closing():
        writer.write(b"words " * 10_000)
        await writer.drain()
    return True


async def no_http(request: Request, writer: asyncio.StreamWriter) -> bool:
    writer.write(b"SSH-2.0-something\r\n\r\n")
    return True


def bomb(megabytes: int) -> bytes:
    """A page of many blanks, packed small."""
    return answer(gzip.compress(b" " * megabytes * 1_000_000), Content_Encoding="gzip", Content_Type="text/plain")


# --- PDFs


def pdf(*lines: str, encrypted: bool = False, stream: bytes | None = None) -> bytes:
    """A PDF of one page with lines of ASCII text, or a packed stream; encrypted with a password that nobody knows."""
    shown = "".join(f"({line.replace('(', '[').replace(')', ']')}) Tj 0 -20 Td " for line in lines)
    packed = b"" if stream is None else b" /Filter /FlateDecode"
    content = stream or f"BT /F1 12 Tf 50 750 Td {shown}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), packed, content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"ab" * 32, b"cd" * 32),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    locked = b" /Encrypt 6 0 R /ID [<%s> <%s>]" % (b"ef" * 16, b"ef" * 16) if encrypted else b""
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, locked, start)
    return bytes(out)
