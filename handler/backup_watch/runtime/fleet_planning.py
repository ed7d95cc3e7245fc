"""The fleet's first invocation: the accounts file and the policy as a whole, the roll call, the batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backup_watch.adapters.logs import log
from backup_watch.adapters.run_documents import encode_batches, encode_roll_call
from backup_watch.config.events import Check, read_event
from backup_watch.config.fleet_events import PlanFleet
from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem, RunUnreadable, SettingsError, UnknownEvent
from backup_watch.config.settings import Settings, read_settings
from backup_watch.model.accounts import Accounts
from backup_watch.model.fleet import RollCall, checked_until, dealt, in_run
from backup_watch.runtime.accounts_file import read_accounts
from backup_watch.runtime.fleet_run import BATCHES, NO_BUCKET, PLAN, POLICY, runs_of
from backup_watch.runtime.invocation import Invocation

NO_ACCOUNTS = Problem("ACCOUNTS_OBJECT", None, "required for a fleet: the key of its accounts file in RUNS_BUCKET")


def plan(asked: PlanFleet, invocation: Invocation) -> dict[str, Any]:
    """Write the roll call of a run and its batches; return what the state machine goes on with."""
    event = read_event(asked.event)
    if not isinstance(event, Check):
        raise UnknownEvent(f"a fleet can only check, not {type(event).__name__}")
    settings, problems = read_settings(invocation.environment, now=invocation.clock, needs_topic=bool(event.notify))
    text = policy_text(settings, invocation)
    problems += [] if settings.policy_parameter is None else _wrong_in(text, settings, now=invocation.clock)
    read = read_accounts(settings, invocation.aws, now=invocation.clock, most_at_once=False)
    if read.errors:
        raise RunUnreadable(str(read.errors[0]))
    problems += read.problems
    if settings.runs_bucket is None:
        problems.append(NO_BUCKET)
    if not settings.has_accounts_file:
        problems.append(NO_ACCOUNTS)
    if problems:
        raise SettingsError(problems)
    accounts = read.accounts or Accounts(())
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
        "past": roll_call.is_past,
        "bucket": runs.bucket,
        "batches": in_run(asked.execution, BATCHES),
        "concurrency": settings.fleet_concurrency,
    }


def policy_text(settings: Settings, invocation: Invocation) -> str:
    """The text of the policy, from where it is kept. Raises ``PolicyUnreadable``."""
    if settings.policy_parameter is not None:
        return invocation.aws.parameter(settings.policy_parameter)
    return invocation.environment.get("POLICY", "")


def _wrong_in(text: str, settings: Settings, *, now: datetime) -> list[Problem]:
    return parse_policy(text, settings.thresholds, now=now, source=f"POLICY_PARAMETER {settings.policy_parameter}")[1]
