"""How far reading is, on standard error: pages of how many, by product and region. Nothing where it is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import ncloud
from backup_watch.cli.terminal import console_for
from backup_watch.i18n import Words
from backup_watch.runtime.opening import OnPage


@contextmanager
def progress(words: Words, *, wanted: bool) -> Iterator[OnPage | None]:
    """Show progress within; what is yielded is to be told of pages, from any thread."""
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    console = console_for(sys.stderr)
    if not console.is_terminal or console.is_dumb_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bars = Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), console=console, transient=True
    )
    with bars:
        yield _Pages(lambda name: bars.add_task(name, total=None), bars.update, words)


class _Pages:
    """Sums the pages of the lists of each product and region. Safe for threads."""

    def __init__(self, add: Callable[[str], object], update: Callable[..., None], words: Words) -> None:
        self._add, self._update, self._words = add, update, words
        self._lock = Lock()
        self._lists: dict[tuple[str, ...], dict[ncloud.ListRequest, tuple[int, int]]] = {}
        self._tasks: dict[tuple[str, ...], object] = {}

    def __call__(self, request: ncloud.ListRequest, there: int, wanted: int) -> None:
        place: tuple[str, ...] = (request.product or "", request.region or "")
        if request.instance_no:
            place = (*place, self._words.text("kept backups"))
        with self._lock:
            lists = self._lists.setdefault(place, {})
            lists[request] = there, max(there, wanted)
            if place not in self._tasks:
                self._tasks[place] = self._add(" ".join(part for part in place if part))
            read, total = (sum(one[index] for one in lists.values()) for index in (0, 1))
            self._update(self._tasks[place], completed=read, total=total)
