"""What the command draws, as text."""

import io

from rich.console import RenderableType

from backup_watch.cli.terminal import console_for, show


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(renderable: RenderableType, *, width: int | None = None) -> list[str]:
    """The lines of *renderable* in a pipe, whose COLUMNS say *width*."""
    paper = io.StringIO()
    show(console_for(paper, {} if width is None else {"COLUMNS": str(width)}), renderable)
    return paper.getvalue().split("\n")[:-1]
