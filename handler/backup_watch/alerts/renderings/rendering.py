"""The interface of a rendering: what each one is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from backup_watch.alerts.brief import Brief
from backup_watch.alerts.plain_message import PlainMessage


class Rendered(Struct, frozen=True):
    """The text for one SNS protocol."""

    text: str
    left_out: int = 0
    """How many things to tell found no room in it."""


class Rendering(Struct, frozen=True):
    """One kind of text for the subscribers of one SNS protocol."""

    protocol: str
    """The key in SNS's message structure; ``default`` serves every protocol that has no key of its own."""
    render: Callable[[Brief, int], Rendered]
    """Words a brief in at most so many bytes, as they count inside a JSON string."""
    plain: Callable[[PlainMessage, int], Rendered]
    """Makes the text from plain facts in at most so many bytes, where :attr:`render` failed."""
    max_bytes: int | None = None
    """None: whatever the others leave."""
    chat_format: str | None = None
    """Sent only where ``CHAT_FORMAT`` has this value. None: always."""
