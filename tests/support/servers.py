"""Servers that tests start and stop: an object store, one that lies, a web server, and a hostile one."""

import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

_START = 60  # seconds; a busy machine needs some for the imports of moto


def free_port() -> int:
    """A port of the loopback on which nobody listens right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class S3Server:
    """A running object store; `environment` is what its clients need, in this process or another."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test-key",
            "AWS_SECRET_ACCESS_KEY": "test-secret",
            "AWS_REGION": "us-east-1",
        }

    def bucket(self, name: str) -> str:
        """Make a bucket; return its address."""
        httpx.put(f"{self.endpoint}/{name}").raise_for_status()
        return f"s3://{name}"

    def keys(self, bucket: str) -> set[str]:
        """Names of everything that lies in a bucket."""
        listing = httpx.get(f"{self.endpoint}/{bucket}", params={"list-type": "2"}).raise_for_status().text
        return {part.partition("</Key>")[0] for part in listing.split("<Key>")[1:]}


@contextmanager
def _s3(ignored: str) -> Iterator[S3Server]:
    port = free_port()
    command = [sys.executable, __file__, ignored, str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    try:
        end = time.monotonic() + _START
        while True:
            with suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/moto-api/")
                break
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command} did not start: {server.returncode}")
            time.sleep(0.05)
        yield S3Server(f"http://127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """An object store that keeps what S3 promises: moto's server, in a process of its own."""
    with _s3("") as server:
        yield server


@contextmanager
def lying_s3_server(*ignored: str) -> Iterator[S3Server]:
    """An object store that silently ignores conditions: `If-Match` and `If-None-Match`, or those named."""
    with _s3(",".join(ignored or ("If-Match", "If-None-Match"))) as server:
        yield server


def _serve(ignored: list[str], port: int) -> None:
    """Run moto's server; it drops the headers that are to be ignored.

    One request at a time: moto looks and writes in two steps, and its threads could come between.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import run_simple

    honest, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()
    keys = [f"HTTP_{name.upper().replace('-', '_')}" for name in ignored]

    def app(environ: dict[str, object], start_response: object) -> object:
        for key in keys:
            environ.pop(key, None)
        with one_at_a_time:
            return honest(environ, start_response)

    run_simple("127.0.0.1", port, app, threaded=True, request_handler=MotoRequestHandler)


@dataclass
class Web:
    """A running web server: its address, what was asked of it, and from which request on it is out of order."""

    url: str = ""
    requests: list[tuple[str, str, str, int]] = field(default_factory=list)
    """Method, path, `Range` ("" if there is none) and status of every answer."""
    fails_after: int | None = None

    @property
    def paths(self) -> list[str]:
        """Paths that were answered well, in order."""
        return [path for _, path, _, status in self.requests if status < 400]


@contextmanager
def web_server(folder: Path) -> Iterator[Web]:
    """A web server over a folder, with ranges; after `fails_after` good answers it answers 503."""
    web, files = Web(), StaticFiles(directory=folder)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked = {name: value.decode() for name, value in scope["headers"]}.get(b"range", "")

        async def noted(message: object) -> None:
            if message["type"] == "http.response.start":
                web.requests.append((scope["method"], scope["path"], asked, message["status"]))
            await send(message)

        if web.fails_after is not None and len(web.paths) >= web.fails_after:
            await Response(status_code=503)(scope, receive, noted)
            return
        try:
            await files(scope, receive, noted)
        except Exception as error:  # what Starlette itself would turn into an answer
            await Response(status_code=getattr(error, "status_code", 500))(scope, receive, noted)

    config = uvicorn.Config(
        app, port=0, log_level="critical", access_log=False, ws="none", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        end = time.monotonic() + _START
        while not server.started:
            if not thread.is_alive() or time.monotonic() > end:
                raise RuntimeError("the web server did not start")
            time.sleep(0.01)
        web.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield web
    finally:
        server.should_exit = True
        thread.join()


#: what a hostile server sends, byte for byte, for a path and the number of the request for it, from 1
Script = Callable[[str, int], Iterable[bytes]]


def head(status: int, **headers: str | int) -> bytes:
    """Status line and headers of an answer, with `_` for `-`."""
    lines = [f"HTTP/1.1 {status} Answer", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(body: bytes, status: int = 200, **headers: str | int) -> list[bytes]:
    """A whole answer."""
    return [head(status, **{"Content_Length": len(body), **headers}), body]


@dataclass
class Hostile:
    """A running hostile server: its address, how often each path was asked for, and how much it got rid of."""

    url: str
    asked: dict[str, int] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """Head of every request."""
    sent: int = 0


@contextmanager
def hostile_server(script: Script) -> Iterator[Hostile]:
    """A server that sends what its script says, and then cuts the connection."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                lines = [self.rfile.readline()]
                while lines[-1] not in (b"\r\n", b""):
                    lines.append(self.rfile.readline())
                path = lines[0].split(b" ")[1].decode() if b" " in lines[0] else ""
                hostile.requests.append(b"".join(lines).decode("latin-1"))
                hostile.asked[path] = hostile.asked.get(path, 0) + 1
                for chunk in script(path, hostile.asked[path]):
                    self.request.sendall(chunk)
                    hostile.sent += len(chunk)

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        hostile = Hostile(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield hostile
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    _serve([name for name in sys.argv[1].split(",") if name], int(sys.argv[2]))
