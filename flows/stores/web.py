"""Reading a store from a web server, which is not trusted.

Redirects are followed by hand, few and never to another scheme or from https to http; what
is sent is cut off at its limit, whatever its headers say, and is never unpacked.
"""

import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import httpx

from flows.stores.store import StoreError, limited, safe_path, save

_REDIRECTS = 5
_ATTEMPTS = 4
_PAUSE = 0.2  # seconds before the second attempt, twice as long before each next one
_TIMEOUT = httpx.Timeout(20, connect=5)
#: a server that keeps us waiting for longer sends at least so much a second
_PATIENCE, _SLOWEST = 60, 1000
_MOVED = (301, 302, 303, 307, 308)
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "kiban"}


class _PassingError(Exception):
    """Something that another attempt may mend; the message is for the user if none does."""


def _shown(url: httpx.URL) -> str:
    """An address as messages name it: without credentials, and on one line."""
    text = str(url.copy_with(userinfo=b""))
    return text if len(text) <= 200 else f"{text[:200]}…"


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _next(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads. Raises StoreError if it may not lead there."""
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise StoreError(f"{_shown(url)} redirects to what is no address") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise StoreError(
            f"{_shown(url)} redirects to {target.scheme[:20]}:, which is not followed; only http and https are"
        )
    if url.scheme == "https" and target.scheme == "http":
        raise StoreError(f"{_shown(url)} redirects from https to http, which is not followed")
    return target.copy_with(userinfo=b"")


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """The body as it is sent. Raises StoreError if it only trickles."""
    start, size = time.monotonic(), 0
    for chunk in response.iter_raw():  # as it comes: collecting it would hide that it trickles
        size += len(chunk)
        waited = time.monotonic() - start
        if waited > _PATIENCE and size < waited * _SLOWEST:
            raise StoreError(
                f"{_shown(response.url)} sends too slowly: {size} bytes in {waited:.0f} s; try again later"
            )
        yield chunk


def _checked(response: httpx.Response, limit: int) -> Iterator[bytes] | None:
    """The body of a good answer, None if there is no such file. Raises StoreError, or _PassingError."""
    place, status = _shown(response.url), response.status_code
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return None
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _PassingError(f"{place} answers {status}; try again later")
    if status != HTTPStatus.OK:
        raise StoreError(f"{place} answers {status}; see whether the address is right and public")
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise StoreError(f"{place} is sent packed, though it was asked for as it is; it is not unpacked")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        raise StoreError(f"{place} is larger than the {limit} bytes that it may have")
    return limited(_pieces(response), limit, place)


@dataclass(frozen=True)
class WebReader:
    """A store below an address of a web server, to read only."""

    base: httpx.URL
    auth: tuple[str, str] | None
    client: httpx.Client

    def __post_init__(self) -> None:
        weakref.finalize(self, self.client.close)

    @property
    def place(self) -> str:
        """How messages name it; without credentials."""
        return _shown(self.base)

    @contextmanager
    def _answer(self, path: str) -> Iterator[httpx.Response]:
        """The answer for a file, behind at most five redirects. Raises StoreError."""
        url = httpx.URL(f"{str(self.base).rstrip('/')}/{quote(safe_path(path))}")
        for _ in range(_REDIRECTS + 1):
            # credentials are for the server they were given for, whoever it sends us to
            auth = self.auth if _origin(url) == _origin(self.base) else None
            with self.client.stream("GET", url, auth=auth) as response:
                if response.status_code not in _MOVED:
                    yield response
                    return
                url = _next(url, response.headers.get("Location", ""))
        raise StoreError(f"{self.place}: {path} is redirected more than {_REDIRECTS} times; see to the address")

    def _once(self, path: str, limit: int, target: Path | None) -> bytes | None:
        """Content of a file, or b"" if it went into `target`; None if there is none."""
        try:
            with self._answer(path) as response:
                chunks = _checked(response, limit)
                if chunks is None or target is None:
                    return None if chunks is None else b"".join(chunks)
                save(chunks, target)
                return b""
        except httpx.TransportError as error:
            reason = "cannot be reached" if isinstance(error, httpx.ConnectError) else "breaks off"
            raise _PassingError(
                f"{self.place}: {path}: the server {reason} ({type(error).__name__}); see to the network, or try later"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise StoreError(f"{self.place}: {path}: the server does not speak HTTP as it should") from error

    def _fetch(self, path: str, limit: int, target: Path | None) -> bytes | None:
        for attempt in range(_ATTEMPTS):
            try:
                return self._once(path, limit, target)
            except _PassingError as error:
                if attempt == _ATTEMPTS - 1:
                    raise StoreError(str(error)) from error
                time.sleep(_PAUSE * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def read(self, path: str, limit: int) -> bytes | None:
        """Content of a small file, None if there is none. Raises StoreError if it is larger than `limit` bytes."""
        return self._fetch(path, limit, None)

    def download(self, path: str, target: Path, limit: int) -> None:
        """Write a file to `target`. Raises StoreError if there is none, or it is larger than `limit` bytes."""
        if self._fetch(path, limit, target) is None:
            raise StoreError(f"{self.place}: {path} is missing")


def open_web(place: str) -> WebReader:
    """Reader at `https://…` or `http://…`. Raises StoreError if the address is not of that form."""
    try:
        url = httpx.URL(place)
    except httpx.InvalidURL as error:
        raise StoreError("the address of the web server is no URL; write https://host/path") from error
    if not url.host or url.query or url.fragment:
        raise StoreError(f"{_shown(url)} is no address of a store; write https://host/path without ? and #")
    auth = (url.username, url.password) if url.userinfo else None
    client = httpx.Client(headers=_HEADERS, timeout=_TIMEOUT, follow_redirects=False)
    return WebReader(url.copy_with(userinfo=b""), auth, client)
