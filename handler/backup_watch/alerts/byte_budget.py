"""Cuts to size: texts at characters as SNS counts them, lists at whole entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

CUT = "..."
"""Marks a cut in a subject or SMS; the one-character ellipsis would double what an SMS costs."""

T = TypeVar("T")


def length(text: str) -> int:
    """Characters as SNS and Slack count them: UTF-16 units, two for an emoji."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int) -> str:
    """Shorten *text* to at most *limit* characters, the mark of a cut included."""
    if length(text) <= limit:
        return text
    room, end = limit - len(CUT), 0
    for char in text:
        room -= 2 if char > "\uffff" else 1
        if room < 0:
            break
        end += 1
    return text[:end].rstrip() + CUT


class SizedList(Generic[T]):
    """A list that takes entries in their order while there is room, each whole or not at all.

    Entries come from an iterator: an entry for which there is no room is never rendered, but for the first one.
    """

    def __init__(self, entries: Iterable[T], count: int, *, size: Callable[[T], int]) -> None:
        self._entries, self._size = iter(entries), size
        self._held: T | None = None
        self.taken: list[T] = []
        self.count = count

    @property
    def left_out(self) -> int:
        """How many entries found no room."""
        return self.count - len(self.taken)

    def fill(self, room: int) -> int:
        """Take entries until the next one does not fit into *room*; return the room that is left."""
        while len(self.taken) < self.count:
            if self._held is None:
                self._held = next(self._entries)
            if (size := self._size(self._held)) > room:
                break
            room -= size
            self.taken.append(self._held)
            self._held = None
        return room


def share_budget(room: int, lists: Sequence[tuple[SizedList[T], int]]) -> int:
    """Fill each list up to its percentage of *room*, then in the same order with what the others left over.

    So ten thousand findings cannot crowd out the one line that says what has ended. Returns the room that is left.
    """
    left = room
    for sized, percent in lists:
        share = room * percent // 100
        left -= share - sized.fill(share)
    for sized, _ in lists:
        left = sized.fill(left)
    return left
