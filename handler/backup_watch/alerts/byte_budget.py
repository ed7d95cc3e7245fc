"""Cuts lists to size, at whole entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


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
