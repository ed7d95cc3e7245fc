"""The fleet's invocations in between: check the accounts of a batch at once, or note why that failed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import ncloud
from backup_watch.adapters.logs import log
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.adapters.run_documents import Failure, encode_failure, encode_result
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


class Reader:
    """Reads accounts by one policy, up to one instant."""

    def __init__(
        self, settings: Settings, policy: Policy, *, at: datetime, clock: datetime, deadline: float, is_past: bool
    ) -> None:
        self._settings, self._policy = settings, policy
        self._at, self._clock, self._deadline, self._is_past = at, clock, deadline, is_past

    def part(self, account: Account, credentials: ncloud.Credentials | ReadError) -> Part:
        """What is seen of *account*. Raises nothing: what could not be read is in it."""
        if isinstance(credentials, ReadError):
            return unread_part(account.id, credentials, clock=self._clock)
        try:
            return self._seen(account, credentials)
        except Exception as error:  # noqa: BLE001  whatever one account does costs no other
            log("error", "an account brought out a defect", account=account.id, exception=error)
            defect = ReadError("checkAccount", "ClientDefect", type(error).__name__, account=account.id)
            return unread_part(account.id, defect, clock=self._clock)

    def _seen(self, account: Account, credentials: ncloud.Credentials) -> Part:
        settings = self._settings
        client = ncloud.Client(
            credentials,
            base_url=account.api_url,
            page_size=settings.page_size,
            max_concurrency=settings.max_concurrency,
        )
        deadline = min(self._deadline, time.monotonic() + settings.account_seconds)
        source = NcloudSource(
            client,
            with_instances=settings.check_instances,
            deadline=deadline,
            may_lack_products=account.all_products,
        )
        plan = plan_of(settings, self._policy, [account], at=self._at, clock=self._clock, is_part=True)
        seen = observe(plan, source, self._recall(account))
        return part_of(account.id, seen, api_requests=client.stats.requests, api_errors=client.stats.errors)

    def _recall(self, account: Account) -> Recall:
        """With a memory, which only the last invocation of a run reads, no history is needed to see what has ended."""
        if self._settings.memory is None or self._is_past:
            return nothing_is_remembered
        return lambda: {account.id: Recalled(account.id, MemoryState.ABSENT)}


def parts_of(asked: CheckBatch, settings: Settings, policy: Policy, invocation: Invocation) -> list[Part]:
    """What is seen of each account of a batch, in its order."""
    left = (asked.until - invocation.clock).total_seconds()
    reader = Reader(
        settings,
        policy,
        at=asked.at,
        clock=read_after(asked.at, invocation.clock),
        deadline=min(invocation.deadline, time.monotonic() + left),
        is_past=asked.past,
    )
    keys = read_keys(asked.accounts, invocation)
    return at_once(lambda account: reader.part(account, keys[account.id]), asked.accounts)


def at_once(read: Callable[[Account], Part], accounts: tuple[Account, ...]) -> list[Part]:
    """What *read* makes of each of *accounts*, all at the same time."""
    with ThreadPoolExecutor(len(accounts), thread_name_prefix="account") as pool:
        return list(pool.map(read, accounts))


def read_keys(accounts: tuple[Account, ...], invocation: Invocation) -> dict[str, ncloud.Credentials | ReadError]:
    """The key of each account, or why it cannot be had."""
    import json

    from backup_watch.adapters.aws import PolicyUnreadable, SecretUnreadable

    keys: dict[str, ncloud.Credentials | ReadError] = {}
    for account in accounts:
        place = account.key
        if place is None:
            continue
        try:
            if place.store == "parameter":
                text = invocation.aws.parameter(place.name)
            else:
                text = invocation.aws.secret_text(place.name)
            document = json.loads(text)
            if place.field:
                document = document[place.field]
            keys[account.id] = ncloud.Credentials(document["access_key_id"], document["secret_access_key"])
        except (PolicyUnreadable, SecretUnreadable, ValueError, LookupError, TypeError) as error:
            keys[account.id] = ReadError("GetSecretValue", "SecretUnreadable", str(error), account=account.id)
    return keys
