"""A source that is read once, however many are told of it."""

from __future__ import annotations

from collections.abc import Sequence

from backup_watch.model.instances import Instance, InstanceId, Scope
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source


class ReadOnce:
    """Keeps what *source* gave."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._reading: Reading | None = None
        self._histories: dict[tuple[InstanceId, ...], Histories] = {}

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        """The lists of *scopes*, which are the same each time."""
        if self._reading is None:
            self._reading = self._source.read(scopes, fresh_window)
        return self._reading

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """The detail lists of *instances*."""
        ids = tuple(instance.id for instance in instances)
        if ids not in self._histories:
            self._histories[ids] = self._source.histories(instances)
        return self._histories[ids]
