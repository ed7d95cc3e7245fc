"""What became of the accounts of a run: read, with an error of their own, or without any outcome."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from backup_watch.model.instances import Scope
from backup_watch.model.report import ReadError, Report
from backup_watch.model.vocabulary import ListKind

NOT_CHECKED = "AccountNotChecked"
"""The kind of the error of an account that is planned and has no result."""
LOST = "NoResult"
"""The code of that error where nothing shows why: the account has no outcome at all."""


class AccountOutcomes(Struct, frozen=True):
    """How many of the accounts of a run came to what."""

    planned: int
    unread: int
    """Those with an error of their own."""
    blind: int
    """Those of which no backup list was read."""
    lost: int
    """Those without any outcome."""

    @property
    def is_complete(self) -> bool:
        """Whether each account has an outcome, be it its own error, and at least one was read."""
        return not self.lost and self.blind < self.planned

    @property
    def is_healthy(self) -> bool:
        """Whether, besides, at least half of them were read."""
        return self.is_complete and 2 * self.blind <= self.planned


def outcomes_of(report: Report) -> AccountOutcomes | None:
    """What became of the accounts; None where there is one: then the run is complete where everything was read."""
    accounts = report.accounts
    if len(report.account_ids or accounts) < 2:
        return None
    own: dict[str | None, list[ReadError]] = {}
    for error in report.errors:
        own.setdefault(error.account, []).append(error)
    scopes: dict[str, list[Scope]] = {}
    for scope in report.scopes:
        scopes.setdefault(scope.account, []).append(scope)
    common = own.get(None, [])
    return AccountOutcomes(
        planned=len(accounts),
        unread=sum(account in own for account in accounts),
        blind=sum(_is_blind(scopes[one], [*common, *own.get(one, [])]) for one in accounts),
        lost=sum(any(_is_lost(error) for error in own.get(one, [])) for one in accounts),
    )


def is_completed(report: Report) -> bool:
    """Whether the run did all that it was to do, but for telling it."""
    outcomes = outcomes_of(report)
    return _was_all_read(report) if outcomes is None else outcomes.is_complete


def is_healthy(report: Report) -> bool:
    """Whether the heartbeat may say that all is well with the watch."""
    outcomes = outcomes_of(report)
    return _was_all_read(report) if outcomes is None else outcomes.is_healthy


def _was_all_read(report: Report) -> bool:
    """Whether all was read, and there was anything to read: the only account may be paused."""
    return report.complete and bool(report.scopes)


def _is_lost(error: ReadError) -> bool:
    return error.kind == NOT_CHECKED and error.code == LOST


def _is_blind(scopes: Sequence[Scope], errors: Sequence[ReadError]) -> bool:
    return bool(errors) and all(any(_hides(error, scope) for error in errors) for scope in scopes)


def _hides(error: ReadError, scope: Scope) -> bool:
    """Whether no backup of *scope* is known for the sake of *error*."""
    return (
        error.list_kind in (None, ListKind.BACKUPS)
        and error.region in (None, scope.region)
        and error.product in (None, scope.product)
    )
