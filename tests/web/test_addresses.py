"""What the records may hold as an address is one that can be asked, by the parser that asks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.due import Source, by_host
from flows.web.addresses import ForbiddenError, address_of
from schemas.addresses import address_fault, without_credentials

NONE = {
    "ftp://a.test/": "it does not begin with https: or http:",
    "//a.test/": "it does not begin with https: or http:",
    "https:a.test": "it has no host",
    "https://": "it has no host",
    "https:///x": "it has no host",
    "https://?x": "it has no host",
    "https://a b.test/": "there is space in it",
    "https://a.test/a b": "there is space in it",
    "https://a.test/\u3000": "there is space in it",
    "https://a.test/\x01": "there is U+0001 in it",
    "https://a.test/\u200b": "there is U+200B in it",
    "https://[::1/x": "the [ of its host has no ]",
    "https://[::1": "the [ of its host has no ]",
    "https://[v1.x]/": "its host is no IP address",
    "https://a.test:x/a": "its port is no number",
    "https://a.test:0/": "there is no port 0",
    "https://a.test:65536/": "there is no port 65536",
    "https://1.2.3.999/": "its host is no name that a host can have",
    "https://a..test/": "its host is no name that a host can have",
    "https://-a.test/": "its host is no name that a host can have",
    f"https://{'a' * 64}.test/": "its host is no name that a host can have",
    f"https://{'a.' * 130}test/": "its host is no name that a host can have",
    "https://☃.test/": "its host is no name that a host can have",
    "https://xn--a/": "its host is no name that a host can have",
    f"https://a.test/{'a' * 70_000}": "it is longer than any reader takes",
}
GOOD = (
    "https://a.test",
    "HTTPS://A.test/x?y#z",
    "http://localhost:8080/",
    "https://1.2.3.4/",
    "https://[::1]:8080/x",
    "https://例え.テスト/あ",
    "https://xn--fa-hia.test/",
    "https://under_score.test./",
    "https://a.test/@reader/(x)|{y}%zz",
)


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_what_is_no_address_is_told_with_its_reason(text: str) -> None:
    assert address_fault(text) == NONE[text]


@pytest.mark.parametrize("text", GOOD, ids=range(len(GOOD)))
def test_what_can_be_asked_is_an_address(text: str) -> None:
    assert address_fault(text) is None
    assert address_of(text, allow_private=True).host


def ask(text: str) -> str | None:
    """What the audit makes of an address before it asks anybody: the host, or None if it will not ask."""
    assert list(by_host([Source("a/b#c", text, "", ())]).values())
    try:
        return address_of(text, allow_private=True).host
    except ForbiddenError:
        return None


PIECES = ["https://", "http:", "/", "a", ".", ":", "@", "[", "]", "1", "%", "xn--", "é", "☃", " ", "\t", "\u200b", "?", "#", "..", "-"]  # fmt: skip


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map(lambda parts: "https://" + "".join(parts))))
def test_whatever_is_accepted_can_be_asked_and_nothing_else_ends_a_run(text: str) -> None:
    host = ask(text)
    if address_fault(text) is None:
        assert host


def test_credentials_are_not_shown() -> None:
    assert without_credentials("see https://me:secret@a.test/@x and ftp://me@b.test") == "see https://…@a.test/@x and ftp://…@b.test"  # fmt: skip
    assert without_credentials("https://a.test/@x") == "https://a.test/@x"
