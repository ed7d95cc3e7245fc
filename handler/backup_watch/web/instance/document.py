"""Puts the page of one database together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from backup_watch.diagnostics.steps import steps_of
from backup_watch.i18n import Words
from backup_watch.i18n.reasons import advice
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.report_json import instant
from backup_watch.web.checks import Details
from backup_watch.web.instance.facts import alert_facts, allowance_facts, instance_facts
from backup_watch.web.instance.found import address_of, violation_of
from backup_watch.web.instance.history import history_of
from backup_watch.web.instance.timeline import Backup
from backup_watch.web.page.assets import style
from backup_watch.web.page.icon import icon
from backup_watch.web.page.places import places_of
from backup_watch.web.page.rows import FULL_BAR, tone_of
from backup_watch.web.page.sentences import Sentences
from backup_watch.web.page.sizes import human_size
from backup_watch.web.page.templates import template
from backup_watch.web.page.typography import unbroken, utc


class Told(Struct, frozen=True):
    """One backup in words. Empty: not known."""

    times: str
    took: str
    size: str


def render(report: Report, instance: Instance, finding: Finding, details: Details, words: Words, *, prefix: str) -> str:
    """The page of *instance*: *finding* is what the check of *report* says of it, *details* what was read besides."""
    say, now = Sentences(words), report.checked_at
    history, places = history_of(instance, finding, details.kept, words, now=now), places_of(report)
    ratio = None if finding.age is None else finding.age / finding.limits.max_age
    return template("instance/instance.html").render(
        **_frame(words, finding.severity if finding.mute is None else Severity.OK, prefix),
        finding=finding,
        name=say.name(instance),
        place=places.of(instance),
        here=address_of(instance, prefix=prefix),
        checked_at=now,
        tone=tone_of(finding.verdict, finding.severity),
        advice=None if finding.severity is Severity.OK else unbroken(advice(words, finding)),
        bar=None if ratio is None else f"a{min(round(ratio / FULL_BAR * 100), 100)}",
        age="" if finding.age is None else unbroken(words.duration(finding.age)),
        allowed=unbroken(words.text("of {allowed}", allowed=words.allowed(finding.limits.max_age))),
        allowance=allowance_facts(words, finding, history.habit),
        alert=alert_facts(words, finding, violation_of(report, finding)),
        about=instance_facts(words, instance, account=instance.account if places.accounts else None),
        steps=steps_of(words, finding, now=now),
        history=history,
        today=now.astimezone(words.tzinfo).date(),
        told=lambda backup: told(backup, words),
        errors=[say.error(error) for error in details.errors],
        human_size=human_size,
    )


def render_choices(instances: Sequence[Instance], words: Words, *, prefix: str) -> str:
    """The page that leads to each of *instances*, which share a number."""
    links = [(each, address_of(each, prefix=prefix)) for each in instances]
    return template("instance/choices.html").render(**_frame(words, Severity.OK, prefix), links=links)


def _frame(words: Words, severity: Severity, prefix: str) -> dict[str, Any]:
    say = Sentences(words)
    return {
        "words": words,
        "say": say,
        "t": say.text,
        "n": say.counted,
        "severity": severity,
        "home": f"{prefix}/",
        "style": Markup(style(words.language)),  # noqa: S704  our own file, no user's text in it
        "icon": icon(severity),
        "instant": instant,
        "utc": utc,
        "unbroken": unbroken,
    }


def told(backup: Backup, words: Words) -> Told:
    """*backup* in words, by the clock of the display zone."""
    started, ended = _clock(backup.started_at, words), _clock(backup.ended_at, words)
    days = 0
    if backup.started_at is not None and backup.ended_at is not None:
        days = (
            backup.ended_at.astimezone(words.tzinfo).date() - backup.started_at.astimezone(words.tzinfo).date()
        ).days
    times = f"{started}–{ended}" + (f" +{days}d" if days else "")
    if backup.ended_at is None:
        times = words.text("under way since {time}", time=started)
    return Told(
        times,
        "" if backup.took is None else unbroken(words.duration(backup.took)),
        "" if backup.size_bytes is None else human_size(backup.size_bytes),
    )


def _clock(moment: datetime | None, words: Words) -> str:
    return "" if moment is None else f"{moment.astimezone(words.tzinfo):%H:%M}"
