"""Where on the page to look."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def row_of(page: Page, name: str) -> Locator:
    """The table's row of the instance *name*."""
    return page.locator("tbody tr", has=page.get_by_text(name, exact=True))


def names(page: Page) -> list[str]:
    """The names that can be seen in the table, top to bottom."""
    return page.locator("tbody tr:not([hidden]) bdi").all_text_contents()
