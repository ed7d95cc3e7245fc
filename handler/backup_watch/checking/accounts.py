"""What several accounts come to: which of them hold nothing, which are paused, and whether their file shrank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.model.accounts import Pause
from backup_watch.model.instances import Scope
from backup_watch.model.notices import AccountPaused, AccountsEmpty, Notice, PauseOver
from backup_watch.model.policy import Policy
from backup_watch.model.report import ReadError

MANY = 10
"""Of so many ids on, fewer than half of them is a slip of the hand."""
NAMED = 8
"""Accounts in one warning: programs get 500 characters of it, and an id has 48."""


def empty_accounts(
    counts: Counter[Scope],
    errors: Sequence[ReadError],
    *,
    scopes: Sequence[Scope],
    policy: Policy,
    may_be_empty: frozenset[str],
) -> tuple[str, ...]:
    """The accounts that were read whole and have no instance at all, where that is news."""
    unread = {error.account for error in errors}
    if None in unread:
        return ()
    own: dict[str, list[Scope]] = {}
    for scope in scopes:
        own.setdefault(scope.account, []).append(scope)
    return tuple(
        account
        for account, places in own.items()
        if account not in unread
        and account not in may_be_empty
        and not any(counts[place] for place in places)
        and not all(_expects_none(policy, place) for place in places)
    )


def empty_notices(empty: Sequence[str]) -> tuple[AccountsEmpty, ...]:
    """The warnings that name each of *empty*; a warning has room for some ids only."""
    return tuple(AccountsEmpty(tuple(empty[first : first + NAMED])) for first in range(0, len(empty), NAMED))


def _expects_none(policy: Policy, scope: Scope) -> bool:
    return any(expected.instances == 0 and expected.covers(scope) for expected in policy.expectations)


def pause_notices(pauses: Mapping[str, Pause], period: ReportingPeriod) -> tuple[Notice, ...]:
    """Which accounts are paused, and which pauses ended within *period*."""
    notices: list[Notice] = []
    for account, pause in pauses.items():
        if period.now < pause.until:
            notices.append(AccountPaused(account, pause.until, pause.owner, pause.reason))
        elif period.since < pause.until:
            notices.append(PauseOver(account, pause.until, pause.owner))
    return tuple(notices)


def has_shrunk(before: Sequence[str], now: Sequence[str]) -> bool:
    """Whether *now* has fewer than half of *before*, which were ten or more."""
    left = len(set(before) & set(now))
    return len(before) >= MANY and 2 * left < len(before)
