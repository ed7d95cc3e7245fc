"""A mail as it was received, on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from tests.stack.mailbox import Mail


def printed_mail(mail: Mail) -> RenderableType:
    """Its head and all of its text, behind a bar."""
    return _Barred(Group(*_lines(mail)))


def _lines(mail: Mail) -> Iterator[RenderableType]:
    yield Text.assemble(("To:      ", "dim"), mail.to)
    yield Text.assemble(("Subject: ", "dim"), (mail.subject, "bold"))
    yield Text()
    for line in mail.text.rstrip().split("\n"):
        text = line.lstrip(" ")
        yield Padding(Text(text), (0, 0, 0, len(line) - len(text)), expand=False) if text else Text()


class _Barred:
    """Something with a bar before each of its lines."""

    def __init__(self, inside: RenderableType) -> None:
        self._inside = inside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        within = options.update(width=options.max_width - 2)
        for line in console.render_lines(self._inside, within, pad=False):
            yield Segment("│ ", Style(dim=True))
            yield from line
            yield Segment.line()
