"""Drawing by rich: colour and width of a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

MAX_WIDTH = 160
"""A reason that runs on for longer is hard to read."""
PIPE_WIDTH = 4000
"""Of what is no terminal: a row is a line there, unless COLUMNS says how long a line may be."""


def console_for(stream: TextIO, environment: Mapping[str, str] = os.environ) -> Console:
    """A console on *stream*. https://no-color.org, TERM and COLUMNS count; text is never read as markup."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        columns = environment.get("COLUMNS", "")
        console.width = int(columns) if columns.isdigit() and int(columns) >= 40 else PIPE_WIDTH
    elif console.width > MAX_WIDTH:
        console.width = MAX_WIDTH
    return console


def show(console: Console, *renderables: RenderableType, margin: int = 0) -> None:
    """Print each of *renderables*; outside of a terminal without blanks at the ends of lines."""
    for renderable in renderables:
        is_blank = isinstance(renderable, Text) and not renderable  # which padding would leave out
        indented = Padding(renderable, (0, 0, 0, margin), expand=False) if margin and not is_blank else renderable
        if console.is_terminal:
            console.print(indented)
            continue
        with console.capture() as captured:
            console.print(indented)
        console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
        console.file.flush()


def hanging(mark: str, text: str | Text, *, mark_style: str = "", style: str = "") -> Table:
    """*text* behind *mark*, its further lines below its first."""
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark, style=mark_style), text if isinstance(text, Text) else Text(text, style=style))
    return grid
