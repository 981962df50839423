"""Fetching one page of the web as a polite stranger who trusts nobody.

Redirects are followed by hand and each is checked anew; sizes and times are cut off whatever headers say; no cookie is
kept, no credential sent, and no proxy of the environment used. Addresses are checked in `flows.web.addresses`, robots.txt in
`flows.robots`.
"""

import asyncio
import importlib.metadata
import random
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import httpcore
import httpx

from flows import about
from flows.web.addresses import CheckedBackend, ForbiddenError, Resolver, address_of, system_resolver
from flows.web.limits import DeferredError, Limits, TooLargeError, UnfetchedError

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)  # RFC 9110, section 15.4
_PASSING = (408, 425, 429, 500, 502, 503, 504)  # another attempt may mend these
_TOO_MANY = 429


class _PassingError(Exception):
    """Something that another attempt may mend."""

    def __init__(self, note: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(note)
        self.note, self.status, self.wait = note, status, wait


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


def user_agent(contact: str | None = None) -> str:
    """How we name ourselves: project, version, and the contact if the operator gave one (RFC 9110, section 10.1.5)."""
    words = f"{about.NAME}/{importlib.metadata.version('kiban')} (audit of cited sources{f'; +{contact}' if contact else ''})"
    return "".join(c for c in words if c.isascii() and c.isprintable())


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for: a number, or until a date (RFC 9110, section 10.2.3); None if neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:12])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


def same_place(one: str, other: str) -> bool:
    """Whether two addresses are one place: scheme http or https, a trailing slash and a fragment make no difference."""

    def place(text: str) -> tuple[str, int | None, str, bytes]:
        url = httpx.URL(text)
        return url.host, url.port, url.path.rstrip("/"), url.query

    return place(one) == place(other)


def host_of(url: httpx.URL | str) -> str:
    """Whom an address asks: its host, with the port if it is not the usual one."""
    return httpx.URL(url).netloc.decode("ascii")


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
    }
    return f"{names.get(type(error), 'the connection breaks')}: {error}".rstrip(": ")[:200]


async def _unpacked(chunks: AsyncIterator[bytes], encoding: str, limits: Limits) -> bytes:
    """The body, unpacked as it comes. Raises UnfetchedError if it is too large or packed otherwise, _PassingError if torn."""
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise UnfetchedError("unreadable", f"sent packed as {encoding[:20]!r}, which was not asked for")
    packed = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body, sent = bytearray(), 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > limits.encoded:
            raise TooLargeError(f"larger than {limits.encoded} bytes")
        try:
            body += packed.decompress(chunk, limits.decoded + 1 - len(body)) if packed else chunk
        except zlib.error as error:
            raise UnfetchedError("unreadable", "said to be gzip, and is not") from error
        if len(body) > limits.decoded:
            raise TooLargeError(f"larger than {limits.decoded} bytes when unpacked")
    if packed and not packed.eof and sent:
        raise _PassingError("the packed answer is cut off")
    return bytes(body)


class Fetcher:
    """Asks addresses, one request at a time to each host. Use it as `async with Fetcher(…) as fetcher`."""

    def __init__(
        self,
        limits: Limits,
        *,
        allow_private: bool = False,
        resolver: Resolver = system_resolver,
        contact: str | None = None,
    ) -> None:
        self.limits, self.allow_private, self.agent = limits, allow_private, user_agent(contact)
        self._hosts: dict[str, _Host] = {}
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=limits.hosts * 2,
            max_keepalive_connections=limits.hosts,
            keepalive_expiry=5,
            network_backend=CheckedBackend(allow_private, resolver),
        )

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.aclose()

    def host(self, url: httpx.URL | str) -> _Host:
        """What we know of the host of an address."""
        return self._hosts.setdefault(host_of(url), _Host(pause=self.limits.pause))

    async def _once(self, url: httpx.URL, extra: Mapping[str, str], limits: Limits) -> Answer:
        """One request, within its time. Raises UnfetchedError, or _PassingError."""
        headers = [("Host", host_of(url)), ("User-Agent", self.agent), ("Accept-Encoding", "gzip, identity;q=0.5")]
        headers += [("Accept", "text/html, application/pdf, text/plain, application/json, */*;q=0.5"), *extra.items()]
        times = {"connect": limits.connect, "read": limits.idle, "write": limits.idle, "pool": limits.total}
        state = self.host(url)
        async with state.lock:
            await asyncio.sleep(max(0.0, state.next_at - time.monotonic()))
            try:
                async with (
                    asyncio.timeout(limits.total),
                    self._pool.stream("GET", str(url), headers=headers, extensions={"timeout": times}) as response,
                ):
                    found = {
                        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
                    }
                    if response.status not in (200, 203):
                        return Answer(str(url), response.status, found, b"")
                    encoding = found.get("content-encoding", "").strip().lower()
                    body = await _unpacked(response.aiter_stream(), encoding, limits)
                    return Answer(str(url), response.status, found, body)
            except ForbiddenError as error:
                raise UnfetchedError("unreadable", str(error), url=str(url)) from error
            except TimeoutError as error:
                raise UnfetchedError(
                    "unreachable", f"not whole after {limits.total:g} seconds", url=str(url)
                ) from error
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as error:
                raise _PassingError(_reason(error)) from error
            except (UnicodeError, httpcore.UnsupportedProtocol) as error:
                raise UnfetchedError("unreadable", f"no address that can be asked: {error}", url=str(url)) from error
            finally:
                state.next_at = time.monotonic() + state.pause

    async def request(
        self, url: httpx.URL, extra: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Answer:
        """One answer of one address, also a redirect or a refusal, after further attempts where they may help.

        `extra` are further headers. Raises UnfetchedError, or DeferredError if the host asks for a longer pause.
        """
        limits = limits or self.limits
        for attempt in range(1, limits.attempts + 1):
            try:
                answer = await self._once(url, extra or {}, limits)
                if answer.status not in _PASSING:
                    return answer
                wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
                raise _PassingError(f"it answers {answer.status}", answer.status, wait)
            except _PassingError as error:
                if error.wait is not None and error.wait > limits.longest_wait:
                    raise DeferredError(f"{host_of(url)} asks to wait {error.wait:.0f} seconds") from error
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
    ) -> Answer:
        """The answer behind an address and its redirects; `before` is called with each address before it is asked.

        Raises UnfetchedError, also for a circle, too many redirects, or one that is not followed; DeferredError; and
        whatever `before` raises.
        """
        limits, seen, permanent, moved = limits or self.limits, {str(url)}, True, None
        while True:
            if before is not None:
                await before(url)
            answer = await self.request(url, extra, limits)
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
