"""What a person sees of the local stack, drawn by the command's own code.

The language is that of ``LANGUAGE``, where the product speaks it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from rich.cells import set_cell_size
from rich.console import RenderableType
from rich.text import Text

from backup_watch.cli.terminal import console_for, show
from backup_watch.config.languages import ENGLISH, languages
from backup_watch.i18n import Words

MARGIN: Final = 2
PIPE_WIDTH: Final = 110
DOING_CELLS: Final = 31


class Screen:
    """Writes to *stream*, from the left margin."""

    def __init__(self, stream: TextIO | None = None) -> None:
        language = os.environ.get("LANGUAGE", ENGLISH)  # elsewhere it may be a list of locales
        self.words = Words(language if language in languages() else ENGLISH)
        self.console = console_for(stream or sys.stdout)  # kept: the function's log takes standard output's place
        if not self.console.is_terminal:
            self.console.width = min(self.console.width, PIPE_WIDTH)

    def show(self, *renderables: RenderableType) -> None:
        """Each of them, from the margin on."""
        show(self.console, *renderables, margin=MARGIN)

    def line(self, text: str = "", style: str = "") -> None:
        """*text* in *style*, in as many lines as it takes."""
        self.show(Text(text, style=style))

    def heading(self, text: str) -> None:
        self.line()
        self.line(text, "bold")
        self.line()

    @contextmanager
    def step(self, doing: str) -> Iterator[Callable[[str], None]]:
        """Say what is being done; once it is done, how long it took, and what was handed to the yielded function."""
        began, said = time.monotonic(), [""]
        if self.console.is_terminal:
            with self.console.status(doing):
                yield said.append
        else:
            yield said.append
        done = Text.assemble(("✓ ", "green"), set_cell_size(doing, DOING_CELLS), *said, "  ")
        self.show(done.append(f"{time.monotonic() - began:.1f} s", style="dim"))
