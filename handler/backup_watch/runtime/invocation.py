"""One invocation: settings from the environment, the clock, the parts wired, in the order that loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

import ncloud
from backup_watch.adapters.aws import Aws, limits_of
from backup_watch.adapters.heartbeat import ping
from backup_watch.adapters.logs import SERVICE, emit, log
from backup_watch.checking.check import observe
from backup_watch.checking.plan import Plan
from backup_watch.config.events import Check
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.i18n import Words
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.accounts import scopes_of
from backup_watch.model.outcomes import is_healthy, outcomes_of
from backup_watch.model.report import Notification, Report
from backup_watch.outputs.emf import RunStats, metric_sets
from backup_watch.outputs.report_json import counts_document, fitted, report_document
from backup_watch.runtime.loading import load_configuration, open_source
from backup_watch.runtime.opening import Configuration
from backup_watch.runtime.telling import Telling, topic_channel

if TYPE_CHECKING:
    from backup_watch.alerts import Message

Document = dict[str, Any]
MEMORY_SECONDS = 5.0
"""What is kept for the memory of what was told."""
JUDGING_SECONDS = 4.0
"""What is kept for judging, composing, and importing boto3 on the smallest function (128 MB)."""
READING_SHARE = 0.3
"""The least share of the function's time that is for reading, where the time-out is shorter than it should be."""
MARGIN_SECONDS = 0.5
"""What is left at the end for the way back out of the function."""
SERVICE_NAMES = ("POWERTOOLS_SERVICE_NAME", "AWS_LAMBDA_FUNCTION_NAME")
"""Which deployment metrics are about: the schedule's function and the one for HTTP are one service, two stacks two."""
MAX_LOGGED = 100
"""Accounts, errors and warnings that are logged one by one."""
LOCAL_SECONDS = 300.0
"""The time there is where no Lambda context says so."""

_aws = Aws()


def reserve_seconds() -> float:
    """What a run keeps of its time for what comes after reading: the longest that SNS can take, and what is ours."""
    return limits_of("sns").longest_seconds + MEMORY_SECONDS + JUDGING_SECONDS


def shortest_timeout_seconds() -> float:
    """The shortest time-out of the function that leaves the whole reserve, and its share to reading."""
    return reserve_seconds() / (1 - READING_SHARE)


class RunOutcome(Struct, frozen=True):
    """A check that was made, what it took, and what became of its alert."""

    report: Report
    stats: RunStats
    words: Words
    failure: AlertNotDelivered | None = None
    """None: delivered, or nothing to tell."""


def _logged_counts(report: Report) -> Document:
    """Of many accounts not each: a line of the log has 256 kB."""
    counts = counts_document(report.counts)
    return counts if len(report.accounts) <= MAX_LOGGED else counts | {"accounts": len(report.accounts)}


def log_failed_parts(message: Message) -> None:
    """Log each part of *message* that could not be made as usual."""
    for failed in message.failures:
        log("error", "a part of the alert could not be made, and plain facts stand in for it", part=failed)


class Invocation:
    """Does what one event asks for. Reads the clock once, to the second: that is the present throughout."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        remaining_ms: Callable[[], int] | None = None,
        aws: Aws = _aws,
    ) -> None:
        self.environment, self.aws = environment, aws
        self.clock = datetime.now(UTC).replace(microsecond=0)
        self._started = time.monotonic()
        self._seconds = LOCAL_SECONDS if remaining_ms is None else remaining_ms() / 1000

    def check(self, asked: Check) -> Document:
        """Check, tell, and return the report. Raises ``SettingsError`` or ``AlertNotDelivered``."""
        outcome = self.run(asked)
        if outcome.failure is not None:
            raise outcome.failure
        return fitted(report_document(outcome.report, outcome.words, every_finding=asked.all))

    def run(self, asked: Check) -> RunOutcome:
        """Check and tell what *asked* wants told; log, metrics and heartbeat follow, delivered or not.

        Raises ``SettingsError``.
        """
        loaded = load_configuration(self.environment, self.aws, now=self.clock, needs_topic=bool(asked.notify))
        words = Words(loaded.settings.language, loaded.settings.display_timezone)
        plan = self.plan(asked, loaded, words)
        channel = topic_channel(loaded.settings, self.aws)
        telling = Telling(
            channel,
            asked,
            clock=self.clock,
            accounts=plan.accounts,
            are_all=plan.account_ids is not None,
            prepared_by=self.prepared_by,
            remembered_by=self.remembered_by,
        )
        if loaded.accounts.from_file:
            from backup_watch.runtime.accounts_file import refuse_shrunk  # most installations have one account

            refuse_shrunk(loaded.accounts, telling.recall())
        source, clients = open_source(loaded, self.aws, deadline=self.deadline)
        report = telling.report(observe(plan, source, telling.recall))
        message, failure = None, None
        try:
            message = self.compose(report, words, loaded, asked)
            report = replace(report, notification=self.publish(message, loaded))
        except AlertNotDelivered as error:
            failure = error
        except Exception as error:  # noqa: BLE001  metrics and heartbeat must follow whatever is wrong with an alert
            failure = AlertNotDelivered(f"the alert could not be made: {type(error).__name__}: {error}")
        report = telling.told(report, message) if failure is None else telling.untold(report, failure)
        stats = self._stats(clients, failed_parts=len(message.failures) if message else 0)
        stats = replace(stats, memory_failed=telling.failed(report))
        self.conclude(report, stats, loaded, asked, delivered=failure is None)
        return RunOutcome(report, stats, words, failure)

    @property
    def deadline(self) -> float:
        """When to stop reading, in monotonic seconds."""
        return self._started + max(self._seconds - reserve_seconds(), READING_SHARE * self._seconds)

    @property
    def prepared_by(self) -> float:
        """When the last memory may be prepared, in monotonic seconds: none may delay what is to be told any further."""
        return self.deadline + MEMORY_SECONDS + JUDGING_SECONDS

    @property
    def remembered_by(self) -> float:
        """When the last memory may be written, in monotonic seconds."""
        end = self._started + self._seconds - MARGIN_SECONDS
        return max(end - limits_of("dynamodb").longest_seconds, self.prepared_by)

    def plan(self, asked: Check, loaded: Configuration, words: Words) -> Plan:
        """How the check that *asked* wants is to be made."""
        settings = loaded.settings
        now = asked.instant(clock=self.clock, interval=settings.check_interval)
        # The clock is cut to the second: a retry must find the same as an attempt in the schedule's own second.
        is_scheduled = asked.at is None and now == asked.scheduled_at
        return Plan(
            scopes=scopes_of(loaded.present),
            account_ids=loaded.accounts.ids if loaded.are_accounts_known else None,
            policy=loaded.policy,
            now=now,
            clock=max(self.clock, now + timedelta.resolution) if is_scheduled else self.clock,
            interval=settings.check_interval,
            repeat=settings.repeat_interval,
            zone=words.tzinfo,
            max_detail_calls=settings.max_detail_calls,
            with_instances=settings.check_instances,
            pauses=loaded.accounts.pauses,
            may_be_empty=frozenset(account.id for account in loaded.present if account.may_be_empty),
            every_finding=asked.all,
        )

    def compose(self, report: Report, words: Words, loaded: Configuration, asked: Check) -> Message | None:
        """The message of this run; None where there is nothing to tell. A part that had to be made plain is logged."""
        if not asked.notify or report.has_nothing_to_publish:
            return None
        from backup_watch.alerts import compose  # a healthy run does not need it

        settings = loaded.settings
        message = compose(
            report,
            words,
            chat_format=settings.chat_format,
            notify=asked.notify,
            runbook_url=settings.runbook_url,
            groups=loaded.accounts.groups,
        )
        if message is not None:
            log_failed_parts(message)
        return message

    def publish(self, message: Message | None, loaded: Configuration) -> Notification | None:
        """Publish *message*; None: there is nothing to tell. Raises ``AlertNotDelivered``."""
        if message is None:
            return None
        from backup_watch.adapters.sns import publish, sns_client  # a healthy run does not need it

        topic_arn = loaded.settings.topic_arn or ""
        return publish(message, topic_arn=topic_arn, client=sns_client(self.aws, topic_arn=topic_arn))

    def _stats(self, clients: Sequence[ncloud.Client], *, failed_parts: int) -> RunStats:
        passed_ms = (time.monotonic() - self._started) * 1000
        requests = sum(client.stats.requests for client in clients)
        errors = sum(client.stats.errors for client in clients)
        return RunStats(passed_ms, requests, errors, failed_parts)

    def conclude(
        self, report: Report, stats: RunStats, loaded: Configuration, asked: Check, *, delivered: bool
    ) -> None:
        """Say in the log, in metrics and to the heartbeat how it went; nothing of it for an instant in the past."""
        words = Words("en", loaded.settings.display_timezone)
        log(
            "info" if report.complete else "warning",
            "checked",
            severity=report.severity.word,
            complete=report.complete,
            delivered=delivered,
            counts=_logged_counts(report),
            errors=[str(error) for error in report.errors[:MAX_LOGGED]],
            # A quiet run tells them nowhere else.
            warnings=[notice_sentence(words, notice) for notice in report.notices[:MAX_LOGGED]],
            durationMs=round(stats.duration_ms),
        )
        if asked.at is not None:
            return
        if (outcomes := outcomes_of(report)) is not None:
            stats = replace(stats, accounts_unread=outcomes.unread, accounts_lost=outcomes.lost)
        notifying = bool(asked.notify)
        service = next((name for key in SERVICE_NAMES if (name := self.environment.get(key))), SERVICE)
        every_account = loaded.settings.metrics_by_account
        sets = metric_sets(
            report, stats, service=service, notifying=notifying, delivered=delivered, every_account=every_account
        )
        emit(sets, at=self.clock)
        if notifying and loaded.settings.heartbeat_url is not None:
            left = self._started + self._seconds - time.monotonic()
            ping(loaded.settings.heartbeat_url, healthy=is_healthy(report) and delivered, seconds=left - MARGIN_SECONDS)
