"""What is known of one database, label by label."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from backup_watch.checking.habit import Habit
from backup_watch.i18n import Words, terms
from backup_watch.i18n.products import product_words
from backup_watch.i18n.reasons import allowed_by
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Instance
from backup_watch.model.messages import N_, NN_
from backup_watch.model.plain_text import shown
from backup_watch.web.page.sizes import human_size
from backup_watch.web.page.typography import unbroken

EVENTS = {
    "NEW": N_("it is new at this check"),
    "ESCALATED": N_("it is worse at this check"),
    "REPEAT": N_("it goes on, and is due to be told again"),
    "ONGOING": N_("it goes on"),
    "RESOLVED": N_("it is over"),
    "UNREADABLE": N_("it could not be looked at"),
}
"""What became of a violation."""
USUAL = NN_("{time} ({count} backup)", "{time} ({count} backups)")


class Fact(Struct, frozen=True):
    """One label with what there is to say."""

    label: str
    text: str
    at: datetime | None = None
    """The instant that *text* is. None: it is none."""


def allowance_facts(words: Words, finding: Finding, habit: Habit) -> list[Fact]:
    """What is allowed, due, and usual."""
    limits, usual = finding.limits, None
    if habit.usual is not None:
        usual = words.counted(*USUAL, habit.usual.backups, time=habit.usual.done_by)
    facts = [
        _said(words, N_("Newest backup"), finding.last_backup_at, none=N_("none is known")),
        Fact(words.text("Allowed age"), unbroken(allowed_by(words, limits))),
        Fact(words.text("Grace after the usual time"), unbroken(words.allowed(limits.grace))),
        None if usual is None else Fact(words.text("Usually done by"), unbroken(usual)),
        _said(words, N_("Expected by"), habit.expected_at),
    ]
    return [fact for fact in facts if fact is not None]


def alert_facts(words: Words, finding: Finding, violation: Violation | None) -> list[Fact]:
    """What is told of it: since when, told when, under which name; and a mute. Empty: nothing is to be told."""
    facts = [] if violation is None else list(_of_violation(words, violation))
    if finding.mute is not None:
        facts.append(Fact(words.text("Mute"), unbroken(terms.mute(words, finding.mute))))
    return facts


def _of_violation(words: Words, violation: Violation) -> Iterator[Fact]:
    yield Fact(words.text("Incident"), violation.incident)
    yield Fact(words.text("State"), words.text(EVENTS.get(str(violation.event)) or str(violation.event)))
    for label, at in (
        (N_("Since"), violation.began_at), (N_("Last told"), violation.told_at), (N_("Ended"), violation.ended_at)
    ):  # fmt: skip
        if (fact := _said(words, label, at)) is not None:
            yield fact


def instance_facts(words: Words, instance: Instance, *, account: str | None) -> list[Fact]:
    """What Ncloud's lists say of it. *account*: None where there is one only."""
    days = instance.retention_days
    pairs = [
        (N_("Account"), account),
        (N_("Product"), product_words(instance.product).name),
        (N_("Region"), instance.region),
        (N_("Number"), instance.number),
        (N_("Status"), instance.status),
        (N_("Automatic backups"), _switch(words, instance.is_backup)),
        (N_("Backup slot"), instance.backup_time),
        (N_("Kept for"), None if days is None else words.days(days)),
        (N_("Size"), None if instance.size_bytes is None else human_size(instance.size_bytes)),
    ]
    facts = [Fact(words.text(label), unbroken(shown(text))) for label, text in pairs if text]
    created = _said(words, N_("Created"), instance.created_at)
    return facts if created is None else [*facts, created]


def _said(words: Words, label: str, at: datetime | None, *, none: str | None = None) -> Fact | None:
    if at is not None:
        return Fact(words.text(label), words.instant(at), at)
    return None if none is None else Fact(words.text(label), words.text(none))


def _switch(words: Words, is_on: bool | None) -> str | None:
    if is_on is None:
        return None
    return words.term("switch", "on") if is_on else words.term("switch", "off")
