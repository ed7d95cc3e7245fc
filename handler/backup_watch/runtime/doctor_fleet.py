"""The doctor's look at a fleet: what its newest finished run came to."""

from __future__ import annotations

from datetime import datetime

from backup_watch.adapters.aws import Aws
from backup_watch.adapters.run_documents import FinishedRun
from backup_watch.config.settings import Settings
from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words, errors
from backup_watch.model.messages import NN_
from backup_watch.model.outcomes import outcomes_of
from backup_watch.model.report import ReadError
from backup_watch.runtime.fleet_page import OUTDATED_AFTER, find_newest

NAME = "newest run"
UNREAD = NN_(
    "{told}; {count} of {planned} accounts could not be read whole, {lost} of them without any outcome",
    "{told}; {count} of {planned} accounts could not be read whole, {lost} of them without any outcome",
)


def newest_run_probe(words: Words, settings: Settings, aws: Aws, *, now: datetime) -> Probe:
    """What the newest finished run came to, and whether it is too old."""
    found = find_newest(settings, aws)
    if isinstance(found, ReadError):
        status = Status.WARNING if found.kind == "NoFinishedRun" else Status.FAILED
        return Probe(NAME, status, found.message, errors.error_advice(words, found))
    return _told(words, found, settings, now=now)


def _told(words: Words, found: FinishedRun, settings: Settings, *, now: datetime) -> Probe:
    report = found.report
    age = now - report.checked_at
    told = words.text(
        "it judged at {moment}, {ago}, and came to {severity}",
        moment=words.instant(report.checked_at),
        ago=words.ago(age),
        severity=report.severity.word,
    )
    outcomes = outcomes_of(report)
    if outcomes is not None and outcomes.unread:
        told = words.counted(*UNREAD, outcomes.unread, told=told, planned=outcomes.planned, lost=outcomes.lost)
    if age > OUTDATED_AFTER * settings.check_interval:
        advice = words.text("Look at the state machine's executions, at its schedule, and at the failure queue.")
        return Probe(NAME, Status.FAILED, told, advice)
    if not report.complete:
        return Probe(NAME, Status.WARNING, told, words.text("The report's errors name each account and its cause."))
    return Probe(NAME, Status.OK, told)
