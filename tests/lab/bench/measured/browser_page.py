"""The status page of 5,000 databases in Chromium: opening it, and a keystroke in its filter."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.chromium import chromium
from tests.browser.site import sites
from tests.lab.bench.measured.told import tell

OPENED = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  return performance.now() / 1000;
}"""
"""From the navigation's start to the first picture, in seconds: the server's work, the transfer, parsing, layout."""
TYPED = """async (text) => {
  const form = document.getElementById("filter"), started = performance.now();
  form.match.value = text;
  form.dispatchEvent(new Event("submit", { cancelable: true }));
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  return (performance.now() - started) / 1000;
}"""
"""From the filter's start to the picture of what it found; the 80 ms that it waits for more to be typed come on top."""
TEXTS = ("a", "au", "aud", "audit-db", "audit-node-048", "")


def main() -> None:
    with chromium() as browser, sites() as url:
        page: Page = browser.new_page(viewport={"width": 1180, "height": 900})
        page.goto(f"{url}/thousands.en/")  # the fleet is made, and the template compiled, at the first request
        page.goto(f"{url}/thousands.en/")
        opened = page.evaluate(OPENED)
        tell(seconds=opened, keystroke_seconds=max(page.evaluate(TYPED, text) for text in TEXTS))


if __name__ == "__main__":
    main()
