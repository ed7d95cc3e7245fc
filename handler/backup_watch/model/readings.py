"""What a source hands to a check: readings of lists, histories of instances."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct

from backup_watch.model.instances import FreshGroup, Instance, InstanceId, KeptBackup, Scope
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind


class FreshWindow(Struct, frozen=True):
    """Dates of a newest backup that make an instance plainly FRESH. Both ends included, aware; none where the first is
    after the second.
    """

    since: datetime
    until: datetime
    with_names: bool = True
    """Whether the names and numbers of what is counted are asked for."""
    with_dates: bool = False
    """Whether the newest backup of each is asked for, too."""
    watched: Callable[[], Container[InstanceId]] = frozenset
    """Which instances are to be judged one by one in any case; asked once the lists are read."""


NEVER_FRESH = FreshWindow(datetime(2000, 1, 2, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))
"""Makes nothing plainly FRESH."""


class ListRead(Struct, frozen=True):
    """One list that was asked for."""

    scope: Scope
    kind: ListKind
    operation: str
    """Its name on the other side, for people."""
    instances: int | None
    """How many instances it names. None: it could not be read whole."""


class Reading(Struct, frozen=True):
    """What could be read, and what could not. An error here is never an empty list."""

    instances: tuple[Instance, ...]
    errors: tuple[ReadError, ...] = ()
    fresh_groups: tuple[FreshGroup, ...] = ()
    """Instances that are not among the others, since counting them is enough."""
    lists: tuple[ListRead, ...] = ()
    """The lists that were asked for. Empty: none could be asked for."""
    withheld: tuple[ReadError, ...] = ()
    """Errors of products that were asked for only as part of all products, and are not counted as errors."""
    taken_for_empty: tuple[ReadError, ...] = ()
    """Refusals that say no more than that a list is empty, and are not counted as errors either."""


class Histories(Struct, frozen=True):
    """The past of some instances, by ``Instance.id``."""

    backups_at: dict[InstanceId, tuple[datetime, ...]]
    """The instants of their backups, newest first. An instance that is absent: not known."""
    errors: tuple[ReadError, ...] = ()
    """Why what is not known could not be read. An instance that has gone meanwhile is no error."""
    kept: dict[InstanceId, tuple[KeptBackup, ...]] = {}
    """The rows of their detail lists, in any order: empty where they could not be read. Absent: not asked for."""


class Source(Protocol):
    """Where readings come from. Neither method raises for what could not be read: it says so in ``errors``."""

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        """Read the lists of all *scopes*. What *fresh_window* makes plainly fresh may be counted."""

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """Read the detail lists of *instances*."""
