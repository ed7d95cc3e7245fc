"""The fleet's invocations but the last: plan a run, check a batch of accounts, note a failure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from backup_watch.adapters.logs import log
from backup_watch.adapters.run_documents import Failure, encode_batches, encode_failure, encode_result, encode_roll_call
from backup_watch.adapters.runs import Runs
from backup_watch.config.events import Check, read_event
from backup_watch.config.fleet_events import CheckBatch, FleetEvent, NoteFailure, PlanFleet, TellFleet
from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem, SettingsError, UnknownEvent
from backup_watch.config.settings import Settings, read_settings
from backup_watch.model.fleet import RollCall, checked_until, dealt, failure_name, in_run, result_name
from backup_watch.model.policy import Policy
from backup_watch.runtime.invocation import Invocation

Document = dict[str, Any]
POLICY = "policy.toml"
PLAN = "plan.json"
BATCHES = "batches.json"


def answer(asked: FleetEvent, invocation: Invocation) -> Document:
    """Do what the state machine asks for.

    Raises ``SettingsError`` and ``UnknownEvent``, ``AlertNotDelivered``, and what its retries are for:
    ``RunUnreadable``, ``RunUnwritable``, ``PolicyUnreadable``, ``AccountsUnreadable``.
    """
    match asked:
        case PlanFleet():
            return plan(asked, invocation)
        case CheckBatch():
            return check(asked, invocation)
        case NoteFailure():
            return note(asked, invocation)
        case TellFleet():
            from backup_watch.runtime.fleet_telling import tell

            return tell(asked, invocation)


def plan(asked: PlanFleet, invocation: Invocation) -> Document:
    """Write the roll call of a run and its batches; return what the state machine goes on with."""
    event = read_event(asked.event)
    if not isinstance(event, Check):
        raise UnknownEvent(f"a fleet can only check, not {type(event).__name__}")
    settings, problems = read_settings(invocation.environment, now=invocation.clock, needs_topic=bool(event.notify))
    text = policy_text(settings, invocation)
    problems += [] if settings.policy_parameter is None else _wrong_in(text, settings, now=invocation.clock)
    accounts, wrong = read_accounts(settings, invocation)
    problems += wrong
    if settings.runs_bucket is None:
        problems.append(Problem("RUNS_BUCKET", None, "required for a fleet: the bucket that keeps its runs"))
    if problems:
        raise SettingsError(problems)
    runs = runs_of(settings, invocation)
    at = event.instant(clock=invocation.clock, interval=settings.check_interval)
    roll_call = RollCall(
        run=asked.execution,
        at=at,
        until=checked_until(invocation.clock, settings.check_interval),
        notify=event.notify,
        accounts=accounts,
        is_past=event.at is not None,
    )
    batches = dealt(accounts.present(now=at), settings.fleet_batch)
    runs.write(in_run(asked.execution, POLICY), text.encode())
    runs.write(in_run(asked.execution, PLAN), encode_roll_call(roll_call))
    runs.write(in_run(asked.execution, BATCHES), encode_batches(batches))
    log("info", "planned", run=asked.execution, accounts=len(accounts.all), batches=len(batches))
    return {
        "run": asked.execution,
        "at": at.isoformat(),
        "until": roll_call.until.isoformat(),
        "notify": event.notify,
        "bucket": runs.bucket,
        "batches": in_run(asked.execution, BATCHES),
        "concurrency": settings.fleet_concurrency,
    }


def check(asked: CheckBatch, invocation: Invocation) -> Document:
    """Check the accounts of a batch at once, and keep what was seen. What one of them does costs no other."""
    from backup_watch.runtime.fleet_reading import parts_of

    settings = settings_of_run(invocation)
    runs = runs_of(settings, invocation)
    policy = policy_of_run(asked.run, runs, settings, now=invocation.clock)
    parts = parts_of(asked, settings, policy, invocation)
    runs.write(
        in_run(asked.run, result_name(asked.batch, asked.accounts)), encode_result(asked.run, asked.batch, parts)
    )
    unread = [part.account for part in parts if part.reading.errors]
    log("info", "checked a batch", run=asked.run, batch=asked.batch, accounts=len(parts), unread=unread)
    return {"batch": asked.batch}


def note(asked: NoteFailure, invocation: Invocation) -> Document:
    """Keep why the accounts could not be checked."""
    runs = runs_of(settings_of_run(invocation), invocation)
    for account in asked.accounts:
        failure = Failure(account.id, asked.error.error, asked.error.cause)
        runs.write(in_run(asked.run, failure_name(account.id)), encode_failure(failure))
        log("error", "an account could not be checked", run=asked.run, account=account.id, error=asked.error.error)
    return {"batch": asked.batch}


def settings_of_run(invocation: Invocation, *, needs_topic: bool = False) -> Settings:
    """The settings of an invocation in a run that was planned. Raises ``SettingsError``."""
    settings, problems = read_settings(invocation.environment, now=invocation.clock, needs_topic=needs_topic)
    if problems:
        raise SettingsError(problems)
    return settings


def runs_of(settings: Settings, invocation: Invocation) -> Runs:
    """Where runs are kept. Raises ``SettingsError`` where that is not set."""
    if settings.runs_bucket is None:
        raise SettingsError([Problem("RUNS_BUCKET", None, "required for a fleet: the bucket that keeps its runs")])
    return Runs(settings.runs_bucket, invocation.aws)


def policy_text(settings: Settings, invocation: Invocation) -> str:
    """The text of the policy, from where it is kept. Raises ``PolicyUnreadable``."""
    if settings.policy_parameter is not None:
        return invocation.aws.parameter(settings.policy_parameter)
    return invocation.environment.get("POLICY", "")


def _wrong_in(text: str, settings: Settings, *, now: datetime) -> list[Problem]:
    return parse_policy(text, settings.thresholds, now=now, source=f"POLICY_PARAMETER {settings.policy_parameter}")[1]


def policy_of_run(run: str, runs: Runs, settings: Settings, *, now: datetime) -> Policy:
    """The policy of the run: the one text that it was planned with. Raises ``RunUnreadable`` and ``SettingsError``."""
    text = runs.read(in_run(run, POLICY)).decode()
    if not text.strip():
        return Policy(thresholds=settings.thresholds)
    policy, problems = parse_policy(text, settings.thresholds, now=now, source=f"the policy of the run {run}")
    if problems:
        raise SettingsError(problems)
    return policy


def clock_after(at: datetime, clock: datetime) -> datetime:
    """The instant of a reading in a run that judges at *at*: always after it, so that each account is judged alike."""
    return max(clock, at + timedelta.resolution)
