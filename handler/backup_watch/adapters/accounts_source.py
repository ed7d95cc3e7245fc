"""Readings of many accounts at once. Nothing of one account can cost another: not its key, its time, nor a defect."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from threading import Lock
from typing import Any, TypeVar

from msgspec.structs import replace

import ncloud
from backup_watch.adapters.logs import log
from backup_watch.adapters.ncloud_rows import Answer
from backup_watch.model.instances import Instance, InstanceId, Scope
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source
from backup_watch.model.report import ReadError

MAX_REQUESTS = 128
"""Under way at once, of all accounts together: as many connections are kept for each of Ncloud's sites."""
Part = TypeVar("Part", Reading, Histories)


class BoundedTime:
    """A client that may take so many seconds of a run, in however many readings."""

    def __init__(self, client: ncloud.Client, *, seconds: float) -> None:
        self._client, self._left = client, seconds

    def read(
        self, requests: Iterable[ncloud.ListRequest], *, deadline: float | None = None
    ) -> dict[ncloud.ListRequest, Answer]:
        """As the client reads, up to the end of its share of time."""
        started = time.monotonic()
        end = started + self._left
        try:
            return self._client.read(requests, deadline=end if deadline is None else min(end, deadline))
        finally:
            self._left -= time.monotonic() - started


class AccountsSource:
    """Reads every account through a source of its own, all at once."""

    def __init__(self, sources: Mapping[str, Source], errors: Sequence[ReadError] = ()) -> None:
        """*sources*: by account. *errors*: of the accounts that have none, since they cannot be read."""
        self._sources, self._errors = sources, tuple(errors)

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        """Read the lists of all *scopes*."""
        window = fresh_window and replace(fresh_window, watched=_once(fresh_window.watched))
        by_account: dict[str, list[Scope]] = {}
        for scope in scopes:
            by_account.setdefault(scope.account, []).append(scope)
        readings = self._at_once(
            by_account,
            lambda account: self._sources[account].read(by_account[account], window),
            lambda error: Reading((), (error,)),
        )
        return _together(Reading((), self._errors), readings)

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """Read the detail lists of *instances*."""
        by_account: dict[str, list[Instance]] = {}
        for instance in instances:
            by_account.setdefault(instance.account, []).append(instance)
        histories = self._at_once(
            by_account,
            lambda account: self._sources[account].histories(by_account[account]),
            lambda error: Histories({}, (error,)),
        )
        return _together(Histories({}), histories)

    def _at_once(
        self, accounts: Iterable[str], read: Callable[[str], Part], failed: Callable[[ReadError], Part]
    ) -> list[Part]:
        """What *read* gives for each of *accounts* that has a source; what *failed* makes of a defect there."""

        def outcome(account: str) -> Part:
            try:
                return read(account)
            except Exception as error:  # noqa: BLE001 - not swallowed: logged, and told as this account's error
                log("error", "an account could not be read for a reason that is a defect", exception=error)
                return failed(ReadError("read", "ClientDefect", type(error).__name__, account=account))

        known = [account for account in accounts if account in self._sources]
        if not known:
            return []
        with ThreadPoolExecutor(len(known), thread_name_prefix="account") as threads:
            return list(threads.map(outcome, known))


def _once(watched: Callable[[], Any]) -> Callable[[], frozenset[InstanceId]]:
    """What *watched* gives, asked for by several threads and worked out by one."""
    lock, known = Lock(), cache(watched)

    def asked_once() -> frozenset[InstanceId]:
        with lock:
            found: frozenset[InstanceId] = known()
            return found

    return asked_once


def _together(first: Part, parts: Sequence[Part]) -> Part:
    """One of all: lists one behind the other, tables in one, in the order of the accounts."""
    fields: dict[str, Any] = {}
    for name in first.__struct_fields__:
        values = [getattr(one, name) for one in (first, *parts)]
        if isinstance(values[0], Mapping):
            fields[name] = {key: value for each in values for key, value in each.items()}
        else:
            fields[name] = tuple(chain.from_iterable(values))
    return type(first)(**fields)
