"""``watch``: the table of the present, read anew every minute."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from time import monotonic

from rich.console import Console, Group, RenderableType
from rich.text import Text

from backup_watch.cli.answers import report_view
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.progress import progress
from backup_watch.cli.session import Session
from backup_watch.cli.terminal import console_for, show
from backup_watch.i18n import Words

EVERY_SECONDS = 60.0
TICK_SECONDS = 1.0


def watch(new_session: Callable[[], Session], *, seconds: float, end: threading.Event) -> int:
    """Show the table until *end* is set; *seconds* bounds one reading. In a pipe: one table a minute."""
    console = console_for(sys.stdout)
    table = _Table(new_session, console, seconds)
    if not console.is_terminal:
        while not end.is_set():
            table.read(first=False)
            show(console, table.view, Text())
            end.wait(EVERY_SECONDS)
        return 0
    from rich.live import Live

    table.read(first=True)
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while not end.is_set():
            due = monotonic() + EVERY_SECONDS
            while (left := due - monotonic()) > 0 and not end.is_set():
                live.update(table.until_next(left), refresh=True)
                end.wait(min(TICK_SECONDS, left))
            if not end.is_set():
                table.read(first=False)
    return 0


class _Table:
    """The newest table; after a reading that could not be made, the one before with the reason."""

    def __init__(self, new_session: Callable[[], Session], console: Console, seconds: float) -> None:
        self._new_session, self._console, self._seconds = new_session, console, seconds
        self._words = Words()
        self._report: RenderableType = Text()
        self._not_read: list[RenderableType] = []

    @property
    def view(self) -> RenderableType:
        return Group(self._report, *self._not_read)

    def read(self, *, first: bool) -> None:
        """Read anew; *first* shows how far it is, and raises what is wrong."""
        try:
            session = self._new_session()
            self._words = session.words
            with progress(session.words, wanted=first) as on_page:
                checked = session.check(deadline=monotonic() + self._seconds, on_page=on_page)
        except CommandFailed as failure:
            if first:
                raise
            self._not_read = [Text(self._words.text("not read again: {why}", why=failure), style="red")]
            return
        self._not_read = []
        if checked.undelivered is not None:
            self._not_read = [Text(checked.undelivered, style="red")]
        self._report = report_view(checked, session.words, names_of_fresh=not self._console.is_terminal)

    def until_next(self, left: float) -> RenderableType:
        """The table, and in how many seconds the next one comes."""
        note = self._words.text("next in {seconds} s; Ctrl-C ends it", seconds=round(left))
        return Group(self.view, Text(), Text(note, style="dim"))
