"""The fleet's invocations in between: check the accounts of a batch at once, or note why that failed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import ncloud
from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.accounts_source import MAX_REQUESTS, BoundedTime
from backup_watch.adapters.logs import log
from backup_watch.adapters.run_documents import Failure, encode_failure, encode_result, size_of
from backup_watch.checking.check import Recall, nothing_is_remembered, observe
from backup_watch.checking.parts import Part, part_of, unread_part
from backup_watch.config.fleet_events import CheckBatch, NoteFailure
from backup_watch.config.settings import Settings
from backup_watch.model.accounts import Account
from backup_watch.model.fleet import failure_name, in_run, read_after, result_name
from backup_watch.model.memory import Recalled
from backup_watch.model.policy import Policy
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import MemoryState
from backup_watch.runtime.fleet_run import plan_of, policy_of_run, runs_of, settings_of_run
from backup_watch.runtime.invocation import Invocation
from backup_watch.runtime.opening import client_of, source_of
from ncloud.paging.pager import FirstPages
from ncloud.shared import SharedWorkers


def check(asked: CheckBatch, invocation: Invocation) -> dict[str, Any]:
    """Check the accounts of a batch at once, and keep what was seen. What one of them does costs no other."""
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


def note(asked: NoteFailure, invocation: Invocation) -> dict[str, Any]:
    """Keep why the accounts could not be checked."""
    runs = runs_of(settings_of_run(invocation), invocation)
    for account in asked.accounts:
        failure = Failure(account.id, asked.error.error, asked.error.cause)
        runs.write(in_run(asked.run, failure_name(account.id)), encode_failure(failure))
        log("error", "an account could not be checked", run=asked.run, account=account.id, error=asked.error.error)
    return {"batch": asked.batch}


MAX_PART_BYTES = 16_000_000
"""Of one account: some ten thousand databases that are not plainly fresh. The run that concludes holds all parts."""


class Reader:
    """Reads accounts by one policy, each by itself."""

    def __init__(
        self, asked: CheckBatch, settings: Settings, policy: Policy, *, clock: datetime, deadline: float
    ) -> None:
        """*deadline*: monotonic seconds."""
        self._asked, self._settings, self._policy = asked, settings, policy
        self._clock, self._deadline = clock, deadline
        self._workers = SharedWorkers(MAX_REQUESTS)
        self._first_pages: FirstPages = set()

    def part(self, account: Account, key: ncloud.Credentials | ReadError) -> Part:
        """What is seen of *account*. Raises nothing: what could not be read is in it."""
        if isinstance(key, ReadError):
            return unread_part(account.id, key, clock=self._clock)
        try:
            return self._bounded(self._seen(account, key))
        except Exception as error:  # noqa: BLE001  not swallowed: logged, and told as this account's error
            log("error", "an account could not be checked for a reason that is a defect", exception=error)
            defect = ReadError("checkAccount", "ClientDefect", type(error).__name__, account=account.id)
            return unread_part(account.id, defect, clock=self._clock)

    def _bounded(self, part: Part) -> Part:
        """*part*, or an error in its place where it would cost the run its end."""
        if size_of(part) <= MAX_PART_BYTES:
            return part
        message = f"{len(part.findings)} of its databases are not plainly fresh: more than a fleet's run can hold"
        error = ReadError("checkAccount", "TooMuchToTell", message, account=part.account)
        return unread_part(part.account, error, clock=self._clock)

    def _seen(self, account: Account, key: ncloud.Credentials) -> Part:
        settings = self._settings
        read_all, first_pages = self._workers.read_all, self._first_pages
        with client_of(account, key, settings, read_all=read_all, first_pages=first_pages) as client:
            bounded = BoundedTime(client, seconds=settings.account_seconds)
            source = source_of(account, bounded, settings, deadline=self._deadline)
            plan = plan_of(
                settings, self._policy, [account], at=self._asked.at, clock=self._clock, is_part=self._has_memory
            )
            seen = observe(plan, source, self._recall(account))
            return part_of(account.id, seen, api_requests=client.stats.requests, api_errors=client.stats.errors)

    @property
    def _has_memory(self) -> bool:
        return self._settings.memory is not None and not self._asked.past

    def _recall(self, account: Account) -> Recall:
        """With a memory, which only the last invocation of a run reads, no history is needed to see what has ended."""
        if not self._has_memory:
            return nothing_is_remembered
        return lambda: {account.id: Recalled(account.id, MemoryState.ABSENT)}


def parts_of(asked: CheckBatch, settings: Settings, policy: Policy, invocation: Invocation) -> list[Part]:
    """What is seen of each account of a batch, in its order."""
    left = (asked.until - invocation.clock).total_seconds()
    clock = read_after(asked.at, invocation.clock)
    if left <= 0:
        return [unread_part(account.id, _too_late(account), clock=clock) for account in asked.accounts]
    deadline = min(invocation.deadline, time.monotonic() + left)
    reader = Reader(asked, settings, policy, clock=clock, deadline=deadline)
    keys = read_keys(asked.accounts, invocation.aws, deadline=deadline)
    return at_once(lambda account: reader.part(account, keys[account.id]), asked.accounts)


def _too_late(account: Account) -> ReadError:
    message = "the run's time was up before this account had its turn"
    return ReadError("checkAccount", "DeadlineExceeded", message, account=account.id)


def at_once(read: Callable[[Account], Part], accounts: tuple[Account, ...]) -> list[Part]:
    """What *read* makes of each of *accounts*, all at the same time."""
    with ThreadPoolExecutor(len(accounts), thread_name_prefix="account") as pool:
        return list(pool.map(read, accounts))
