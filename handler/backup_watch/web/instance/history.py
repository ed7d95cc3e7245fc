"""What the kept backups of one database show, in the display zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from backup_watch.checking.habit import NO_HABIT, Habit, habit_of
from backup_watch.i18n import Words
from backup_watch.model.daily_slot import KOREA, parse_slot
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance, KeptBackup
from backup_watch.web.instance.sizes_chart import SizesChart, sizes_chart
from backup_watch.web.instance.timeline import Backup, Line, backups_of, lines_of, minutes_of_day


class History(Struct, frozen=True):
    """The picture of the kept backups."""

    backups: tuple[Backup, ...]
    """Newest first."""
    lines: tuple[Line, ...]
    sizes: SizesChart | None
    habit: Habit
    slot: float | None
    """Minutes since midnight. None: not known."""
    usual_end: float | None
    """The same. None: no habit is known."""
    now: float
    under_way_since: datetime | None


def history_of(
    instance: Instance, finding: Finding, kept: Sequence[KeptBackup], words: Words, *, now: datetime
) -> History:
    """Draw *kept*, the rows of *instance*, of which *finding* is the judgement at *now*."""
    zone, backups, newest = words.tzinfo, backups_of(kept, now=now), finding.last_backup_at
    slot, habit = parse_slot(instance.backup_time), NO_HABIT
    if newest is not None:
        habit = habit_of(
            newest, kept, slot=slot, zone=newest.tzinfo or KOREA, retention_days=instance.retention_days, now=now
        )
    there = now.astimezone((newest and newest.tzinfo) or KOREA).replace(hour=0, minute=0, second=0, microsecond=0)
    expected_at = habit.expected_at if habit.usual is not None else None
    return History(
        backups=tuple(backups),
        lines=tuple(lines_of(backups, now=now, zone=zone)),
        sizes=sizes_chart(backups),
        habit=habit,
        slot=None if slot is None else minutes_of_day(there + slot, zone),
        usual_end=None if expected_at is None else minutes_of_day(expected_at, zone),
        now=minutes_of_day(now, zone),
        under_way_since=backups[0].started_at if backups and backups[0].ended_at is None else None,
    )
