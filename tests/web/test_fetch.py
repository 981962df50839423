"""Fetching from a web that misbehaves: politely, within limits, and never from where we must not ask."""

import asyncio
import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpcore
import pytest

from flows.sources.page import fetch_page
from flows.web.addresses import CheckedBackend, ForbiddenError, address_of, is_public
from flows.web.fetch import Answer, Fetcher, same_place, user_agent
from flows.web.limits import DeferredError, Limits, UnfetchedError
from flows.web.robots import Robots
from flows.web.waiting import asked_wait, quota_reset, retry_after
from support.audit_servers import (
    Web,
    answer,
    bomb,
    endless,
    in_turn,
    no_http,
    page,
    redirect,
    resolver,
    silent,
    torn,
    trickling,
    web_of_faults,
)

FAST = Limits(
    connect=5, idle=5, total=10, encoded=2_000_000, decoded=3_000_000, attempts=3, backoff=0.01, pause=0, longest_wait=2
)
GOOD = page("175 billion parameters")


@pytest.fixture
def web() -> Iterator[Web]:
    with web_of_faults() as running:
        yield running


def fetch(url: str, limits: Limits = FAST, allow_private: bool = True, **extra: str) -> Answer:
    async def run() -> Answer:
        async with Fetcher(limits, allow_private=allow_private, resolver=resolver) as fetcher:
            return await fetch_page(fetcher, Robots(fetcher), url, {k.replace("_", "-"): v for k, v in extra.items()})

    return asyncio.run(run())


def failure(url: str, limits: Limits = FAST, allow_private: bool = True) -> UnfetchedError:
    with pytest.raises(UnfetchedError) as told:
        fetch(url, limits, allow_private)
    return told.value


# --- faults of servers


def test_a_page_is_fetched_under_our_name_without_cookies_and_referrer(web: Web) -> None:
    url = web.give("/a", answer(b"", 302, Location="/b", Set_Cookie="id=1; Path=/"))
    web.give("/b", GOOD)
    got = fetch(url.replace("http://", "http://user:secret@") + "#part")
    assert b"175 billion" in got.body
    assert got.url == web.url("/b")
    for request in web.requests:
        assert request.headers["user-agent"].startswith("kiban/0.1.0 (")
        assert not {"cookie", "authorization", "referer"} & set(request.headers)


def test_a_passing_error_is_asked_again(web: Web) -> None:
    url = web.give("/a", in_turn(answer("no", 500), answer("no", 503), GOOD))
    assert fetch(url).status == 200
    assert len(web.asked("/a")) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_an_error_that_does_not_pass_is_unreachable(web: Web, status: int) -> None:
    told = failure(web.give("/a", answer("no", status)))
    assert (told.verdict, told.status) == ("unreachable", status)
    assert len(web.asked("/a")) == 3


@pytest.mark.parametrize(("status", "verdict"), [(404, "gone"), (410, "gone"), (401, "unreadable"), (403, "unreadable"),
                                                 (451, "unreadable"), (204, "unreadable"), (304, "unreadable"),
                                                 (501, "unreachable"), (599, "unreachable"), (600, "unreadable"),
                                                 (999, "unreadable")])  # fmt: skip
def test_an_answer_that_is_no_page_is_asked_once(web: Web, status: int, verdict: str) -> None:
    told = failure(web.give("/a", answer("", status)))
    assert (told.verdict, told.status) == (verdict, status)
    assert len(web.asked("/a")) == 1


@pytest.mark.parametrize("script", [silent, torn, no_http])
def test_a_connection_that_breaks_is_unreachable(web: Web, script: Callable[..., Awaitable[bool]]) -> None:
    assert failure(web.give("/a", script), Limits(**{**FAST.__dict__, "idle": 1})).verdict == "unreachable"


def test_a_page_that_breaks_off_once_is_asked_again(web: Web) -> None:
    async def script(request: object, writer: asyncio.StreamWriter) -> bool | None:
        if len(web.asked("/a")) == 1:
            return await torn(request, writer)
        writer.write(GOOD)
        return None

    assert fetch(web.give("/a", script)).status == 200


def test_a_trickle_ends_after_the_whole_time_and_is_not_asked_again(web: Web) -> None:
    told = failure(web.give("/a", trickling), Limits(**{**FAST.__dict__, "total": 0.5}))
    assert (told.verdict, told.note) == ("unreachable", "not whole after 0.5 seconds")
    assert len(web.asked("/a")) == 1


def test_a_name_that_does_not_resolve_and_a_port_that_nobody_hears_are_unreachable(web: Web) -> None:
    assert "does not resolve" in failure(web.url("/a", "nowhere.test")).note
    assert failure("http://web.test:1/a").verdict == "unreachable"


def test_a_server_that_speaks_no_tls_is_unreachable() -> None:
    def plain(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.1 400 Answer\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=plain, args=(listening,))
        thread.start()
        told = failure(f"https://web.test:{listening.getsockname()[1]}/a")
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert (told.verdict, "TLS fails" in told.note) == ("unreachable", True)


def test_bodies_are_cut_off_whatever_headers_say(web: Web) -> None:
    assert failure(web.give("/endless", endless)).note == "larger than 2000000 bytes"
    assert "3000000 bytes when unpacked" in failure(web.give("/bomb", bomb(50))).note
    assert failure(web.give("/header", answer(b"x", X_Long="y" * 500_000))).verdict == "unreachable"


def test_gzip_is_unpacked_and_nothing_else(web: Web) -> None:
    assert fetch(web.give("/a", answer(gzip.compress(b"text"), Content_Encoding="gzip"))).body == b"text"
    assert web.asked("/a")[0].headers["accept-encoding"] == "gzip, identity;q=0.5"
    assert "packed as 'br'" in failure(web.give("/b", answer(b"text", Content_Encoding="br"))).note
    assert "is not" in failure(web.give("/c", answer(b"text", Content_Encoding="gzip"))).note
    cut = gzip.compress(b"text" * 1000)[:-9]
    assert failure(web.give("/d", answer(cut, Content_Encoding="gzip"))).verdict == "unreachable"


@pytest.mark.parametrize("piece", [1, 5, 1000])
@pytest.mark.parametrize(
    "behind", [b"", bytes(9), b"no member" + gzip.compress(b"three")], ids=["nothing", "zeros", "no member"]
)
def test_gzip_is_unpacked_through_all_its_members(web: Web, piece: int, behind: bytes) -> None:
    async def in_pieces(request: object, writer: asyncio.StreamWriter) -> None:
        body = gzip.compress(b"one ") + bytes(3) + gzip.compress(b"") + gzip.compress(b"two") + behind
        head = answer(b"", Content_Encoding="gzip", Content_Length=len(body))
        for start in range(0, len(body), piece):
            writer.write((head if start == 0 else b"") + body[start : start + piece])
            await writer.drain()
            await asyncio.sleep(0)

    assert fetch(web.give("/a", in_pieces)).body == b"one two"


def test_a_later_member_of_gzip_is_held_to_the_same_limits(web: Web) -> None:
    def told(body: bytes) -> UnfetchedError:
        return failure(web.give("/a", answer(gzip.compress(b"text") + body, Content_Encoding="gzip")))

    cut = told(gzip.compress(b"text" * 1000)[:-9])
    assert (cut.verdict, "cut off" in cut.note) == ("unreachable", True)
    assert "3000000 bytes when unpacked" in told(gzip.compress(bytes(3_000_000))).note
    assert told(gzip.compress(b"") * 1000).note == "packed in more than 1000 members of gzip"
    assert "is not" in told(b"\x1f\x00" * 20).note


# --- redirects


def test_redirects_are_followed_and_permanent_ones_told(web: Web) -> None:
    web.give("/new", GOOD)
    assert fetch(web.give("/301", redirect("/new"))).moved_to == web.url("/new")
    assert fetch(web.give("/308", redirect("/new", 308))).moved_to == web.url("/new")
    assert fetch(web.give("/302", redirect("/new", 302))).moved_to is None
    assert fetch(web.give("/mixed", redirect("/302", 301))).moved_to == web.url("/302")
    assert fetch(web.give("/later", redirect("/301", 302))).moved_to is None


@pytest.mark.parametrize(
    ("location", "path"),
    [("/論文/é".encode(), "/%E8%AB%96%E6%96%87/%C3%A9"), ("/é".encode("latin-1"), "/%C3%A9"), (b"/%E9", "/%E9")],
)
def test_a_location_that_is_not_encoded_is_read_as_utf_8_or_else_latin_1(web: Web, location: bytes, path: str) -> None:
    web.give(path, GOOD)
    moved = redirect("PLACE").replace(b"PLACE", location)
    assert fetch(web.give("/a", moved)).moved_to == web.url(path)


@pytest.mark.parametrize(
    ("location", "why"),
    [("file:///etc/passwd", "only http and https"), ("ftp://host/a", "only http and https"), ("", "nowhere"),
     ("http://[::1", "Invalid|no address"), ("javascript:alert(1)", "only http"), ("/a", "in a circle")],
)  # fmt: skip
def test_redirects_that_lead_nowhere_are_not_followed(web: Web, location: str, why: str) -> None:
    told = failure(web.give("/a", redirect(location)))
    assert told.verdict == "unreadable"
    assert [word for word in why.split("|") if word in told.note], told.note


def test_too_many_redirects_are_not_followed(web: Web) -> None:
    for number in range(20):
        web.give(f"/{number}", redirect(f"/{number + 1}"))
    assert failure(web.url("/0")).note == "redirected more than 5 times"
    assert len(web.requests) == 1 + 6  # and robots.txt


# --- addresses that must not be asked


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::",
     "2002:a00:1::", "2001::1", "::127.0.0.1", "fec0::1", "100::1"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_told_apart(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_may_be_asked(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]", "127.1", "0x7f.1", "2130706433", "web.test"]
)
def test_the_loopback_is_not_asked_by_whatever_name(web: Web, host: str) -> None:
    async def loopback(name: str, port: int) -> list[str]:
        return ["::1"] if ":" in name else ["127.0.0.1"]

    async def run() -> None:
        async with Fetcher(FAST, resolver=loopback) as fetcher:
            await fetch_page(fetcher, Robots(fetcher), f"http://{host}:{web.port}/a", {})

    with pytest.raises(UnfetchedError, match="not of the public internet") as told:
        asyncio.run(run())
    assert told.value.verdict == "unreadable"
    assert web.requests == []


def test_a_redirect_to_a_private_address_is_not_followed(web: Web) -> None:
    async def run() -> None:
        backend = CheckedBackend(False, lookup)
        for host, ok in (("public.test", True), ("private.test", False), ("mixed.test", False)):
            if ok:
                await backend.addresses(host, 80)
            else:
                with pytest.raises(ForbiddenError):
                    await backend.addresses(host, 80)

    async def lookup(host: str, port: int) -> list[str]:
        return {"public.test": ["8.8.8.8"], "private.test": ["10.0.0.1"], "mixed.test": ["8.8.8.8", "10.0.0.1"]}[host]

    asyncio.run(run())
    web.give("/a", redirect("http://169.254.169.254/latest"))

    class Halfway(CheckedBackend):
        async def addresses(self, host: str, port: int) -> list[str]:
            if host == "web.test":
                return ["127.0.0.1"]
            return await super().addresses(host, port)

    async def redirected() -> None:
        async with Fetcher(FAST) as fetcher:
            fetcher._pool._network_backend = Halfway(False, lambda host, port: _as_it_is(host))
            await fetch_page(fetcher, Robots(fetcher), web.url("/a"), {})

    with pytest.raises(UnfetchedError, match="not of the public internet"):
        asyncio.run(redirected())


async def _as_it_is(host: str) -> list[str]:
    return [host]


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    connected: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    async def connect(_: object, host: str, *more: object) -> httpcore.AsyncNetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("enough")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    backend = CheckedBackend(False, rebinding)
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(backend.connect_tcp("evil.test", 80))
    with pytest.raises(ForbiddenError):
        asyncio.run(backend.connect_tcp("evil.test", 80))
    assert connected == ["8.8.8.8"]


def test_a_proxy_of_the_environment_is_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(web.give("/a", GOOD)).status == 200


@pytest.mark.parametrize("url", ["ftp://host/a", "file:///etc/passwd", "http://", "nothing", "http://host:22/", "http://h:99999/",
                                 "https://host:25/", "http://\x00/"])  # fmt: skip
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    with pytest.raises(ForbiddenError):
        address_of(url, False)


@pytest.mark.parametrize("url", ["http://host/", "https://host:443/a", "http://host:8080/a?b=c"])
def test_web_addresses_may_be_asked(url: str) -> None:
    assert str(address_of(url, False)) == url.replace(":443", "")


# --- politeness


def test_robots_txt_is_asked_once_and_obeyed(web: Web) -> None:
    rules = "User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: other\nDisallow: /"
    web.give("/robots.txt", answer(rules, Content_Type="text/plain"))
    web.give("/private/open", GOOD)
    web.give("/a", GOOD)

    async def run() -> None:
        async with Fetcher(FAST, allow_private=True, resolver=resolver) as fetcher:
            robots = Robots(fetcher)
            await fetch_page(fetcher, robots, web.url("/a"), {})
            await fetch_page(fetcher, robots, web.url("/private/open"), {})
            with pytest.raises(UnfetchedError, match=r"robots\.txt forbids it") as told:
                await fetch_page(fetcher, robots, web.url("/private/a"), {})
            assert told.value.verdict == "unreadable"

    asyncio.run(run())
    assert len(web.asked("/robots.txt")) == 1
    assert web.asked("/private/a") == []


def test_robots_txt_that_names_us_is_meant_for_us(web: Web) -> None:
    web.give("/robots.txt", answer("User-agent: Kiban\nDisallow: /\n\nUser-agent: *\nAllow: /"))
    assert failure(web.give("/a", GOOD)).note == "robots.txt forbids it"


@pytest.mark.parametrize("status", [404, 403, 401, 410])
def test_without_robots_txt_all_is_allowed(web: Web, status: int) -> None:
    web.give("/robots.txt", answer("Disallow: /", status))
    assert fetch(web.give("/a", GOOD)).status == 200


@pytest.mark.parametrize("robots", [answer("no", 500), answer("no", 429), silent, torn, answer(b"#" * 600_000)])
def test_while_robots_txt_cannot_be_had_nothing_is_asked(web: Web, robots: bytes) -> None:
    web.give("/robots.txt", robots)
    told = failure(web.give("/a", GOOD), Limits(**{**FAST.__dict__, "idle": 1}))
    assert told.verdict == "unreachable"
    assert told.note.startswith("robots.txt: ")
    assert web.asked("/a") == []


def test_robots_txt_with_a_status_that_nobody_knows_gives_no_leave_and_does_not_pass(web: Web) -> None:
    web.give("/robots.txt", answer("no", 999))
    told = failure(web.give("/a", GOOD))
    assert (told.verdict, told.note, told.status) == ("unreadable", "robots.txt: it answers 999", 999)
    assert web.asked("/a") == []


def test_robots_txt_behind_redirects_counts_and_that_of_a_redirects_target_too(web: Web) -> None:
    web.give("/robots.txt", redirect("/rules"))
    web.give("/rules", answer("User-agent: *\nDisallow: /b"))
    assert failure(web.give("/b", GOOD)).note == "robots.txt forbids it"
    web.give("/robots.txt", answer("User-agent: *\nDisallow: /"), "other.test")
    assert failure(web.give("/c", redirect(web.url("/d", "other.test")))).note == "robots.txt forbids it"
    assert web.asked("/d", "other.test") == []


def test_a_crawl_delay_is_the_pause_between_requests_and_one_too_long_defers_the_host(web: Web) -> None:
    async def two_pages() -> float:
        async with Fetcher(FAST, allow_private=True, resolver=resolver) as fetcher:
            robots, start = Robots(fetcher), time.monotonic()
            await fetch_page(fetcher, robots, web.url("/a"), {})
            await fetch_page(fetcher, robots, web.url("/a"), {})
            return time.monotonic() - start

    web.give("/a", GOOD)
    web.give("/robots.txt", answer("User-agent: *\nCrawl-delay: 0.3"))
    assert asyncio.run(two_pages()) >= 0.6  # after robots.txt, and after the first page
    web.give("/robots.txt", answer("User-agent: *\nCrawl-delay: 3"))
    with pytest.raises(DeferredError, match="3 seconds between requests"):
        fetch(web.url("/a"))


def test_retry_after_is_kept_to_or_the_host_is_left(web: Web) -> None:
    assert fetch(web.give("/a", in_turn(answer("", 429, Retry_After="0"), GOOD))).status == 200
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for value in ("3600", later):
        for status in (429, 503):
            with pytest.raises(DeferredError, match="asks to wait"):
                fetch(web.give(f"/{status}", answer("", status, Retry_After=value)))


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert retry_after("120", now) == 120
    assert retry_after("Wed, 25 Nov 2026 12:01:00 GMT", now) == 60
    assert retry_after("Wed, 25 Nov 2026 11:00:00 GMT", now) == 0
    assert [retry_after(value, now) for value in (None, "", "soon", "-5", "1.5", "99999-99-99")] == [None] * 6


def test_without_retry_after_a_used_up_quota_says_how_long(web: Web) -> None:
    used = '"pages";r=7;t=9, "api";r=0;t=55, "all"; t=200; r=0'
    assert quota_reset(used) == 200
    assert [quota_reset(value) for value in (None, "", '"api";r=1;t=55', '"api";r=0', "r=0;t=5", '"api";r=0;t=x')] == [
        None
    ] * 6
    assert asked_wait({"ratelimit": used, "retry-after": "3"}, datetime.now(UTC)) == 3
    with pytest.raises(DeferredError, match="asks to wait 200 seconds"):
        fetch(web.give("/a", answer("", 429, RateLimit=used)))


def test_a_host_is_asked_one_request_at_a_time(web: Web) -> None:
    async def slowly(request: object, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(GOOD)

    async def run() -> None:
        async with Fetcher(FAST, allow_private=True, resolver=resolver) as fetcher:
            robots = Robots(fetcher)
            pages = [web.give(f"/{n}", slowly, host) for n in range(4) for host in ("a.test", "b.test")]
            await asyncio.gather(*(fetch_page(fetcher, robots, url, {}) for url in pages))

    asyncio.run(run())
    assert web.most_at_once == {"a.test": 1, "b.test": 1}
    assert len(web.requests) == 10


def test_we_name_ourselves_and_how_to_reach_us() -> None:
    assert user_agent("mailto:a@b.test\r\nX: y") == "kiban/0.1.0 (audit of cited sources; +mailto:a@b.testX: y)"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("http://a.test/b", "https://a.test/b/", True), ("https://a.test/b#c", "https://a.test/b", True),
     ("https://a.test/", "https://a.test", True), ("https://a.test/b", "https://a.test/c", False),
     ("https://a.test/b", "https://www.a.test/b", False), ("https://a.test/b?c=1", "https://a.test/b", False)],
)  # fmt: skip
def test_scheme_slash_and_fragment_make_no_other_place(one: str, other: str, same: bool) -> None:
    assert same_place(one, other) is same
