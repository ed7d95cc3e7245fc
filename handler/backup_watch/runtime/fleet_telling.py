"""The fleet's last invocation: the results against the roll call, one digest, the memories, the metrics.

A retry must tell what the attempt before it was about to tell, not what is left of it: so the digest is kept with the
run's objects before the first memory is written, and that it was published right afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backup_watch.adapters.aws import CONNECTIONS
from backup_watch.adapters.logs import log
from backup_watch.adapters.recollection import Recollection
from backup_watch.adapters.run_documents import FinishedRun, encode_finished, judged_at
from backup_watch.adapters.runs import Runs
from backup_watch.alerts.sns_message import Message
from backup_watch.checking.check import ONLY_SHOWN, Observation, conclude
from backup_watch.checking.parts import together
from backup_watch.checking.remembered import Run
from backup_watch.checking.said import NOTHING, Told
from backup_watch.config.events import Check
from backup_watch.config.fleet_events import TellFleet
from backup_watch.config.problems import AlertNotDelivered, RunUnwritable
from backup_watch.i18n import Words
from backup_watch.model.fleet import NEWEST, RollCall, in_run, read_after
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.memory import Recalled
from backup_watch.model.report import Notification, Report
from backup_watch.outputs.emf import RunStats
from backup_watch.outputs.report_json import counts_document, instant
from backup_watch.runtime.accounts_file import refuse_shrunk
from backup_watch.runtime.fleet_results import Gathered, gather, planned
from backup_watch.runtime.fleet_run import plan_of, policy_of_run, runs_of, settings_of_run
from backup_watch.runtime.invocation import Invocation
from backup_watch.runtime.opening import Configuration
from backup_watch.runtime.remembering import Remembering
from backup_watch.runtime.telling import told_by, topic_channel

WRITERS = CONNECTIONS
"""Memories that are written at once."""
RECALL_SECONDS = 20.0
"""How long the memories are waited for: 5,000 accounts take some fifty reads, which may not cost the alert its time."""
DIGEST, PUBLISHED, REPORT = "digest.json", "published.json", "report.json"


class Digest(Struct, frozen=True):
    """What a run is about to tell, and what is remembered of it."""

    report: Report
    message: Message | None
    """None: there is nothing to tell."""
    told: Told


def tell(asked: TellFleet, invocation: Invocation) -> dict[str, Any]:
    """Tell what the run found; return what became of it.

    Raises ``AlertNotDelivered``, ``RunUnreadable``, ``RunUnwritable`` and ``SettingsError``.
    """
    settings = settings_of_run(invocation, needs_topic=bool(asked.notify))
    runs = runs_of(settings, invocation)
    roll_call = planned(asked.run, runs)
    policy = policy_of_run(asked.run, runs, settings, now=invocation.clock)
    gathered = gather(runs, roll_call, clock=read_after(roll_call.at, invocation.clock))
    return _Telling(
        asked, roll_call, gathered, Configuration(settings, policy, roll_call.accounts, roll_call.at), runs, invocation
    ).tell()


class _Telling:
    """One attempt to tell."""

    def __init__(
        self,
        asked: TellFleet,
        roll_call: RollCall,
        gathered: Gathered,
        loaded: Configuration,
        runs: Runs,
        invocation: Invocation,
    ) -> None:
        self._asked, self._roll_call, self._gathered = asked, roll_call, gathered
        self._loaded, self._runs, self._invocation = loaded, runs, invocation
        settings = loaded.settings
        self._check = Check(at=roll_call.at if roll_call.is_past else None, notify=asked.notify)
        self._words = Words(settings.language, settings.display_timezone)
        self._channel = topic_channel(settings, invocation.aws)
        self._store = None if roll_call.is_past else self._channel.store
        self._remembering: Remembering | None = None

    def tell(self) -> dict[str, Any]:
        """Tell, and keep what was told."""
        observation = self._observation()
        report = self._concluded(observation)
        kept, sent = self._kept()
        resumed = sent is not None
        digest = kept or self._digest(report)
        if self._asked.notify and kept is None:
            digest = self._prepared(digest)
        failure = None
        try:
            sent = sent or self._publish(digest)
        except AlertNotDelivered as error:
            failure = error
        report = replace(digest.report, notification=sent)
        report = self._remember(report, digest, failure, resumed=resumed)
        self._finish(report, digest, failure)
        if failure is not None:
            raise failure
        return self._answer(report)

    def _observation(self) -> Observation:
        settings, roll_call = self._loaded.settings, self._roll_call
        present = roll_call.accounts.present(now=roll_call.at)
        plan = plan_of(
            settings,
            self._loaded.policy,
            present,
            at=roll_call.at,
            clock=read_after(roll_call.at, self._invocation.clock),
            roll_call=roll_call.accounts,
        )
        recalled = self._recalled(plan.accounts)
        refuse_shrunk(roll_call.accounts, recalled)
        return together(plan, self._gathered.parts, recalled)

    def _recalled(self, accounts: Sequence[str]) -> Mapping[str, Recalled]:
        if self._store is None:
            return {}
        recollection = Recollection(
            self._store, accounts, audience=self._channel.audience, clock=self._invocation.clock
        )
        return recollection.result(wait_seconds=RECALL_SECONDS)

    def _concluded(self, observation: Observation) -> Report:
        if self._store is None or not self._asked.notify:
            return conclude(observation, observation.recalled, ONLY_SHOWN).report
        run = Run(self._roll_call.run, self._channel.audience or "", tell_all=self._asked.notify == "all")
        self._remembering = Remembering(
            self._store,
            observation,
            run,
            clock=self._invocation.clock,
            is_confirmed=self._channel.may_be_heard,
            at_once=WRITERS,
        )
        return self._remembering.report

    # --- the digest, and what an attempt before this one kept of it ------------------------------------------

    def _kept(self) -> tuple[Digest | None, Notification | None]:
        """What an earlier attempt was about to tell, and whether it did."""
        if not self._asked.notify:
            return None, None
        body, sent = self._runs.find(self._key(DIGEST)), self._runs.find(self._key(PUBLISHED))
        try:
            digest = None if body is None else msgspec.json.decode(body, type=Digest)
            return digest, None if sent is None else msgspec.json.decode(sent, type=Notification)
        except msgspec.MsgspecError:
            return None, None

    def _digest(self, report: Report) -> Digest:
        message = self._invocation.compose(report, self._words, self._loaded, self._check)
        ids = {} if self._remembering is None else self._remembering.unread_ids
        return Digest(report, message, told_by(report, message, ids))

    def _prepared(self, digest: Digest) -> Digest:
        """Keep *digest*, and say in the memories what is about to be told; made anew where other runs interfered."""
        self._keep(digest)
        if self._remembering is None:
            return digest
        self._remembering.prepare(until=self._invocation.prepared_by)
        if (report := self._remembering.report) == digest.report:
            return digest
        digest = self._digest(report)
        self._keep(digest)
        return digest

    def _keep(self, digest: Digest) -> None:
        self._runs.write(self._key(DIGEST), msgspec.json.encode(digest))

    def _publish(self, digest: Digest) -> Notification | None:
        if digest.message is None:
            return None
        sent = self._invocation.publish(digest.message, self._loaded)
        try:
            self._runs.write(self._key(PUBLISHED), msgspec.json.encode(sent))
        except RunUnwritable as failure:  # it is told: the memories can still say so, and a retry would tell it again
            log("error", "that the alert was published could not be kept", run=self._roll_call.run, error=str(failure))
        return sent

    # --- afterwards --------------------------------------------------------------------------------------------

    def _remember(self, report: Report, digest: Digest, failure: AlertNotDelivered | None, *, resumed: bool) -> Report:
        if self._remembering is None or (failure is not None and failure.may_have_arrived):
            return report
        told, until = digest.told if failure is None else NOTHING, self._invocation.remembered_by
        self._remembering.remember(told, resumed=resumed, until=until)
        return replace(report, notices=tuple(dict.fromkeys((*report.notices, *self._remembering.problems))))

    def _finish(self, report: Report, digest: Digest, failure: AlertNotDelivered | None) -> None:
        stats = RunStats(
            duration_ms=(self._invocation.clock - self._roll_call.at).total_seconds() * 1000,
            api_requests=sum(part.api_requests for part in self._gathered.parts),
            api_errors=sum(part.api_errors for part in self._gathered.parts),
            failed_renderings=0 if digest.message is None else len(digest.message.failures),
            memory_failed=None if self._store is None else report.has_memory_failed,
        )
        self._invocation.conclude(report, stats, self._loaded, self._check, delivered=failure is None)
        if failure is None and not self._roll_call.is_past:
            is_outrun = self._is_outrun(report)  # asked first: each of the two reports is some megabytes
            finished = encode_finished(FinishedRun(self._roll_call.run, self._invocation.clock, _without_dates(report)))
            self._runs.write(self._key(REPORT), finished)
            if not is_outrun:
                self._runs.write(NEWEST, finished)

    def _is_outrun(self, report: Report) -> bool:
        """Whether a run that judged a later instant has finished already: this one was held up, or is a retry."""
        kept = self._runs.find(NEWEST)
        newest = None if kept is None else judged_at(kept)
        return newest is not None and report.checked_at < newest <= self._invocation.clock + FUTURE_TOLERANCE

    def _answer(self, report: Report) -> dict[str, Any]:
        return {
            "run": self._roll_call.run,
            "checkedAt": instant(report.checked_at),
            "severity": report.severity.word,
            "complete": report.complete,
            "counts": {name: value for name, value in counts_document(report.counts).items() if name != "accounts"},
            "accounts": len(self._roll_call.accounts.all),
            "lost": len(self._gathered.lost),
            "report": f"s3://{self._runs.bucket}/{self._key(REPORT)}",
        }

    def _key(self, name: str) -> str:
        return in_run(self._roll_call.run, name)


def _without_dates(report: Report) -> Report:
    """*report* as readers need it: of what is only counted the dates are left out."""
    return replace(report, fresh_groups=tuple(replace(group, backups_at={}) for group in report.fresh_groups))
