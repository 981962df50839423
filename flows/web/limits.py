"""What asking may cost us and a host, and how it is said that there is no answer."""

from dataclasses import dataclass
from typing import Literal

Failure = Literal["gone", "unreachable", "unreadable"]
#: seconds that one request may take at most, of whatever it is: a web server's or an object store's
LONGEST = 3600
_GONE, _SERVER_ERRORS = (404, 410), range(500, 600)


def failure_of(status: int) -> Failure:
    """How an answer that gives no page fails, by its status.

    One from 600 on, such as the 999 that some hosts give to programs, refuses us as 403 does: it passes no sooner. (To
    RFC 9110, section 15, it is an invalid status, to be taken for 5xx.)
    """
    return "gone" if status in _GONE else "unreachable" if status in _SERVER_ERRORS else "unreadable"


@dataclass(frozen=True)
class Limits:
    """What a run may cost us and a host: seconds, bytes, counts. The defaults are those of the audit."""

    hosts: int = 16
    """hosts that are asked at the same time"""
    connect: float = 10
    """seconds to connect"""
    idle: float = 20
    """seconds without a byte"""
    total: float = 90
    """seconds for one address with its redirects and further attempts, however its headers or bodies trickle"""
    slowest: float | None = None
    """bytes a second; a body that comes as fast may take longer than `total`"""
    longest: float = LONGEST
    """seconds for one address, however fast its body comes"""
    host_total: float = 600
    """seconds of a run for one host; what is left of it stays due"""
    encoded: int = 30_000_000
    """bytes of a body as sent"""
    decoded: int = 40_000_000
    """bytes of a body unpacked"""
    text: int = 8_000_000
    """characters of text that are searched"""
    redirects: int = 5
    attempts: int = 3
    backoff: float = 1.0
    """seconds before the second attempt, twice as long before the third, each with jitter"""
    pause: float = 1.0
    """seconds between two requests to a host"""
    longest_wait: float = 30
    """Crawl-delay or Retry-After beyond this leaves the host for the next run"""
    robots: int = 512_000
    """bytes of a robots.txt that are read; RFC 9309, section 2.5, wants 500 KiB at least"""
    readers: int = 2
    """processes that read pages"""
    reading: float = 30
    """seconds to read and search one page"""
    memory: int = 1_500_000_000
    """bytes of address space of a reader"""


class UnfetchedError(Exception):
    """There is no page: `verdict` says how, the message why, in one line."""

    def __init__(
        self,
        verdict: Failure,
        note: str,
        status: int | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(note)
        self.verdict, self.note, self.status, self.url = verdict, note, status, url


class TooLargeError(UnfetchedError):
    """There is more of it than we read."""

    def __init__(self, note: str) -> None:
        super().__init__("unreadable", note)


class DeferredError(Exception):
    """The host asks to be left alone for longer than this run lasts; the message says how long."""

    def __init__(self, note: str, status: int | None = None, url: str | None = None) -> None:
        super().__init__(note)
        self.status, self.url = status, url


class PassingError(Exception):
    """Something that another attempt may mend, which comes after `wait` seconds if the host asks for them."""

    def __init__(self, note: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(note)
        self.note, self.status, self.wait = note, status, wait
