"""What a message is to say, for whichever kind of subscriber."""

from __future__ import annotations

from msgspec import Struct

from backup_watch.alerts.selection import Digest
from backup_watch.i18n import Words


class Brief(Struct, frozen=True):
    """What is to be worded, and in which language."""

    digest: Digest
    words: Words
    is_test: bool = False
    """Whether everything has to say that it is a sample."""
    runbook_url: str | None = None
    """Where the reader finds what to do. None: no link is given."""
