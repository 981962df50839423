"""Connections to addresses that strangers wrote down: only to the public internet, and to the address that was checked."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable

import httpcore
import httpx

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: gives the addresses of a host name
Resolver = Callable[[str, int], Awaitable[list[str]]]

# IANA special-purpose registries for IPv4 and IPv6 (RFC 6890), and what was added to them since: nothing of it is a
# source. Written out, since what `ipaddress` takes for global differs between versions of Python.
_CLOSED_4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"),)  # RFC 6052; 64:ff9b:1::/48 is for local use and stays closed
_PORTS = (80, 443)
_OWN_PORTS, _LAST_PORT = 1024, 65535  # below the first, other protocols have theirs


class ForbiddenError(Exception):
    """An address that is not asked; the message says which and why."""


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, NAT64 or 6to4."""
    if any(ip in net for net in _NAT64):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def is_public(ip: IPAddress) -> bool:
    """Whether an address is of the public internet, not private, local, shared, reserved or multicast.

    The rule is RFC 6890 with its registries; an IPv6 address that stands for an IPv4 address (mapped, RFC 4291;
    NAT64, RFC 6052; 6to4, RFC 3056) is what that one is.
    """
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return is_public(inner)
        return ip in _OPEN_6 and not any(ip in net for net in _CLOSED_6)
    return not any(ip in net for net in _CLOSED_4)


def address_of(text: str, allow_private: bool) -> httpx.URL:
    """An address that may be asked, without credentials and fragment.

    Raises ForbiddenError unless it is http(s), with a host, and at port 80, 443 or one from 1024 on; with
    `allow_private` any port will do.
    """
    try:
        url = httpx.URL(text)
        host = url.host  # as people read it, which a name in Punycode may not allow
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise ForbiddenError(f"{text[:100]!r} is no address") from error
    if url.scheme not in ("http", "https") or not host:
        raise ForbiddenError(f"{url.scheme[:20] or 'no scheme'}: is not asked, only http and https are")
    if url.port is not None and not allow_private and url.port not in _PORTS and url.port < _OWN_PORTS:
        raise ForbiddenError(f"port {url.port} is not asked; it belongs to another protocol")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise ForbiddenError(f"port {url.port} does not exist")
    return url.copy_with(userinfo=b"", fragment=None)


async def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system resolves it. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and connects to one of these and no other.

    So a name that resolves to something else a moment later gains nothing. TLS still checks the name.
    """

    def __init__(self, allow_private: bool, resolver: Resolver = system_resolver) -> None:
        self._allow_private, self._resolver = allow_private, resolver
        self._inner = httpcore.AnyIOBackend()

    async def addresses(self, host: str, port: int) -> list[str]:
        """The checked addresses of a host. Raises ForbiddenError, or httpcore.ConnectError if there are none."""
        try:
            found = await self._resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} does not resolve") from error
        if not found:
            raise httpcore.ConnectError(f"the name {host} does not resolve")
        for text in found:
            try:
                ip = ipaddress.ip_address(text.partition("%")[0])
            except ValueError as error:
                raise ForbiddenError(f"{host} resolves to {text!r}, which is no address") from error
            if not self._allow_private and not is_public(ip):
                raise ForbiddenError(f"{host} is {ip}, an address that is not of the public internet")
        return found

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first checked address that takes the connection."""
        found = await self.addresses(host, port)
        for number, ip in enumerate(found, start=1):
            try:
                return await self._inner.connect_tcp(ip, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(found):
                    raise
        raise AssertionError("the last address connects or raises")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: raises ForbiddenError."""
        raise ForbiddenError("a Unix socket is not asked")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
