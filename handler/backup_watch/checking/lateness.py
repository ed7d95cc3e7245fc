"""From when on an instance without a newer backup is LATE: the one place that says when a backup is missed."""

from __future__ import annotations

from datetime import datetime

from backup_watch.model.daily_slot import DAY, KOREA, first_slot_after, parse_slot
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Limits


def late_from(instance: Instance, limits: Limits, newest: datetime) -> datetime | None:
    """The instant from which on *instance*, whose newest backup is of *newest*, is LATE, unless it is STALE before.

    ``grace`` after the first slot that follows the newest backup, and at least 24 h after that backup. None: the slot
    is unknown, and ``max_age`` alone judges.
    """
    slot = parse_slot(instance.backup_time)
    if slot is None:
        return None
    return max(first_slot_after(newest, slot, zone=newest.tzinfo or KOREA) + limits.grace, newest + DAY)
