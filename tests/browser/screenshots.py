"""Pictures of the page's states for the documents: ``python -m tests.browser.screenshots [NAME...]``."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct
from playwright.sync_api import Browser

from tests.browser.chromium import chromium
from tests.browser.site import sites
from tests.browser.states import NOW

IMAGES = Path(__file__).parents[2] / "docs" / "images"


class Picture(Struct, frozen=True):
    """One picture: which state, how, and how large. A height of None: all of the page."""

    state: str
    path: str = ""
    language: str = "en"
    scheme: str = "light"
    width: int = 1180
    height: int | None = 900
    scroll_to: str = ""


PICTURES = {
    "status-page": Picture("mixed", height=1000),
    "status-page-dark": Picture("mixed", scheme="dark", height=1000),
    "status-page-table": Picture("mixed", height=1000, scroll_to="#all"),
    "status-page-ko": Picture("mixed", language="ko", height=1000),
    "status-page-phone": Picture("mixed", width=390, height=1300),
    "status-page-phone-table": Picture("mixed", width=390, height=1300, scroll_to="#filter"),
    "status-page-all-fresh": Picture("all-fresh"),
    "status-page-all-stale": Picture("all-stale"),
    "status-page-empty": Picture("empty", height=560),
    "status-page-incomplete": Picture("incomplete"),
    "status-page-muted": Picture("muted"),
    "status-page-missing": Picture("missing"),
    "status-page-accounts": Picture("several", height=1000),
    "status-page-instance": Picture("mixed", "instance/1235802", height=1330),
    "status-page-instance-dark": Picture("mixed", "instance/1235802", scheme="dark", height=1330),
    "status-page-instance-ko": Picture("mixed", "instance/1235802", language="ko", height=1330),
    "status-page-thousands": Picture("thousands", scroll_to="#all"),
}


def take(browser: Browser, picture: Picture, path: Path, *, url: str) -> None:
    """Take one picture into *path*, with the clock at the check's own time."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height or 900}, color_scheme=picture.scheme
    )
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    page.goto(f"{url}/{picture.state}.{picture.language}/{picture.path}")
    if picture.scroll_to:
        page.locator(picture.scroll_to).evaluate("element => element.scrollIntoView()")
    page.screenshot(path=path, full_page=picture.height is None)
    context.close()


def main(names: list[str]) -> None:
    """Take the named pictures, or all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, sites() as url:
        for name in names or PICTURES:
            take(browser, PICTURES[name], IMAGES / f"{name}.png", url=url)
            print(IMAGES.relative_to(Path.cwd()) / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
