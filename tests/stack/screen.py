"""What a person sees: lines with a little colour where the terminal shows it, plain text everywhere else.

The language is that of ``LANGUAGE``, where the product speaks it.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TextIO

from backup_watch.config.languages import ENGLISH, languages
from backup_watch.i18n import Words
from tests.stack.cells import padded, wrapped

STYLES: Final = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36",
}  # fmt: skip
PLAIN_WIDTH: Final = 110
"""Of what is no terminal: a file, a pipe, a build log."""
WIDTHS: Final = range(60, 141)
MARGIN: Final = "  "


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour what goes to *stream* (https://no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


class Screen:
    """Writes to *stream*, from the left margin, at most as wide as the terminal."""

    def __init__(self, stream: TextIO | None = None, *, width: int | None = None) -> None:
        language = os.environ.get("LANGUAGE", ENGLISH)  # elsewhere it may be a list of locales
        self.words = Words(language if language in languages() else ENGLISH)
        self._stream = stream or sys.stdout
        self.is_terminal = self._stream.isatty()
        self._colour = wants_colour(self._stream, os.environ)
        terminal = shutil.get_terminal_size().columns if self.is_terminal else PLAIN_WIDTH
        self.width = min(max(width or terminal, WIDTHS.start), WIDTHS.stop - 1) - len(MARGIN)
        """The cells right of the margin."""

    def paint(self, text: str, *styles: str) -> str:
        """*text* in *styles*; unchanged where there is no colour."""
        if not self._colour or not text or not styles:
            return text
        return f"\x1b[{';'.join(STYLES[style] for style in styles)}m{text}\x1b[0m"

    def line(self, text: str = "") -> None:
        self._write(f"{MARGIN}{text}".rstrip() + "\n")

    def paragraph(self, text: str, *styles: str, lead: str = "", hanging: int = 0) -> None:
        """*text* broken into lines, each in *styles* and after *lead*."""
        for piece in self.wrapped(text, less=len(lead), hanging=hanging):
            self.line(lead + self.paint(piece, *styles))

    def wrapped(self, text: str, *, less: int = 0, hanging: int = 0) -> list[str]:
        """*text* in lines that fit beside *less* cells."""
        return wrapped(text, self.width - less, hanging=hanging)

    def heading(self, text: str) -> None:
        self.line()
        self.line(self.paint(text, "bold"))
        self.line()

    @contextmanager
    def step(self, doing: str) -> Iterator[Callable[[str], None]]:
        """Say what is being done; once it is done, how long it took, and what was handed to the yielded function."""
        began, said = time.monotonic(), [doing]
        if self.is_terminal:
            self._write(f"{MARGIN}{self.paint('…', 'dim')} {doing}")
        yield said.append
        took = self.paint(f"{time.monotonic() - began:.1f} s", "dim")
        self.clear_line()
        self.line(f"{self.paint('✓', 'green')} {padded(said[0], 30)} {' '.join(said[1:])}  {took}")

    def clear_line(self) -> None:
        """Take away a line that is not ended; nothing where there is no terminal."""
        if self.is_terminal:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
