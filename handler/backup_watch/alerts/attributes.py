"""The attributes that subscribers filter by."""

from __future__ import annotations

from backup_watch.alerts.selection import Digest, Failure, NothingFound
from backup_watch.alerts.sns_message import Attributes
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Expectation
from backup_watch.model.plain_text import shown
from backup_watch.model.vocabulary import Event

MAX_PLACE_CHARS = 64
"""More than an account's id has (48)."""
MAX_VALUES = 100


def attributes_of(digest: Digest, *, truncated: bool) -> Attributes:
    """The worst severity told, every event, account, product and region; ``truncated`` only where something was cut.

    Where only ends are told the severity is ``ok``; where only failures are, the event is ``UNREADABLE`` alone.
    """
    attributes: Attributes = {"severity": digest.severity.word, "event": _events(digest)}
    places = _places(digest)
    for name, values in places.items():
        if values:
            attributes[name] = values[0] if name == "account" and len(values) == 1 else bounded_values(values)
    if groups := sorted({digest.groups[account] for account in places["account"] if account in digest.groups}):
        attributes["group"] = bounded_values(groups)
    if truncated:
        attributes["truncated"] = "true"
    return attributes


def _events(digest: Digest) -> list[str]:
    events = {violation.event for violation in (*digest.violations, *digest.resolved)}
    if any(isinstance(item, Failure | NothingFound) for item in digest.items):
        events.add(Event.UNREADABLE)
    if not events:
        events.add(Event.NOTICE)
    return [str(event) for event in Event if event in events]


def bounded_values(values: list[str]) -> list[str]:
    """At most a hundred of *values*, and then ``*`` for the rest."""
    return values if len(values) <= MAX_VALUES else [*values[:MAX_VALUES], "*"]


def _places(digest: Digest) -> dict[str, list[str]]:
    """The accounts, products and regions of what the message reports.

    What is not a matter of one of them (the secret, a line of ``[expect]``) concerns them all: a team that subscribes
    to its own region alone must hear that the region is not watched.
    """
    report = digest.report
    subjects = [item.finding.subject for item in (*digest.items, *digest.resolved) if isinstance(item, Violation)]
    errors = [error for item in digest.items if isinstance(item, Failure) for error in item.errors]
    nothing = [item for item in digest.items if isinstance(item, NothingFound)]
    everywhere = bool(nothing or report.announced)
    empty = {account for item in nothing for account in item.accounts}
    everything = {"account": report.accounts, "product": report.products, "region": report.regions}
    places = {}
    for name, every in everything.items():
        values = {None if isinstance(one, Expectation) else getattr(one, name) for one in (*subjects, *errors)}
        named: set[str] = {value for value in values if value is not None}
        if name == "account" and empty and not report.announced and None not in values:
            named |= empty
        elif everywhere or None in values:
            named |= set(every)
        places[name] = sorted({shown(value, limit=MAX_PLACE_CHARS) for value in named})
    return places
