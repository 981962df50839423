"""Fetching one address of the web as a polite stranger who trusts nobody.

Redirects are followed by hand and each is checked anew; sizes and times are cut off whatever headers say; what passes is
asked again; no cookie is kept. Addresses are checked in `flows.web.addresses`, robots.txt in `flows.web.robots`.
"""

import asyncio
import importlib.metadata
import os
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urljoin

import httpcore
import httpx

from flows import about
from flows.web.addresses import CheckedBackend, ForbiddenError, Resolver, address_of, system_resolver
from flows.web.body import body_of
from flows.web.deadline import Deadline
from flows.web.limits import DeferredError, Limits, PassingError, UnfetchedError
from flows.web.proxies import proxy_for, through
from flows.web.waiting import asked_wait

_REDIRECTS = (301, 302, 303, 307, 308)
_GOOD = (200, 203)
_PERMANENT = (301, 308)  # RFC 9110, section 15.4
_PASSING = (408, 425, 429, 500, 502, 503, 504)  # another attempt may mend these
_PAGES = "text/html, application/pdf, text/plain, application/json, */*;q=0.5"


#: opens what the pieces of a body are written to, anew for every attempt; without one they are `Answer.body`
Sink = Callable[[], AbstractContextManager[Callable[[bytes], object]]]


@dataclass(frozen=True)
class Answer:
    """What an address gave: 200 with a body, or 304. `moved_to` is set if a permanent redirect leads elsewhere."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str | None = None


@dataclass
class _Host:
    """What we know of a host in this run."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0
    pause: float = 0.0


def user_agent(contact: str | None = None, purpose: str = "audit of cited sources") -> str:
    """How we name ourselves: project, version, what for, and the contact if the operator gave one (RFC 9110, 10.1.5)."""
    words = f"{about.NAME}/{importlib.metadata.version('kiban')} ({purpose}{f'; +{contact}' if contact else ''})"
    return "".join(c for c in words if c.isascii() and c.isprintable())


def same_place(one: str, other: str) -> bool:
    """Whether two addresses are one place: scheme http or https, a trailing slash and a fragment make no difference."""

    def place(text: str) -> tuple[str, int | None, str, bytes]:
        url = httpx.URL(text)
        return url.host, url.port, url.path.rstrip("/"), url.query

    return place(one) == place(other)


def host_of(url: httpx.URL | str) -> str:
    """Whom an address asks: its host, with the port if it is not the usual one."""
    return httpx.URL(url).netloc.decode("ascii")


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """The server of an address: scheme, host, port."""
    return url.scheme, url.host, url.port


def _text(value: bytes) -> str:
    """A header's value: UTF-8, in which servers write a `Location` that they do not encode, or else Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _reason(error: BaseException) -> str:
    """What went wrong with a connection, in a few words and without addresses of ours."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"TLS fails: {getattr(cause, 'verify_message', '') or cause.reason or type(cause).__name__}"
        cause = cause.__cause__ or cause.__context__
    names: dict[type[BaseException], str] = {
        httpcore.ConnectTimeout: "no connection in time",
        httpcore.ReadTimeout: "no answer in time",
        httpcore.ConnectError: "no connection",
        httpcore.RemoteProtocolError: "the answer is broken off or no HTTP",
        httpcore.ProxyError: "the proxy refuses",
    }
    return f"{names.get(type(error), 'the connection breaks')}: {error}".rstrip(": ")[:200]


@cache
def _trusted(file: str | None, folder: str | None) -> ssl.SSLContext:
    """What all fetchers of a process trust, by what the environment names: to read it takes tens of milliseconds."""
    return httpx.create_ssl_context()


class Fetcher:
    """Asks addresses, one request at a time to each host. Use it as `async with Fetcher(…) as fetcher`.

    An address that the user `named` may be private, is asked through the proxies of the environment, and its body comes
    as it lies there, unless it may come `packed`; others are asked directly, and may. With `one_server` no redirect leads
    to another one.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        allow_private: bool = False,
        named: bool = False,
        one_server: bool = False,
        packed: bool | None = None,
        resolver: Resolver = system_resolver,
        agent: str | None = None,
    ) -> None:
        self.limits, self.allow_private = limits, allow_private or named
        self._named, self._one_server, self._agent = named, one_server, agent or user_agent()
        self._packed = not named if packed is None else packed
        self._hosts: dict[str, _Host] = {}
        self._ssl = _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        self._proxies: dict[str, httpcore.AsyncHTTPProxy] = {}
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=self._ssl,
            max_connections=limits.hosts * 2,
            max_keepalive_connections=limits.hosts,
            keepalive_expiry=5,
            network_backend=CheckedBackend(self.allow_private, resolver),
        )

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in (self._pool, *self._proxies.values()):
            await pool.aclose()

    def _host(self, url: httpx.URL) -> _Host:
        return self._hosts.setdefault(host_of(url), _Host(pause=self.limits.pause))

    def slow_down(self, url: httpx.URL, pause: float) -> None:
        """Leave at least so many seconds between two requests to the host of an address, from the last one on."""
        host = self._host(url)
        host.next_at += max(0.0, pause - host.pause)
        host.pause = max(host.pause, pause)

    def _way(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        """Connections to an address: direct, or through the proxy of the environment. Raises UnfetchedError."""
        proxy = proxy_for(url) if self._named else None
        if proxy is None:
            return self._pool
        if proxy not in self._proxies:
            self._proxies[proxy] = through(proxy, self._ssl)
        return self._proxies[proxy]

    async def _once(
        self, url: httpx.URL, extra: Mapping[str, str], limits: Limits, deadline: Deadline, sink: Sink | None
    ) -> Answer:
        """One request, within what is left of its time. Raises UnfetchedError, or PassingError."""
        packs, kinds = "gzip, identity;q=0.5" if self._packed else "identity", "*/*" if self._named else _PAGES
        headers = [("Host", host_of(url)), ("User-Agent", self._agent), ("Accept-Encoding", packs), ("Accept", kinds)]
        headers += extra.items()
        times = {"connect": limits.connect, "read": limits.idle, "write": limits.idle, "pool": limits.total}
        state, body = self._host(url), bytearray()
        async with state.lock:
            await asyncio.sleep(max(0.0, state.next_at - time.monotonic()))
            try:
                async with (
                    deadline.asking(),
                    self._way(url).stream("GET", str(url), headers=headers, extensions={"timeout": times}) as response,
                ):
                    found = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
                    if response.status in _GOOD:
                        pieces = body_of(response.aiter_stream(), found, limits, self._packed, deadline)
                        with sink() if sink else nullcontext(body.extend) as write:
                            async for piece in pieces:
                                write(piece)
                    return Answer(str(url), response.status, found, bytes(body))
            except ForbiddenError as error:
                raise UnfetchedError("unreadable", str(error), url=str(url)) from error
            except TimeoutError as error:
                raise UnfetchedError("unreachable", deadline.words, url=str(url)) from error
            except (
                httpcore.TimeoutException,
                httpcore.NetworkError,
                httpcore.ProtocolError,
                httpcore.ProxyError,
                ssl.SSLError,
            ) as error:
                raise PassingError(_reason(error)) from error
            except (UnicodeError, httpcore.UnsupportedProtocol) as error:
                raise UnfetchedError("unreadable", f"no address that can be asked: {error}", url=str(url)) from error
            finally:
                state.next_at = time.monotonic() + state.pause

    async def _request(
        self, url: httpx.URL, extra: Mapping[str, str], limits: Limits, deadline: Deadline, sink: Sink | None
    ) -> Answer:
        """One answer of one address, also a redirect or a refusal, after further attempts where they may help.

        Raises UnfetchedError, or DeferredError if the host asks for a longer pause.
        """
        for attempt in range(1, limits.attempts + 1):
            try:
                answer = await self._once(url, extra, limits, deadline, sink)
                if answer.status not in _PASSING:
                    return answer
                wait = asked_wait(answer.headers, datetime.now(UTC))
                raise PassingError(f"it answers {answer.status}", answer.status, wait)
            except PassingError as error:
                if error.wait is not None and error.wait > limits.longest_wait:
                    note = f"{host_of(url)} asks to wait {error.wait:.0f} seconds"
                    raise DeferredError(note, error.status, str(url)) from error
                if attempt == limits.attempts:
                    note = f"{error.note}, {attempt} times" if attempt > 1 else error.note
                    raise UnfetchedError("unreachable", note, error.status, str(url)) from error
                backoff = limits.backoff * 2 ** (attempt - 1)
                await asyncio.sleep((error.wait or 0) + random.uniform(backoff / 2, backoff))
        raise AssertionError("the last attempt returns or raises")

    def _next(self, url: httpx.URL, answer: Answer) -> httpx.URL:
        """Where a redirect leads. Raises UnfetchedError if it may not lead there."""
        location = answer.headers.get("location", "")
        try:
            if not location:
                raise ForbiddenError("nowhere")
            target = address_of(urljoin(str(url), location), self.allow_private)
        except (ForbiddenError, ValueError) as error:
            raise UnfetchedError("unreadable", f"redirected: {error}", answer.status, str(url)) from error
        if self._one_server and origin(target) != origin(url):
            raise UnfetchedError("unreadable", "redirected to another server", answer.status, str(url))
        if url.scheme == "https" and target.scheme == "http":
            raise UnfetchedError(
                "unreadable", f"redirected from https to http at {target.host}", answer.status, str(url)
            )
        return target

    async def follow(
        self,
        url: httpx.URL,
        extra: Mapping[str, str] | None = None,
        before: Callable[[httpx.URL], Awaitable[None]] | None = None,
        limits: Limits | None = None,
        sink: Sink | None = None,
    ) -> Answer:
        """The answer behind an address and its redirects; `before` is called with each address before it is asked.

        `extra` are further headers, of which Authorization goes only to the server of `url`. Raises UnfetchedError, also for a circle, too many redirects, or one that is not followed; DeferredError; and
        whatever `before` raises.
        """
        limits, seen, permanent, moved = limits or self.limits, {str(url)}, True, None
        deadline, first, extra = Deadline(limits), origin(url), extra or {}
        bare = {name: value for name, value in extra.items() if name != "Authorization"}
        while True:
            if before is not None:
                await before(url)
            headers = extra if origin(url) == first else bare
            answer = await self._request(url, headers, limits, deadline, sink)
            if answer.status not in _REDIRECTS:
                return replace(answer, moved_to=moved)
            target = self._next(url, answer)
            if str(target) in seen:
                raise UnfetchedError("unreadable", "redirected in a circle", answer.status, str(url))
            if len(seen) > limits.redirects:
                note = f"redirected more than {limits.redirects} times"
                raise UnfetchedError("unreadable", note, answer.status, str(url))
            permanent = permanent and answer.status in _PERMANENT
            moved = str(target) if permanent else moved
            seen.add(str(target))
            url = target
