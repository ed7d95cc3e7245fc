"""Durations as settings and policies write them: ``90s``, ``45m``, ``26h``, ``2d``, ``1d12h``."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3650)
_FORM = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII)
ALLOWED = "a duration such as 90s, 45m, 26h, 2d or 1d12h, above zero and at most 3650d"


def parse_duration(text: str, *, zero: bool = False) -> timedelta:
    """Read a duration; largest unit first, each at most once, no spaces inside.

    ``0`` (with or without a unit) is taken only where *zero* is true. Raises ``ValueError`` that says what is
    allowed.
    """
    stripped = text.strip()
    found = _FORM.fullmatch(stripped)
    if zero and stripped == "0":
        return timedelta(0)
    if not stripped or found is None:
        raise ValueError(ALLOWED)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise ValueError(ALLOWED) from error
    if length > LONGEST or (not length and not zero):
        raise ValueError(ALLOWED)
    return length


def format_duration(length: timedelta) -> str:
    """The setting's own form of *length* in whole seconds: ``26h``, ``1d12h`` stays ``36h``, ``2d`` from 48 h up."""
    seconds = int(length.total_seconds())
    if seconds == 0:
        return "0s"
    if seconds % 86400 == 0 and seconds >= 172800:
        return f"{seconds // 86400}d"
    parts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "m"), (seconds % 60, "s"))
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount)
