"""A browser for tests of pages: Debian's Chromium, driven by playwright."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One Chromium for the tests of a file.

    Not for a whole run: as long as it is there playwright keeps an event loop in this thread, and whatever else
    wants one there, such as a flow, fails.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium; pages are not tried in a browser")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield chromium
        chromium.close()


def _elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("file", "blob", "data") and parts.hostname != "127.0.0.1"


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page of a fresh profile. At the end of the test it must have asked nobody else, and complained of nothing."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    opened, wrong = context.new_page(), list[str]()
    opened.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    opened.on("request", lambda asked: wrong.append(f"asked {asked.url}") if _elsewhere(asked.url) else None)
    yield opened
    context.close()
    assert wrong == []
