"""What the rules ask of one instance at one instant."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.checking.lateness import late_from
from backup_watch.model.daily_slot import DAY
from backup_watch.model.instances import FUTURE_TOLERANCE, Instance, age_of
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause

NOTHING = timedelta(0)
YOUNGEST = -FUTURE_TOLERANCE
"""The age of the latest date that is believed."""


class Case(Struct, frozen=True, gc=False):
    """One instance, what is allowed for it, and its newest backup at one instant."""

    instance: Instance
    limits: Limits
    now: datetime
    newest: datetime | None
    """The newest date that can be believed. None: there is none."""
    age: timedelta | None
    """Of that backup; never negative."""
    bad_date: str | None = None
    """The last date that was found not to be believable, as it came. None: all are believed."""
    bad_cause: Cause | None = None
    """Why it is not."""

    @property
    def life(self) -> timedelta | None:
        """How long the instance has existed. None: not known."""
        return age_of(self.instance, now=self.now)

    @property
    def is_late(self) -> bool:
        """Whether the backup that usually is there is not, and the newest is more than a day old."""
        if self.newest is None or self.age is None or self.age <= DAY:
            return False
        late = late_from(self.instance, self.limits, self.newest)
        return late is not None and self.now >= late

    @property
    def is_fresh(self) -> bool:
        """Whether the newest backup is there in time."""
        return self.age is not None and self.age <= self.limits.max_age and not self.is_late


def case_of(instance: Instance, limits: Limits, *, now: datetime) -> Case:
    """Look at *instance* at *now* (aware). A date up to five minutes after *now* counts as now."""
    dates = instance.backups_at
    if dates and not instance.unreadable_dates and (age := now - dates[0]) >= NOTHING:
        return Case(instance, limits, now, dates[0], age)  # as nearly always
    bad_date, bad_cause = None, None
    if instance.unreadable_dates:
        bad_date, bad_cause = instance.unreadable_dates[0], Cause.DATE_UNREADABLE
    for moment in dates:
        if (age := now - moment) >= YOUNGEST:
            return Case(instance, limits, now, moment, max(NOTHING, age), bad_date, bad_cause)
        bad_date, bad_cause = moment.isoformat(), Cause.DATE_IN_FUTURE
    return Case(instance, limits, now, None, None, bad_date, bad_cause)
