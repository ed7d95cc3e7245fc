"""One check, from readings to report: take back to the instant, judge, call the roll, follow, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct

from backup_watch.findings import Finding, Violation, rank
from backup_watch.instances import FUTURE_TOLERANCE, Instance, as_of
from backup_watch.judgement import ENDING, judge
from backup_watch.lifecycle import Window, follow, resolve
from backup_watch.policy import Allowance, Policy, glob_matches
from backup_watch.instances import Expected
from backup_watch.readings import Histories, Source
from backup_watch.report import Notice, NoticeCode, ReadError, Report
from backup_watch.verdicts import SEVERITIES, Cause, Severity, Verdict
from msgspec.structs import replace


class Plan(Struct, frozen=True):
    """How a check is to be made."""

    regions: tuple[str, ...]
    policy: Policy
    now: datetime
    """The instant of the judgement, aware."""
    clock: datetime
    """The real instant of the reading, aware; never earlier backups than this are lies."""
    interval: timedelta
    repeat: timedelta
    zone: tzinfo
    max_detail_calls: int = 500

    @property
    def window(self) -> Window:
        """The stretch of time that this check answers for."""
        return Window(self.now - self.interval, self.now, self.repeat, self.zone)

    @property
    def known_until(self) -> datetime:
        """A date after this instant is not believed."""
        return max(self.clock, self.now) + FUTURE_TOLERANCE


def run_check(plan: Plan, source: Source) -> Report:
    """Read everything, judge it at ``plan.now``, and report. What could not be read is in the report, never lost."""
    reading = source.read(plan.regions)
    existing, later = _existing(plan, reading.instances)
    landed = [instance for instance in existing if _landed(plan, instance)]
    histories = _read_histories(plan, source, landed)
    present = [_at_now(plan, instance, histories) for instance in existing] if plan.now < plan.clock else existing
    findings = judge_all(present, plan.policy, now=plan.now)
    errors = reading.errors + histories.errors
    findings += _roll_call(plan, existing) if not reading.errors else []
    findings.sort(key=rank)
    violations = tuple(_follow(plan, finding, histories) for finding in findings if finding.is_violation)
    resolved = _resolved(plan, landed, histories)
    notices = _notices(plan, existing, later, landed, histories, complete=not reading.errors)
    return _report(plan, findings, violations, resolved, notices, errors)
