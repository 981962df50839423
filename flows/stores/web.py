"""Reading a store from a web server, which is not trusted: what it sends is cut off at its limit, and never unpacked."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import httpx

from flows.stores.store import StoreError, safe_path, writing
from flows.web.addresses import ForbiddenError, address_of
from flows.web.blocking import Client
from flows.web.fetch import Sink
from flows.web.limits import DeferredError, Limits, UnfetchedError

#: no pause between files of one store; a server that keeps us for longer than a minute sends at least 1 kB a second
_LIMITS = Limits(connect=5, idle=20, total=60, slowest=1000, attempts=4, backoff=0.2, pause=0)
_SHOWN = 200  # characters of an address in a message


@dataclass(frozen=True)
class WebReader:
    """A store below an address of a web server, to read only."""

    base: httpx.URL
    headers: Mapping[str, str] = field(repr=False)
    client: Client

    @property
    def place(self) -> str:
        return str(self.base)[:_SHOWN]

    def _fetch(self, path: str, limit: int, sink: Sink | None = None) -> bytes | None:
        """Content of a file, or b"" if it went into `sink`; None if there is none."""
        url = httpx.URL(f"{str(self.base).rstrip('/')}/{quote(safe_path(path))}")
        try:
            answer = self.client.get(url, self.headers, replace(_LIMITS, encoded=limit, decoded=limit), sink)
        except (UnfetchedError, DeferredError) as error:
            passing = isinstance(error, DeferredError) or error.verdict == "unreachable"
            remedy = "see to the network, or try again later" if passing else "see to the address, or ask its owner"
            raise StoreError(f"{self.place}: {path}: {error}; {remedy}") from error
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return None
        if answer.status != HTTPStatus.OK:
            shown = answer.url[:_SHOWN]
            raise StoreError(f"{shown} answers {answer.status}; see whether the address is right and public")
        return answer.body

    def read(self, path: str, limit: int) -> bytes | None:
        return self._fetch(path, limit)

    def download(self, path: str, target: Path, limit: int) -> None:
        if self._fetch(path, limit, partial(writing, target)) is None:
            raise StoreError(f"{self.place}: {path} is missing")


def open_web(place: str) -> WebReader:
    """Reader at `https://…` or `http://…`. Raises StoreError if the address is not of that form."""
    try:
        given, url = httpx.URL(place), address_of(place, allow_private=True)
    except (httpx.InvalidURL, ForbiddenError) as error:
        raise StoreError("the address of the web server is no URL; write https://host/path") from error
    if url.query or given.fragment:
        raise StoreError(f"{str(url)[:_SHOWN]} is no address of a store; write https://host/path without ? and #")
    login = b64encode(f"{given.username}:{given.password}".encode()).decode("ascii")
    headers = {"Authorization": f"Basic {login}"} if given.userinfo else {}
    return WebReader(url, headers, Client(_LIMITS, "reader of releases"))
