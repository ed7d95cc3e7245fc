"""A mail as it was received, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stack.cells import wrapped
from tests.stack.screen import Screen

if TYPE_CHECKING:
    from tests.stack.mailbox import Mail


def show_mail(screen: Screen, mail: Mail) -> None:
    """Its head and all of its text, behind a bar."""
    bar = screen.paint("│", "dim")
    screen.line(f"{bar} {screen.paint('To:', 'dim')}      {mail.to}")
    screen.line(f"{bar} {screen.paint('Subject:', 'dim')} {screen.paint(mail.subject, 'bold')}")
    screen.line(bar)
    for line in mail.text.rstrip().split("\n"):
        for piece in wrapped(line, screen.width - 2, hanging=2):
            screen.line(f"{bar} {piece}")
