"""What a run tells: one message, chosen, worded and cut to size by pure functions."""

from backup_watch.alerts.compose import compose
from backup_watch.alerts.selection import Digest, select
from backup_watch.alerts.sns_message import Message

__all__ = ["Digest", "Message", "compose", "select"]
