"""How the pages write: where a line may not break, between a number and what it counts, and instants in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
AFTER_A_NUMBER = re.compile(r"(?<=[\d}]) (?=[^\W\d_])")
"""Also after the place of a number that the page's script fills in."""


def unbroken(text: str) -> str:
    """*text* with each number kept beside its noun or unit.

    For HTML alone: in plain text the sign would spoil searching and copying, and make an SMS cost twice as much.
    """
    return AFTER_A_NUMBER.sub(NO_BREAK_SPACE, text)


def utc(moment: datetime) -> str:
    """*moment* to the minute, as it stands beside the display zone's."""
    return f"{moment.astimezone(UTC).isoformat(' ', 'minutes')[:16]} UTC"
