"""What HTTP requests get of a fleet: the report of its newest finished run, and a run that is started."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from msgspec.structs import replace

from backup_watch.adapters.aws import Aws
from backup_watch.adapters.run_documents import FinishedRun, Unusable, decode_finished
from backup_watch.adapters.runs import Runs
from backup_watch.config.events import Notify
from backup_watch.config.problems import AwsFailure, RunUnreadable
from backup_watch.config.settings import Settings
from backup_watch.model.durations import format_duration
from backup_watch.model.fleet import NEWEST
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Severity
from backup_watch.runtime.invocation import Invocation
from backup_watch.web.checks import CachedCheck
from backup_watch.web.refusals import RequestRefused

OUTDATED_AFTER = 2
"""Intervals. A report that is older says nothing of the present."""
READING = "readReport"


def newest(settings: Settings, invocation: Invocation) -> CachedCheck:
    """The report of the newest finished run; of unknown severity where it is too old, or cannot be had."""
    finished = find_newest(settings, invocation.aws)
    if isinstance(finished, ReadError):
        empty = Report(invocation.clock, Severity.UNKNOWN, False, Counts(0), (), (), errors=(finished,))
        return CachedCheck(empty, timedelta(0))
    report, age = finished.report, invocation.clock - finished.report.checked_at
    if age > OUTDATED_AFTER * settings.check_interval:
        told = f"the newest finished run is {format_duration(age)} old"
        report = _unknown(report, ReadError(READING, "ReportOutdated", told))
    elif age < -FUTURE_TOLERANCE:
        report = _unknown(report, ReadError(READING, "ReportUnreadable", "it was judged at an instant in the future"))
    return CachedCheck(replace(report, notification=None), finished.finished_at - report.checked_at)


def _unknown(report: Report, error: ReadError) -> Report:
    """*report*, which says nothing of the present because of *error*."""
    return replace(report, severity=Severity.UNKNOWN, complete=False, errors=(error, *report.errors))


def find_newest(settings: Settings, aws: Aws) -> FinishedRun | ReadError:
    """The newest finished run; or why there is none."""
    if settings.runs_bucket is None:
        return ReadError(READING, "ReportUnreadable", "RUNS_BUCKET is not set")
    try:
        body = Runs(settings.runs_bucket, aws).find(NEWEST)
        if body is None:
            return ReadError(READING, "NoFinishedRun", "no run of the fleet has finished in the last days")
        return decode_finished(body)
    except (RunUnreadable, Unusable) as error:
        return ReadError(READING, "ReportUnreadable", str(error))


def start(settings: Settings, invocation: Invocation, notify: Notify) -> str:
    """Start a run; the name of its execution. Raises ``RequestRefused`` (502) where it cannot be started."""
    name = str(uuid.uuid4())
    event = json.dumps({"action": "check", "notify": notify})
    try:
        invocation.aws.call(
            "stepfunctions", "start_execution", stateMachineArn=settings.fleet_machine or "", name=name, input=event
        )
    except AwsFailure as failure:
        raise RequestRefused(502, f"the run could not be started: {failure.code}") from None
    return name
