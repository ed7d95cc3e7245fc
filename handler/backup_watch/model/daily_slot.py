"""When a daily backup was due: its slots, in the instance's own offset from UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache

KOREA = timezone(timedelta(hours=9))
"""What Ncloud's own samples carry; used where an instance has no date of its own to tell its offset."""
DAY = timedelta(days=1)


@lru_cache(maxsize=2048)  # a day has 1,440, and every judgement asks
def parse_slot(text: str | None) -> timedelta | None:
    """Read ``HH:MM`` as the time since local midnight; None where *text* is absent or is no time of day."""
    if text is None or len(text) != 5 or text[2] != ":" or not (text[:2] + text[3:]).isascii():
        return None
    hours, minutes = text[:2], text[3:]
    if not (hours.isdigit() and minutes.isdigit()) or int(hours) > 23 or int(minutes) > 59:
        return None
    return timedelta(hours=int(hours), minutes=int(minutes))


def last_slot(until: datetime, slot: timedelta, *, zone: tzinfo) -> datetime:
    """The latest slot that is not after *until* (inclusive)."""
    local = until.astimezone(zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0) + slot
    return today if today <= local else today - DAY


@lru_cache(maxsize=4096)  # the same, at two instants a run
def slot_judged(slot: timedelta, now: datetime, grace: timedelta, zone: tzinfo) -> datetime:
    """The latest slot that is at least *grace* old at *now*."""
    return last_slot(now - grace, slot, zone=zone)


def first_slot_after(moment: datetime, slot: timedelta, *, zone: tzinfo) -> datetime:
    """The earliest slot that is strictly after *moment*."""
    return last_slot(moment, slot, zone=zone) + DAY
