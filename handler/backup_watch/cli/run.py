"""How one reading of the command is judged and told."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from backup_watch.checking.plan import Plan
from backup_watch.config.events import Check
from backup_watch.config.settings import Settings
from backup_watch.i18n import Words


class Run(Struct, frozen=True):
    """What a reading needs besides its source."""

    asked: Check
    plan: Plan
    settings: Settings
    words: Words
    clock: datetime
    """The real instant, aware."""
