"""Facts in plain English, made without a catalogue: what is said where a sentence could not be made."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import asdict

from backup_watch.model.findings import Finding, Violation
from backup_watch.model.notices import Notice
from backup_watch.model.plain_text import shown
from backup_watch.model.report import ReadError


def either(sentence: Callable[[], str], facts: Callable[[], str]) -> str:
    """What *sentence* makes, or *facts* where it fails: a report must not be lost for want of a word."""
    try:
        return sentence()
    except Exception:  # noqa: BLE001  a catalogue may be broken in any way
        return facts()


def plain_reason(finding: Finding) -> str:
    """Verdict, cause and newest backup: ``STALE (too-old), newest backup 2026-11-21T09:00:00+09:00``."""
    newest = finding.last_backup_at
    known = f"{finding.verdict} ({finding.cause})"
    return known if newest is None else f"{known}, newest backup {newest.isoformat(timespec='seconds')}"


def plain_notice(notice: Notice) -> str:
    """Code and values: ``rule-unused: number=3, match=a*``."""
    values = ", ".join(f"{name}={shown(str(value))}" for name, value in asdict(notice).items())
    return f"{notice.code}: {values}"


def plain_violation(violation: Violation) -> str:
    """Severity, name, place, event and why, of a violation or of an end."""
    finding, subject = violation.finding, violation.finding.subject
    parts = (
        _unless(subject.account, "default"),
        _unless(subject.product, "postgresql"),
        subject.region,
        subject.number,
    )
    known = ", ".join(shown(part) for part in parts if part)
    place = f" ({known})" if known else ""
    name = shown(subject.service_name)
    return f"{finding.severity.word.upper()} {name}{place}: {violation.event}, {plain_reason(finding)}"


def plain_error(error: ReadError) -> str:
    """Where and what could not be read, and of what kind the error is."""
    where = " ".join(shown(part) for part in (_unless(error.account, "default"), error.region, error.operation) if part)
    return f"UNREADABLE {where}: {shown(error.kind)}"


def _unless(value: str | None, usual: str) -> str | None:
    """*value*; None where that is the *usual* one, which goes without saying."""
    return None if value == usual else value
