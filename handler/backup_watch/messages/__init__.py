"""What a run tells: one message, chosen, worded and cut to size by pure functions."""

from backup_watch.messages.compose import compose
from backup_watch.messages.digest import Digest, select
from backup_watch.messages.message import Message

__all__ = ["Digest", "Message", "compose", "select"]
