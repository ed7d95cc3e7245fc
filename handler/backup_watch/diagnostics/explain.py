"""Explains the judgement of some instances: what was read, what is allowed, each step, what a run now would tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from sys import maxsize
from typing import Any

from msgspec.structs import replace

from backup_watch.checking.check import Recall, nothing_is_remembered, run_check
from backup_watch.checking.keys import key_of
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.checking.plan import Plan
from backup_watch.diagnostics.steps import steps_of
from backup_watch.i18n import Words
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.durations import format_duration
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Expectation, Instance, InstanceId, Scope, Subject, UnreadList
from backup_watch.model.memory import Recalled
from backup_watch.model.messages import N_, NN_
from backup_watch.model.plain_text import shown
from backup_watch.model.policy import Selector
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source
from backup_watch.model.report import PUBLISHED_EVENTS, Report
from backup_watch.model.vocabulary import Event
from backup_watch.outputs.memory_json import incident_document
from backup_watch.outputs.report_json import error_document, finding_document, instant

Document = dict[str, Any]
MAX_EXPLAINED = 200
"""Explained at once, worst first: an answer of the Lambda service holds 6 MB."""
MAX_NEAR_NAMES = 5
MAX_DATES = 10
EXPECTATIONS = NN_(
    "{summary}, and {count} unmet line of [expect]",
    "{summary}, and {count} unmet lines of [expect]",
)


def explain(
    source: Source, plan: Plan, match: str, words: Words, *, recall: Recall = nothing_is_remembered
) -> Document:
    """Explain the instances that *match* selects, as a policy's would: a glob on the name, or an instance number.

    It is the very check that a run makes, so it says what a run would say. Nothing is published. Details are read
    only of the instances explained. Sentences are in the language of *words*. *recall*: what was told before.
    """
    recall = recall if recall is nothing_is_remembered else cache(recall)
    selector = Selector(match)
    narrowed = _Narrowed(source, selector, limit=plan.max_detail_calls)
    report = run_check(replace(plan, max_detail_calls=maxsize, every_habit=True), narrowed, recall)
    memories = recall()
    chosen = [finding for finding in report.ranked if selector.selects(finding.subject)]
    told = {_key(violation.finding): violation for violation in (*report.resolved, *report.violations)}
    return {
        "action": "explain",
        "match": match,
        "checkedAt": instant(report.checked_at),
        "summary": _summary(words, match, chosen, report),
        "nearNames": [] if chosen else _near_names(match, report.findings),
        "instances": [
            explained(finding, told.get(_key(finding)), words, now=plan.now, period=None if memories else plan.period)
            | {"memory": _remembered(finding, memories)}
            for finding in chosen[:MAX_EXPLAINED]
        ],
        "errors": [error_document(error) for error in report.errors],
        "warnings": [notice_sentence(words, notice) for notice in report.notices],
    }


def _remembered(finding: Finding, memories: Mapping[str, Recalled]) -> Document | None:
    """What is remembered of the open incident of *finding*. None: there is none, or no memory."""
    key = key_of(finding.subject)
    held = [one.memory for one in memories.values() if one.memory is not None]
    incidents = [incident for memory in held for incident in memory.incidents if incident.key == key]
    return incident_document(incidents[0]) if incidents else None


class _Narrowed:
    """Reads everything, and the details only of what is selected, at most *limit* of them."""

    def __init__(self, source: Source, selector: Selector, *, limit: int) -> None:
        self._source, self._selector, self._limit = source, selector, limit

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        return self._source.read(scopes, fresh_window)

    def histories(self, instances: Sequence[Instance]) -> Histories:
        selected = [instance for instance in instances if self._selector.selects(instance)][: self._limit]
        return self._source.histories(selected) if selected else Histories({})


def _key(finding: Finding) -> InstanceId | Expectation | UnreadList:
    return finding.subject.id if isinstance(finding.subject, Instance) else finding.subject


def _summary(words: Words, match: str, chosen: Sequence[Finding], report: Report) -> str:
    what, total = shown(match), report.counts.instances
    if not chosen:
        none = N_("none of {total} instances matches '{match}'")
        none_read = N_("none of {total} instances matches '{match}'; not everything could be read")
        return words.text(none_read if report.errors else none, total=total, match=what)
    lines = sum(isinstance(finding.subject, Expectation) for finding in chosen)
    summary = words.text("{count} of {total} match '{match}'", count=len(chosen) - lines, total=total, match=what)
    if lines:
        summary = words.counted(*EXPECTATIONS, lines, summary=summary)
    if len(chosen) > MAX_EXPLAINED:
        summary = words.text("{summary}; the worst {most} are explained", summary=summary, most=MAX_EXPLAINED)
    return summary


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


def explained(
    finding: Finding, violation: Violation | None, words: Words, *, now: datetime, period: ReportingPeriod | None
) -> Document:
    """All that there is to say of *finding*, which was judged at *now*.

    *period* is what a run at that instant answers for. None: not known, and why it would tell what it tells is null.
    """
    steps = steps_of(words, finding, now=now)
    return finding_document(finding, words) | {
        "read": _read(finding.subject),
        "allowed": _allowed(finding),
        "habit": _habit(finding),
        "steps": [{"step": str(step.verdict), "met": step.met, "because": step.because} for step in steps],
        "mute": _mute(finding),
        "alert": _alert(finding, violation, period, words),
    }


def _read(subject: Subject) -> Document | None:
    """What Ncloud's lists say, dates in their own offset; None for a line of ``[expect]``."""
    if not isinstance(subject, Instance):
        return None
    return {
        "status": subject.status,
        "isBackup": subject.is_backup,
        "createdAt": _as_read(subject.created_at),
        "backupTime": subject.backup_time,
        "datedBy": str(subject.dated_by),
        "backupsAt": [_as_read(moment) for moment in subject.backups_at[:MAX_DATES]],
        "databases": {each.name: _as_read(each.backups_at[0]) for each in subject.databases[:MAX_DATES]},
        "unreadableDates": list(subject.unreadable_dates[:MAX_DATES]),
        "backupListRead": subject.backups_read,
        "inInstanceList": subject.in_instance_list,
    }


def _habit(finding: Finding) -> Document:
    """The kept backups that show what is usual, newest first, dates in their own offset; and one that is under way."""
    return {
        "sample": [
            {
                "startedAt": _as_read(backup.started_at),
                "endedAt": _as_read(backup.ended_at),
                "sizeBytes": backup.size_bytes,
            }
            for backup in finding.sample
        ],
        "underWaySince": _as_read(finding.under_way_since),
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


def _alert(finding: Finding, violation: Violation | None, period: ReportingPeriod | None, words: Words) -> Document:
    """What a run now would tell of it, and why."""
    if violation is None:
        because = N_("it is muted") if finding.mute is not None else N_("it is no violation")
        return {"event": None, "told": False, "incident": None, "because": words.text(because)}
    return {
        "event": str(violation.event),
        "told": violation.event in PUBLISHED_EVENTS or violation.event is Event.RESOLVED,
        "incident": violation.incident,
        "because": _why_told(violation, words) if period is None else _why_event(violation, period, words),
    }


def _why_told(violation: Violation, words: Words) -> str:
    """What the memory says of it."""
    if violation.told_at is None:
        return words.text("the memory does not have it: it was not published before")
    return words.text("by the memory it was published last at {told}", told=words.instant(violation.told_at))


def _why_event(violation: Violation, period: ReportingPeriod, words: Words) -> str:
    event, since = violation.event, words.instant(period.since)
    if event is Event.UNREADABLE:
        return words.text("what could not be read is published at every run")
    if event is Event.RESOLVED:
        if violation.ended_at is None:
            return words.text("the backup came after the run before ({since}), and ended it", since=since)
        message = N_("the backup of {ended} came after the run before ({since}), and ended it")
        return words.text(message, ended=words.instant(violation.ended_at), since=since)
    if event is Event.ESCALATED:
        return words.text("the run before ({since}) found a warning; it is critical now", since=since)
    if event is Event.NEW:
        return _why_new(violation, since, words)
    return _why_repeat(violation, period, words)


def _why_new(violation: Violation, since: str, words: Words) -> str:
    if violation.began_at is None:
        return words.text("the run before ({since}) had nothing to tell of it", since=since)
    began = words.instant(violation.began_at)
    message = N_("it began at {began}, and the run before ({since}) had nothing to tell of it")
    return words.text(message, began=began, since=since)


def _why_repeat(violation: Violation, period: ReportingPeriod, words: Words) -> str:
    """Why what goes on is told again, or is not."""
    is_due = violation.event is Event.REPEAT
    if violation.began_at is None:
        every = words.allowed(period.repeat) if period.repeat else words.text("day")
        due = N_(
            "its beginning cannot be seen, so it is published first in every {every} from midnight: that has come since"
        )
        not_due = N_(
            "its beginning cannot be seen, so it is published first in every {every} from midnight: "
            "that has not come since"
        )
        return words.text(due if is_due else not_due, every=every)
    began = words.instant(violation.began_at)
    if not period.repeat:
        return words.text("it goes on since {began}, and nothing is published again", began=began)
    due = N_("it goes on since {began}, and is repeated every {every}: that has come since the run before")
    not_due = N_("it goes on since {began}, and is repeated every {every}: that has not come since the run before")
    return words.text(due if is_due else not_due, began=began, every=words.allowed(period.repeat))
