"""One browser for all tests; each test has a context of its own, and every visit is watched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.axe import axe_script
from tests.browser.chromium import chromium
from tests.browser.site import sites
from tests.browser.states import NOW

WIDE = {"width": 1180, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def axe() -> str:
    return axe_script()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with sites() as url:
        yield url


@pytest.fixture(scope="session")
def usual(browser: Browser) -> Iterator[BrowserContext]:
    """The context of who wants nothing special: kept, since each new one costs a process."""
    context = browser.new_context(viewport=WIDE)
    yield context
    context.close()


class Visits:
    """Opens pages, and knows what they complained of and whom they asked."""

    def __init__(self, browser: Browser, usual: BrowserContext, address: str, stack: ExitStack) -> None:
        self._browser, self._usual, self._address, self._stack = browser, usual, address, stack
        self.complaints: list[str] = []
        self.strangers: list[str] = []

    def __call__(self, state: str, query: str = "", *, language: str = "en", **context: Any) -> Page:
        """The page of *state*, open in a browser; other keywords make a context of its own."""
        return self.open(f"{self._address}/{state}.{language}/{query}", **context)

    def open(self, url: str, **context: Any) -> Page:
        """Open *url*; whatever the page asks for must be at the same address."""
        page = self._page(context)
        origin = "/".join(url.split("/")[:3]) + "/"
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self._watch(request.url, origin))
        page.clock.set_fixed_time(NOW)
        page.goto(url)
        return page

    def _page(self, options: dict[str, Any]) -> Page:
        if not options:
            page = self._usual.new_page()
            self._stack.callback(page.close)
            return page
        context = self._browser.new_context(**({"viewport": WIDE} | options))
        self._stack.callback(context.close)
        return context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:")):
            self.strangers.append(url)


@pytest.fixture
def visit(browser: Browser, usual: BrowserContext, address: str) -> Iterator[Visits]:
    """Open pages; at the end none may have complained, or have asked anybody but its own address."""
    with ExitStack() as stack:
        visits = Visits(browser, usual, address, stack)
        yield visits
        assert visits.complaints == []
        assert visits.strangers == []
