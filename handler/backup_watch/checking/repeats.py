"""When what goes on is told again: at the first run after each interval counted from local midnight."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from msgspec import Struct

from backup_watch.checking.lifecycle import interval_of
from backup_watch.model.daily_slot import DAY
from backup_watch.model.memory import OpenIncident


class Repeats(Struct, frozen=True):
    """How often what goes on is told again, and where midnight is."""

    interval: timedelta
    """Zero: never."""
    zone: tzinfo

    @property
    def of_unread(self) -> Repeats:
        """For what could not be read: at least daily, whatever the interval is."""
        return Repeats(min(self.interval or DAY, DAY), self.zone)

    def has_come(self, incident: OpenIncident, *, now: datetime) -> bool:
        """Whether *now* is in another interval than the run that last decided about *incident*."""
        reviewed = incident.reviewed_at
        if not self.interval or reviewed is None:
            return False
        return interval_of(now, self.interval, self.zone) != interval_of(reviewed, self.interval, self.zone)

    def is_due(self, incident: OpenIncident, *, now: datetime) -> bool:
        """The same, unless it was told less than half an interval ago."""
        told_at = incident.told_at
        return self.has_come(incident, now=now) and (told_at is None or now - told_at >= self.interval / 2)
