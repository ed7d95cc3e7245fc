"""What a person waits for: the page of thousands in a real browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.browser.chromium import chromium_path
from tests.lab.bench.contest import contest, program
from tests.lab.bench.table import Row, limit_row

MOST_MS = 300


def rows(rounds: int) -> Iterator[Row]:
    """Measure opening and typing; nothing where there is no browser."""
    try:
        chromium_path()
    except FileNotFoundError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return
    measured = contest(rounds, page=program("browser_page"))["page"]
    what = "status page for 5,000 databases in Chromium"
    yield limit_row(f"{what}: from the request to the first picture", measured, at_most_ms=MOST_MS)
    keystroke = measured.renamed("keystroke_seconds")
    yield limit_row(f"{what}: the slowest of some keystrokes in its filter", keystroke, at_most_ms=MOST_MS)
