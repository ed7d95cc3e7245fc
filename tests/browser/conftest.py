"""One browser for all tests, a tab for each kind of visitor, and every visit is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

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


class Tabs:
    """One tab for each kind of visitor, used again and again: a new one costs more than most tests do in it."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._tabs: dict[str, Page] = {}

    def tab(self, **context: Any) -> Page:
        """The tab of a visitor with this *context* (Playwright's options), as if nobody had used it."""
        options = {"viewport": WIDE} | context
        kind = repr(sorted(options.items()))
        if kind not in self._tabs:
            self._tabs[kind] = self._browser.new_context(**options).new_page()
        page = self._tabs[kind]
        page.set_viewport_size(options["viewport"])
        page.emulate_media(media="null", color_scheme="null", forced_colors="null")
        page.clock.set_fixed_time(NOW)
        return page


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


class Visits:
    """Opens pages, and knows what they complained of and whom they asked."""

    def __init__(self, tabs: Tabs, address: str, stack: ExitStack) -> None:
        self._tabs, self._address, self._stack = tabs, address, stack
        self.complaints: list[str] = []
        self.strangers: list[str] = []

    def __call__(self, state: str, query: str = "", *, language: str = "en", **context: Any) -> Page:
        """The page of *state*, open in a browser; other keywords make a visitor of another kind."""
        return self.open(f"{self._address}/{state}.{language}/{query}", **context)

    def open(self, url: str, **context: Any) -> Page:
        """Open *url*; whatever the page asks for must be at the same address."""
        page = self._tabs.tab(**context)
        origin = "/".join(url.split("/")[:3]) + "/"
        self._listen(page, "console", self._hear)
        self._listen(page, "pageerror", lambda error: self.complaints.append(str(error)))
        self._listen(page, "dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self._listen(page, "request", lambda request: self._watch(request.url, origin))
        page.goto(url)
        return page

    def _listen(self, page: Page, event: Any, listener: Callable[[Any], None]) -> None:
        page.on(event, listener)
        self._stack.callback(page.remove_listener, event, listener)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:")):
            self.strangers.append(url)


@pytest.fixture
def visit(tabs: Tabs, address: str) -> Iterator[Visits]:
    """Open pages; at the end none may have complained, or have asked anybody but its own address."""
    with ExitStack() as stack:
        visits = Visits(tabs, address, stack)
        yield visits
        assert visits.complaints == []
        assert visits.strangers == []
