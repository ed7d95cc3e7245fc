"""What the rules ask of one instance at one instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.dating import Newest, databases_judged, newest_of_databases, newest_on
from backup_watch.checking.habit import Habit, habit_of
from backup_watch.checking.lateness import late_from
from backup_watch.model.daily_slot import DAY, KOREA, parse_slot
from backup_watch.model.instances import FUTURE_TOLERANCE, DatabaseBackups, Instance, KeptBackup, age_of
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause, DatedBy

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
    since_slot_of: datetime | None = None
    """What counts for its slots in place of ``newest``. None: ``newest`` does."""
    database: str | None = None
    """The database whose newest backup decides. None: there are not several."""
    behind: tuple[DatabaseBackups, ...] = ()
    """Databases without a backup for two days, though others have one; longest first."""
    habit: Habit | None = None
    """What is expected next. None: the kept backups were not asked for, and the age alone is judged."""

    @property
    def life(self) -> timedelta | None:
        """How long the instance has existed. None: not known."""
        return age_of(self.instance, now=self.now)

    @property
    def is_late(self) -> bool:
        """Whether the backup that usually is there is not, and the newest is more than a day old."""
        if self.habit is None or self.newest is None or self.age is None or self.age <= DAY:
            return False
        expected_at = self.habit.expected_at
        return expected_at is not None and self.now >= late_from(self.limits, self.newest, expected_at)

    @property
    def is_fresh(self) -> bool:
        """Whether the newest backup is there in time."""
        return self.age is not None and self.age <= self.limits.max_age and not self.is_late


def case_of(instance: Instance, limits: Limits, *, now: datetime, kept: Sequence[KeptBackup] | None = None) -> Case:
    """Look at *instance* at *now* (aware). A date up to five minutes after *now* counts as now.

    *kept* are the backups that are kept of it, which show its habit; None: not asked for.
    """
    case = _by_lists(instance, limits, now=now)
    return (
        case
        if kept is None or case.newest is None
        else replace(case, habit=_habit(case, case.since_slot_of or case.newest, kept))
    )


def _habit(case: Case, newest: datetime, kept: Sequence[KeptBackup]) -> Habit:
    instance = case.instance
    return habit_of(
        newest, kept, slot=parse_slot(instance.backup_time), zone=newest.tzinfo or KOREA,
        retention_days=instance.retention_days, now=case.now,
    )  # fmt: skip


def _by_lists(instance: Instance, limits: Limits, *, now: datetime) -> Case:
    dates = instance.backups_at
    if instance.dated_by is DatedBy.DAY or instance.databases:
        return _by_dating(instance, limits, now=now)
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


def _by_dating(instance: Instance, limits: Limits, *, now: datetime) -> Case:
    """Where the list has no instants: by a day, or by the databases."""
    considered = databases_judged(instance, limits.ignore_databases)
    dates = [each.backups_at[0] for each in considered] if instance.databases else instance.backups_at[:1]
    bad_date, bad_cause = None, None
    if instance.unreadable_dates:
        bad_date, bad_cause = instance.unreadable_dates[0], Cause.DATE_UNREADABLE
    elif ahead := [moment for moment in dates if now - moment < YOUNGEST]:
        bad_date, bad_cause = max(ahead).isoformat(), Cause.DATE_IN_FUTURE
    newest = newest_of_databases(considered, now=now) if instance.databases else _newest_day(instance, now=now)
    if newest is None:
        return Case(instance, limits, now, None, None, bad_date, bad_cause)
    return Case(
        instance=instance,
        limits=limits,
        now=now,
        newest=newest.at,
        age=max(NOTHING, now - newest.at),
        bad_date=bad_date,
        bad_cause=bad_cause,
        since_slot_of=newest.since_slot_of,
        database=newest.database,
        behind=newest.behind,
    )


def _newest_day(instance: Instance, *, now: datetime) -> Newest | None:
    days = (newest_on(day, instance, now=now) for day in instance.backups_at if now - day >= YOUNGEST)
    return next(days, None)
