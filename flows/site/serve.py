"""A server on loopback for a site or the folder of a release: ranges, content types, CORS, cache headers."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from flows.errors import told
from flows.layout import is_version

#: content types by the end of a file's name; what is not here is bytes
TYPES = {
    ".atom": "application/atom+xml",
    ".cff": "text/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".sql": "text/plain",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".xml": "application/xml",
}
_TEXTS = ("SHA256SUMS", "LICENSE", "allowed_signers")
#: a version never changes; everything else is asked again, and answered by 304 while it is the same
_FOREVER, _ASK = "public, max-age=31536000, immutable", "no-cache"


def content_type(name: str) -> str:
    """The content type of a file by its name."""
    return "text/plain" if name in _TEXTS else TYPES.get(Path(name).suffix, "application/octet-stream")


class _Files(StaticFiles):
    """Files of a folder with their own types and cache headers; nothing hidden, nothing behind a link that leads out."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if any(part.startswith(".") and part != "." for part in Path(path).parts):
            raise HTTPException(status_code=404)
        return await super().get_response(path, scope)

    def file_response(
        self,
        full_path: "str | os.PathLike[str]",
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        kind = content_type(Path(full_path).name)
        if isinstance(response, FileResponse):
            response.media_type = kind
            response.headers["content-type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        first = scope["path"].strip("/").split("/")[0]
        response.headers["cache-control"] = _FOREVER if is_version(first) else _ASK
        response.headers["x-content-type-options"] = "nosniff"
        return response


def application(folder: Path) -> Starlette:
    """The application that serves a folder: GET and HEAD, with ranges, to whoever asks."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD"],
        allow_headers=["*"],
        expose_headers=["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
    )
    application = Starlette(middleware=[cors])
    application.mount("/", _Files(directory=folder, html=True))
    return application


class _Server(uvicorn.Server):
    """A server that tells when it can be asked and interrupted."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def serve(folder: Path, port: int, told_address: Callable[[str], object]) -> None:
    """Serve a folder on loopback until Ctrl-C; `told_address` is called with the address once it can be asked.

    Port 0 takes a free one. Raises UserError if the port is taken, and KeyboardInterrupt at Ctrl-C.
    """
    with told(f"port {port} of this machine cannot be used; give another by --port"):
        listening = socket.create_server(("127.0.0.1", port))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    config = uvicorn.Config(
        application(folder),
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    with listening:
        _Server(config, lambda: told_address(address)).run(sockets=[listening])
