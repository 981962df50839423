"""Addresses of the web as people write them down: which text is one that can be asked."""

import re
import unicodedata

#: an authority with credentials, such as `name:password@` (RFC 3986, section 3.2.1), wherever it stands in a text
CREDENTIALS = re.compile(r"(?<=://)[^/?#\s\"'<>]*@")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.IGNORECASE)
_MOST_OF_HOST, _LAST_PORT, _SHORT = 253, 65535, 1_000
# What any reader takes for an address. Only others are worth the time of a parser, and the loading of one.
_PLAIN = re.compile(rf"https?://(?!xn--)(?:{_LABEL}\.){{1,4}}[a-z]{{2,24}}(?:/[!-~]*)?")
_REASONS = (
    (re.compile(r"(?!https?:)", re.IGNORECASE), "it does not begin with https: or http:"),
    (re.compile(r"https?:/{0,1}(?!/)|https?://(?:[/?#]|$)", re.IGNORECASE), "it has no host"),
    (re.compile(r".*\s", re.DOTALL), "there is space in it"),
    (re.compile(r"https?://[^/?#[]*\[[^]/?#]*(?:[/?#]|$)", re.IGNORECASE), "the [ of its host has no ]"),
)


def without_credentials(text: str) -> str:
    """A text in whose addresses no credentials stand, to be shown."""
    return CREDENTIALS.sub("…@", text)


def address_fault(text: str) -> str | None:
    """Why a text is no http(s) address that could be asked; None if it is one.

    It is one if the parser with which sources are asked (httpx, RFC 3986 and IDNA 2008) takes it, and if its host is a
    name or an IP address (RFC 1123, section 2.1, and `_`, which some have), its port is one that there is, and it has
    no space, no control character and no other that cannot be seen. Credentials are no fault of the form.
    """
    if len(text) <= _SHORT and _PLAIN.fullmatch(text):
        return None
    for pattern, reason in _REASONS:
        if pattern.match(text):
            return reason
    if unseen := next((char for char in text if unicodedata.category(char)[0] in "CZ"), None):
        return f"there is U+{ord(unseen):04X} in it"
    return _fault_of_parts(text)


def _fault_of_parts(text: str) -> str | None:
    import httpx  # here, for it takes a tenth of a second that most checks need not spend

    try:
        url = httpx.URL(text)
        host, port = url.raw_host.decode("ascii"), url.port
        _ = url.host  # as people read it: a name in Punycode may be none
    except (httpx.InvalidURL, ValueError) as error:
        return _words(str(error))
    if port is not None and not 0 < port <= _LAST_PORT:
        return f"there is no port {port}"
    if ":" not in host and not (_HOST.fullmatch(host) and len(host) <= _MOST_OF_HOST):
        return "its host is no name that a host can have" if host else "it has no host"
    return None


def _words(reason: str) -> str:
    first, _, _ = reason.partition(": ")
    known = {
        "Invalid port": "its port is no number",
        "Invalid IPv6 address": "its host is no IP address",
        "URL too long": "it is longer than any reader takes",
    }
    return known.get(first, "its host is no name that a host can have")
