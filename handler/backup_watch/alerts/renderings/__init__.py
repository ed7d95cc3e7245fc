"""One rendering of the message for each kind of subscriber: a channel is one file, and its line in this table."""

from backup_watch.alerts.renderings.card import CARD
from backup_watch.alerts.renderings.document import DOCUMENT
from backup_watch.alerts.renderings.email import EMAIL
from backup_watch.alerts.renderings.rendering import Rendered, Rendering
from backup_watch.alerts.renderings.sms import SMS

RENDERINGS = (SMS, EMAIL, CARD, DOCUMENT)
"""In the order in which they take their bytes; the one that takes all the rest is last."""

__all__ = ["RENDERINGS", "Rendered", "Rendering"]
