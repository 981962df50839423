"""An object store in memory whose answers are lost, torn or refused in passing, as a script says."""

import hashlib
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from support.servers import S3Server

#: what goes wrong with one request: before it is done, or after
Fault = Literal["cut before", "busy", "cut after", "error after", "torn"]
#: what goes wrong with a request of a method for a path, of which it is the so-manieth from 1 on
Faults = Callable[[str, str, int], Fault | None]

#: each of them
EVERY: tuple[Fault, ...] = ("cut before", "busy", "cut after", "error after", "torn")


def some(seed: int, percent: int) -> Faults:
    """So many per cent of all requests fail in some way, whoever comes first; the fifth for the same thing never does."""

    def fault(method: str, path: str, number: int) -> Fault | None:
        drawn = zlib.crc32(f"{seed} {method} {path} {number}".encode())
        return EVERY[drawn // 100 % len(EVERY)] if number < 5 and drawn % 100 < percent else None

    return fault


class FaultyS3(ThreadingHTTPServer):
    """What lies in it, by path, and how often each thing was asked for."""

    def __init__(self, faults: Faults, lies: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lies = lies
        self.faults, self.lock = faults, threading.Lock()
        self.kept: dict[str, bytes] = {}
        self.asked: dict[tuple[str, str], int] = {}

    def done(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Do what is asked, under S3's conditions; return status and body."""
        found = self.kept.get(path)
        if method == "PUT":
            headers = {} if self.lies else headers
            if headers.get("if-none-match") == "*" and found is not None:
                return 412, b""
            if "if-match" in headers and (found is None or headers["if-match"] != _tag(found)):
                return 412, b""
            self.kept[path] = body
            return 200, b""
        if method == "POST":  # how the library deletes
            key = body.decode().partition("<Key>")[2].partition("</Key>")[0]
            self.kept.pop(f"{path}/{key}", None)
            return 200, f"<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>".encode()
        if "list-type=2" in query:
            return 200, self._listed(parse_qs(query).get("prefix", [""])[0], path)
        return (404, b"<Error><Code>NoSuchKey</Code></Error>") if found is None else (200, found)

    def _listed(self, prefix: str, bucket: str) -> bytes:
        keys = [path.removeprefix(f"{bucket}/") for path in self.kept]
        below = {key.removeprefix(prefix).partition("/")[0] for key in keys if key.startswith(prefix)}
        names = "".join(f"<CommonPrefixes><Prefix>{prefix}{n}/</Prefix></CommonPrefixes>" for n in sorted(below))
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{names}</ListBucketResult>".encode()


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


class _Handler(BaseHTTPRequestHandler):
    server: FaultyS3

    def _answer(self) -> None:
        parts, self.close_connection = urlsplit(self.path), True
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            key = self.command, parts.path
            number = self.server.asked[key] = self.server.asked.get(key, 0) + 1
            fault = self.server.faults(*key, number)
            if fault == "cut before":
                return
            if fault == "busy":
                self._send(503, b"<Error><Code>SlowDown</Code></Error>", b"")
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content = self.server.done(*key, parts.query, headers, body)
            tagged = self.server.kept.get(parts.path, b"")
        if fault == "error after":
            status, content = 500, b""
        if fault != "cut after":
            self._send(status, content, tagged, torn=fault == "torn")

    def _send(self, status: int, content: bytes, tagged: bytes, torn: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) + torn))
        self.send_header("ETag", _tag(tagged))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815  # the names that http.server asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def memory_s3() -> Iterator[tuple[FaultyS3, S3Server]]:
    """A store without faults, which answers within a millisecond; what holds for moto's server holds for it, in `stores/`."""
    with faulty_s3(lambda *_: None) as served:
        yield served


@contextmanager
def faulty_s3(faults: Faults, lies: bool = False) -> Iterator[tuple[FaultyS3, S3Server]]:
    """A store with such faults, which ignores conditions if it `lies`, and how its clients reach it."""
    with FaultyS3(faults, lies) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server, S3Server(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
