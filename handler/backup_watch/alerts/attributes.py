"""The attributes that subscribers filter by."""

from __future__ import annotations

from backup_watch.alerts.selection import Digest, Failure, NothingFound, severity_of
from backup_watch.alerts.sns_message import Attributes
from backup_watch.i18n.plain_text import shown
from backup_watch.model.findings import Violation
from backup_watch.model.report import ACCOUNT
from backup_watch.model.vocabulary import Event, Severity

MAX_REGION_CHARS = 32


def attributes_of(digest: Digest, *, truncated: bool) -> Attributes:
    """The worst severity told, every event, region and account; ``truncated`` only where something was cut.

    Where only ends are told the severity is ``ok``; where only failures are, the event is ``UNREADABLE`` alone.
    """
    worst = max((severity_of(item) for item in digest.items), default=Severity.OK)
    attributes: Attributes = {"severity": worst.word, "event": _events(digest), "account": ACCOUNT}
    if regions := _regions(digest):
        attributes["region"] = regions
    if truncated:
        attributes["truncated"] = "true"
    return attributes


def _events(digest: Digest) -> list[str]:
    events = {violation.event for violation in (*digest.violations, *digest.resolved)}
    if any(isinstance(item, Failure | NothingFound) for item in digest.items):
        events.add(Event.UNREADABLE)
    return [str(event) for event in Event if event in events]


def _regions(digest: Digest) -> list[str]:
    """Where it is told of. What is no matter of one region (the secret, the roll call) concerns them all: a team that
    listens to its own alone must hear that nobody looks at it.
    """
    regions: set[str] = set()
    for item in (*digest.items, *digest.resolved):
        where = [item.finding.subject.region] if isinstance(item, Violation) else item.regions
        regions.update([region for region in where if region] or digest.report.regions)
    return sorted({shown(region, limit=MAX_REGION_CHARS) for region in regions})
