"""How a check is to be made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct

from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.model.accounts import Pause
from backup_watch.model.instances import FUTURE_TOLERANCE, Scope
from backup_watch.model.policy import Policy


class Plan(Struct, frozen=True):
    """How a check is to be made."""

    scopes: tuple[Scope, ...]
    """What is to be read."""
    policy: Policy
    now: datetime
    """The instant of the judgement, aware."""
    clock: datetime
    """The real instant of the reading, aware. Where it is after ``now``, later backups are left out again."""
    interval: timedelta
    repeat: timedelta
    zone: tzinfo
    max_detail_calls: int = 500
    with_instances: bool = True
    """Whether the instance lists are asked for."""
    account_ids: tuple[str, ...] | None = None
    """The ids of all accounts that there are, paused ones too. None: the accounts file could not be read."""
    pauses: Mapping[str, Pause] = {}
    """Of the accounts that are paused or were; those that are not over are not among ``scopes``."""
    may_be_empty: frozenset[str] = frozenset()
    """The accounts of which it is no news that they have no instance."""
    every_finding: bool = True
    """False: what is plainly fresh may be counted without a finding of its own."""
    is_part: bool = False
    """Whether what is seen is concluded elsewhere, with a memory that is not known here: what is counted keeps its
    dates then.
    """
    every_habit: bool = False
    """True: the habit of every instance is asked for, and not only of what may be late."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts, each once; those of the file that are paused, too."""
        return self.account_ids or tuple(dict.fromkeys(scope.account for scope in self.scopes))

    @property
    def paused(self) -> tuple[str, ...]:
        """The accounts of the file that are not read, since they are paused."""
        return tuple(account for account, pause in self.pauses.items() if self.now < pause.until)

    @property
    def period(self) -> ReportingPeriod:
        """The stretch of time that this check answers for."""
        return ReportingPeriod(self.now - self.interval, self.now, self.repeat, self.zone)

    @property
    def known_until(self) -> datetime:
        """A date after this instant is not believed."""
        return max(self.clock, self.now) + FUTURE_TOLERANCE
