"""What the invocations of one run of a fleet share: its settings, its objects, its policy, and how it checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backup_watch.adapters.runs import Runs
from backup_watch.checking.plan import Plan
from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem, RunUnreadable, SettingsError
from backup_watch.config.settings import Settings, read_settings
from backup_watch.i18n import Words
from backup_watch.model.accounts import Account, Accounts, scopes_of
from backup_watch.model.fleet import in_run
from backup_watch.model.policy import Policy
from backup_watch.runtime.invocation import Invocation

POLICY = "policy.toml"
PLAN = "plan.json"
BATCHES = "batches.json"
NO_BUCKET = Problem("RUNS_BUCKET", None, "required for a fleet: the bucket that keeps its runs")


def settings_of_run(invocation: Invocation, *, needs_topic: bool = False) -> Settings:
    """The settings of an invocation in a run that was planned. Raises ``SettingsError``."""
    settings, problems = read_settings(invocation.environment, now=invocation.clock, needs_topic=needs_topic)
    if problems:
        raise SettingsError(problems)
    return settings


def runs_of(settings: Settings, invocation: Invocation) -> Runs:
    """Where runs are kept. Raises ``SettingsError`` where that is not set."""
    if settings.runs_bucket is None:
        raise SettingsError([NO_BUCKET])
    return Runs(settings.runs_bucket, invocation.aws)


def policy_of_run(run: str, runs: Runs, settings: Settings, *, now: datetime) -> Policy:
    """The policy of the run: the one text that it was planned with. Raises ``RunUnreadable`` and ``SettingsError``."""
    key = in_run(run, POLICY)
    try:
        text = runs.read(key).decode()
    except UnicodeDecodeError:
        raise RunUnreadable(f"{runs.bucket}/{key}: it is no text in UTF-8") from None
    if not text.strip():
        return Policy(thresholds=settings.thresholds)
    policy, problems = parse_policy(text, settings.thresholds, now=now, source=f"the policy of the run {run}")
    if problems:
        raise SettingsError(problems)
    return policy


def plan_of(
    settings: Settings,
    policy: Policy,
    accounts: Sequence[Account],
    *,
    at: datetime,
    clock: datetime,
    roll_call: Accounts | None = None,
    is_part: bool = False,
) -> Plan:
    """How *accounts* are checked in a run that judges at *at*; *clock* is the instant of the reading.

    *roll_call*: all accounts of the run, where it is concluded. None: these are a part of it.
    """
    return Plan(
        scopes=scopes_of(accounts),
        policy=policy,
        now=at,
        clock=clock,
        interval=settings.check_interval,
        repeat=settings.repeat_interval,
        zone=Words("en", settings.display_timezone).tzinfo,
        max_detail_calls=settings.max_detail_calls,
        with_instances=settings.check_instances,
        account_ids=None if roll_call is None else roll_call.ids,
        pauses={} if roll_call is None else roll_call.pauses,
        may_be_empty=frozenset(account.id for account in accounts if account.may_be_empty),
        every_finding=False,
        is_part=is_part,
    )
