"""The lines about what is wrong, within a budget that leaves every unread account its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backup_watch.alerts import lines
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.byte_budget import SizedList
from backup_watch.alerts.selection import Failure, Item
from backup_watch.model.findings import Violation
from backup_watch.model.plain_text import shown


class Blocks:
    """What is wrong as a text for each thing, in the order of the digest.

    Where several accounts are watched, what could not be read has a share of its own, and the accounts for whose own
    text there is no room are named in one line.
    """

    def __init__(
        self, brief: Brief, render: Callable[[Sequence[Item]], Iterator[str]], *, size: Callable[[str], int]
    ) -> None:
        self._brief, self._size = brief, size
        self._items = brief.digest.items
        apart = brief.digest.several_accounts
        self._unread = [item for item in self._items if apart and not isinstance(item, Violation)]
        others = [item for item in self._items if not apart or isinstance(item, Violation)]
        self.unread = SizedList(render(self._unread), len(self._unread), size=size)
        self.others = SizedList(render(others), len(others), size=size)

    def reserve(self, room: int) -> int:
        """The part of *room* that the names of all unread accounts take at most: a fourth of it."""
        return min(self._size(self._names(len(self._unread), room)) if self._unread else 0, room // 4)

    def shares(self, percent: int) -> list[tuple[SizedList[str], int]]:
        """Both lists with *percent* of the room between them."""
        if not self._unread:
            return [(self.others, percent)]
        return [(self.unread, percent * 3 // 5), (self.others, percent * 2 // 5)]

    @property
    def left_out(self) -> int:
        """How many things found no room."""
        return self.unread.left_out + self.others.left_out

    def texts(self, *, reserved: int) -> list[str]:
        """What found room, in the order of the digest, and then how much did not."""
        unread, others = iter(self.unread.taken), iter(self.others.taken)
        apart = self._brief.digest.several_accounts
        ordered = [next(unread if apart and not isinstance(item, Violation) else others, None) for item in self._items]
        more = [self._names(self.unread.left_out, reserved)] if self.unread.left_out else []
        more += [lines.and_more(self._brief.words, self.others.left_out)] if self.others.left_out else []
        return [*(text for text in ordered if text is not None), *more]

    def _names(self, count: int, room: int) -> str:
        """The last *count* unread accounts in one line of at most *room*."""
        left = self._unread[len(self._unread) - count :]
        accounts = dict.fromkeys(item.account for item in left if isinstance(item, Failure) and item.account)
        names = SizedList([shown(account) for account in accounts], len(accounts), size=lambda name: len(name) + 2)
        words = self._brief.words
        names.fill(room - self._size(words.text("Also unread: {names}", names="")) - 20)
        line = words.text("Also unread: {names}", names=", ".join(names.taken))
        return line + (words.text(" (+{count} more)", count=names.left_out) if names.left_out else "")
