"""From when on an instance without a newer backup is LATE: the one place that says when a backup is missed."""

from __future__ import annotations

from datetime import datetime

from backup_watch.model.daily_slot import DAY, KOREA, first_slot_after, parse_slot
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Limits


def late_from(limits: Limits, newest: datetime, expected_at: datetime) -> datetime:
    """The instant from which on an instance is LATE, unless it is STALE before.

    Its newest backup is of *newest*, and the next was expected by *expected_at*: ``grace`` after that, and at least
    24 h after the newest.
    """
    return max(expected_at + limits.grace, newest + DAY)


def may_be_late(instance: Instance, limits: Limits, newest: datetime, *, now: datetime) -> bool:
    """Whether *instance* is LATE by the shortest reckoning: no habit makes it LATE where this is False.

    Its newest backup is more than 24 h old, and the first slot after it has passed by ``grace``, or no slot is known.
    """
    if now - newest <= DAY:
        return False
    slot = parse_slot(instance.backup_time)
    return slot is None or now >= first_slot_after(newest, slot, zone=newest.tzinfo or KOREA) + limits.grace
