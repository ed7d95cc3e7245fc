"""When a daily backup was due: its slots, in the instance's own offset from UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache

KOREA = timezone(timedelta(hours=9))
"""What Ncloud's own samples carry; used where an instance has no date of its own to tell its offset."""
DAY = timedelta(days=1)
SAME_BACKUP = timedelta(hours=12)
"""A slot that is nearer than this to a backup's start is that backup's own."""


_SLOT = re.compile(r"([01]?[0-9]|2[0-3]):?([0-5][0-9])(?::[0-5][0-9])?", re.ASCII)


@lru_cache(maxsize=2048)  # a day has 1,440, and every judgement asks
def parse_slot(text: str | None) -> timedelta | None:
    """Read a time of day as the time since local midnight; None where *text* is absent or is none.

    As the API may spell it: ``02:00``, ``2:00``, ``0200``, ``02:00:00``, blanks around. Seconds are dropped.
    """
    found = _SLOT.fullmatch(text.strip()) if text is not None else None
    if found is None or (":" not in found[0] and len(found[0]) != 4):
        return None
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def last_slot(until: datetime, slot: timedelta, *, zone: tzinfo) -> datetime:
    """The latest slot that is not after *until* (inclusive)."""
    local = until.astimezone(zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0) + slot
    return today if today <= local else today - DAY


@lru_cache(maxsize=4096)  # the same, at two instants a run
def slot_judged(slot: timedelta, now: datetime, grace: timedelta, zone: tzinfo) -> datetime:
    """The latest slot that is at least *grace* old at *now*."""
    return last_slot(now - grace, slot, zone=zone)


def next_slot(started_at: datetime, slot: timedelta, *, zone: tzinfo) -> datetime:
    """The earliest slot that is not the slot of a backup which started at *started_at*."""
    earliest = started_at + SAME_BACKUP
    latest = last_slot(earliest, slot, zone=zone)
    return latest if latest == earliest else latest + DAY


def first_slot_after(moment: datetime, slot: timedelta, *, zone: tzinfo) -> datetime:
    """The earliest slot that is strictly after *moment*."""
    return last_slot(moment, slot, zone=zone) + DAY
