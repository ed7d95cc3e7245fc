"""Explains the judgement of some instances: what was read, what is allowed, each step, what a run now would tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from sys import maxsize
from typing import Any

from msgspec.structs import replace

from backup_watch.checking.check import Plan, run_check
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.diagnostics.steps import steps_of
from backup_watch.i18n import Words
from backup_watch.i18n.plain_text import shown
from backup_watch.model.durations import format_duration
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Expectation, Instance, InstanceId, Scope
from backup_watch.model.policy import Selector
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source
from backup_watch.model.report import PUBLISHED_EVENTS, Report
from backup_watch.model.vocabulary import Event
from backup_watch.outputs.report_json import error_document, finding_document, instant

Document = dict[str, Any]
MAX_EXPLAINED = 200
"""Explained at once, worst first: an answer of the Lambda service holds 6 MB."""
MAX_NEAR_NAMES = 5
MAX_DATES = 10


def explain(source: Source, plan: Plan, match: str, words: Words) -> Document:
    """Explain the instances that *match* selects, as a policy's would: a glob on the name, or an instance number.

    It is the very check that a run makes, so it says what a run would say. Nothing is published. Details are read
    only of the instances explained. Steps are in English, reasons in the language of *words*.
    """
    selector = Selector(match)
    narrowed = _Narrowed(source, selector, limit=plan.max_detail_calls)
    report = run_check(replace(plan, max_detail_calls=maxsize), narrowed)
    chosen = [finding for finding in report.ranked if selector.selects(finding.subject)]
    told = {_key(violation.finding): violation for violation in (*report.resolved, *report.violations)}
    return {
        "action": "explain",
        "match": match,
        "checkedAt": instant(report.checked_at),
        "summary": _summary(match, chosen, report),
        "nearNames": [] if chosen else _near_names(match, report.findings),
        "instances": [_explained(finding, told.get(_key(finding)), plan, words) for finding in chosen[:MAX_EXPLAINED]],
        "errors": [error_document(error) for error in report.errors],
        "warnings": [words.notice(notice) for notice in report.notices],
    }


class _Narrowed:
    """Reads everything, and the details only of what is selected, at most *limit* of them."""

    def __init__(self, source: Source, selector: Selector, *, limit: int) -> None:
        self._source, self._selector, self._limit = source, selector, limit

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        return self._source.read(scopes, fresh_window)

    def histories(self, instances: Sequence[Instance]) -> Histories:
        selected = [instance for instance in instances if self._selector.selects(instance)][: self._limit]
        return self._source.histories(selected) if selected else Histories({})


def _key(finding: Finding) -> InstanceId | Expectation:
    return finding.subject if isinstance(finding.subject, Expectation) else finding.subject.id


def _summary(match: str, chosen: Sequence[Finding], report: Report) -> str:
    what, total = shown(match), report.counts.instances
    if not chosen:
        unread = "; not everything could be read" if report.errors else ""
        return f"none of {total} instances matches {what!r}{unread}"
    lines = sum(isinstance(finding.subject, Expectation) for finding in chosen)
    called = f", and {lines} unmet line{'' if lines == 1 else 's'} of [expect]" if lines else ""
    first = f"; the worst {MAX_EXPLAINED} are explained" if len(chosen) > MAX_EXPLAINED else ""
    return f"{len(chosen) - lines} of {total} match {what!r}{called}{first}"


def _near_names(match: str, findings: Sequence[Finding]) -> list[str]:
    """Names that hold what was asked for, else those that look like it, whatever their case."""
    wanted = match.strip("*?[] ").casefold()
    names = {name.casefold(): name for finding in findings for name in _names(finding)}
    holding = [folded for folded in names if wanted and wanted in folded]
    near = holding or get_close_matches(wanted, names, n=MAX_NEAR_NAMES, cutoff=0.5)
    return [names[folded] for folded in near[:MAX_NEAR_NAMES]]


def _names(finding: Finding) -> tuple[str, ...]:
    subject = finding.subject
    return (subject.service_name, *([subject.number] if subject.number else ()))


def _explained(finding: Finding, violation: Violation | None, plan: Plan, words: Words) -> Document:
    steps = steps_of(finding, now=plan.now, zone=words.zone)
    return finding_document(finding, words) | {
        "read": _read(finding.subject),
        "allowed": _allowed(finding),
        "steps": [{"step": str(step.verdict), "met": step.met, "because": step.because} for step in steps],
        "mute": _mute(finding),
        "alert": _alert(finding, violation, plan.period, words),
    }


def _read(subject: Instance | Expectation) -> Document | None:
    """What Ncloud's lists say, dates in their own offset; None for a line of ``[expect]``."""
    if isinstance(subject, Expectation):
        return None
    return {
        "status": subject.status,
        "isBackup": subject.is_backup,
        "createdAt": _as_read(subject.created_at),
        "backupTime": subject.backup_time,
        "backupsAt": [_as_read(moment) for moment in subject.backups_at[:MAX_DATES]],
        "unreadableDates": list(subject.unreadable_dates[:MAX_DATES]),
        "backupListRead": subject.backups_read,
        "inInstanceList": subject.in_instance_list,
    }


def _as_read(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _allowed(finding: Finding) -> Document:
    """The thresholds that count, as a policy writes them, and the number of the rule that set them; null: none did."""
    limits = finding.limits
    return {
        "maxAge": format_duration(limits.max_age),
        "maxAgeRule": limits.max_age_rule,
        "grace": format_duration(limits.grace),
        "newInstanceGrace": format_duration(limits.new_instance_grace),
        "severity": None if limits.severity is None else limits.severity.word,
        "severityRule": limits.severity_rule,
    }


def _mute(finding: Finding) -> Document | None:
    mute = finding.mute
    return None if mute is None else {"until": instant(mute.until), "owner": mute.owner, "reason": mute.reason}


def _alert(finding: Finding, violation: Violation | None, period: ReportingPeriod, words: Words) -> Document:
    """What a run now would tell of it, and why."""
    if violation is None:
        because = "it is muted" if finding.mute is not None else "it is no violation"
        return {"event": None, "told": False, "incident": None, "because": because}
    return {
        "event": str(violation.event),
        "told": violation.event in PUBLISHED_EVENTS or violation.event is Event.RESOLVED,
        "incident": violation.incident,
        "because": _why_event(violation, period, Words("en", words.zone)),
    }


def _why_event(violation: Violation, period: ReportingPeriod, words: Words) -> str:
    event, before = violation.event, f"the run before ({words.instant(period.since)})"
    if event is Event.UNREADABLE:
        return "what could not be read is published at every run"
    if event is Event.RESOLVED:
        ended = "" if violation.ended_at is None else f" of {words.instant(violation.ended_at)}"
        return f"the backup{ended} came after {before}, and ended it"
    if event is Event.ESCALATED:
        return f"{before} found a warning; it is critical now"
    if event is Event.NEW:
        began = "" if violation.began_at is None else f"it began at {words.instant(violation.began_at)}, and "
        return f"{began}{before} had nothing to tell of it"
    return _why_repeat(violation, period, words)


def _why_repeat(violation: Violation, period: ReportingPeriod, words: Words) -> str:
    """Why what goes on is published again, or is not."""
    due = "has come" if violation.event is Event.REPEAT else "has not come"
    if violation.began_at is None:
        every = words.allowed(period.repeat) if period.repeat else "day"
        return (
            f"its beginning cannot be seen, so it is published first in every {every} from midnight: that {due} since"
        )
    since = f"it goes on since {words.instant(violation.began_at)}"
    if not period.repeat:
        return f"{since}, and nothing is published again"
    return f"{since}, and is repeated every {words.allowed(period.repeat)}: that {due} since the run before"
