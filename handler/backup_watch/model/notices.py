"""The warnings of a report: what a person should know besides the findings; worded in :mod:`backup_watch.i18n`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from backup_watch.model.instances import Scope
from backup_watch.model.vocabulary import MemoryState


class NothingFound(Struct, frozen=True, tag=True):
    """Every list was read, and there is no instance at all."""

    code: ClassVar[str] = "nothing-found"
    regions: tuple[str, ...]


class RuleUnused(Struct, frozen=True, tag=True):
    """A rule of the policy matches no instance."""

    code: ClassVar[str] = "rule-unused"
    number: int
    """Counted from 1."""
    match: str


class MuteUnused(Struct, frozen=True, tag=True):
    """A mute matches neither an instance nor a line of ``[expect]``."""

    code: ClassVar[str] = "mute-unused"
    number: int
    """Counted from 1."""
    match: str


class MuteExpired(Struct, frozen=True, tag=True):
    """A mute ended since the run before."""

    code: ClassVar[str] = "mute-expired"
    number: int
    """Counted from 1."""
    match: str
    until: datetime
    """Aware."""
    owner: str


class ExpectationNotJudged(Struct, frozen=True, tag=True):
    """Lines of an ``[expect]`` were not judged, since a list that it covers could not be read."""

    code: ClassVar[str] = "expectation-not-judged"
    number: int
    """Of the ``[expect]``, counted from 1."""


class DetailsLeftOut(Struct, frozen=True, tag=True):
    """Backup histories that were not read, so that a LATE or a RESOLVED may be missing."""

    code: ClassVar[str] = "details-left-out"
    count: int
    limit: int


class DetailsUnread(Struct, frozen=True, tag=True):
    """Backup histories that could not be read: what is usual for these instances is not known, nor what has ended."""

    code: ClassVar[str] = "details-unread"
    count: int
    region: str | None
    kind: str
    """Of the error, a stable word."""
    error_code: str | None
    """The API's own code. None: it gave none."""


class SlotUnreadable(Struct, frozen=True, tag=True):
    """Instances whose ``backupTime`` is told and is no time of day."""

    code: ClassVar[str] = "slot-unreadable"
    count: int
    said: str
    """What the first of them is said to have."""
    name: str
    """The service name of the first."""


class CreatedLater(Struct, frozen=True, tag=True):
    """Instances that were left out, since they did not exist at the instant asked about."""

    code: ClassVar[str] = "created-later"
    count: int


class ListHalved(Struct, frozen=True, tag=True):
    """The lists of a scope hold fewer than half of the instances that they had (with a memory)."""

    code: ClassVar[str] = "list-halved"
    scope: Scope
    most: int
    """How many there were."""
    left: int


class AccountGone(Struct, frozen=True, tag=True):
    """An account is in the accounts file no more (with a memory)."""

    code: ClassVar[str] = "account-gone"
    account: str


class AccountsGone(Struct, frozen=True, tag=True):
    """So many accounts are in the accounts file no more that not each can be told for itself (with a memory)."""

    code: ClassVar[str] = "accounts-gone"
    accounts: tuple[str, ...]


class AccountPaused(Struct, frozen=True, tag=True):
    """An account is paused, and was not read."""

    code: ClassVar[str] = "account-paused"
    account: str
    until: datetime
    """Aware."""
    owner: str
    reason: str


class PauseOver(Struct, frozen=True, tag=True):
    """The pause of an account ended since the run before."""

    code: ClassVar[str] = "pause-over"
    account: str
    until: datetime
    """Aware."""
    owner: str


class AccountsEmpty(Struct, frozen=True, tag=True):
    """Accounts that were read whole and have no instance at all."""

    code: ClassVar[str] = "accounts-empty"
    accounts: tuple[str, ...]


class MemoryProblem(Struct, frozen=True, tag=True):
    """What was said of some accounts could not be read or kept, or was not there, so some of it is said twice."""

    code: ClassVar[str] = "memory-problem"
    accounts: tuple[str, ...]
    state: MemoryState
    why: str | None = None
    """AWS's error code, for example. None: the state says it."""


class InvisiblyDifferent(Struct, frozen=True, tag=True):
    """A pattern of the policy that matches nothing, and the name that it looks like."""

    code: ClassVar[str] = "invisibly-different"
    match: str
    name: str


class WideLimit(Struct, frozen=True, tag=True):
    """A setting allows more than a policy may."""

    code: ClassVar[str] = "wide-limit"
    setting: str
    """The variable's name."""
    length: timedelta
    most: timedelta
    """What a policy may allow."""


class EverythingMuted(Struct, frozen=True, tag=True):
    """Something is wrong, and all of it is muted."""

    code: ClassVar[str] = "everything-muted"
    count: int


class ProductNotOffered(Struct, frozen=True, tag=True):
    """All products are asked for, and one of them is not offered in some regions."""

    code: ClassVar[str] = "product-not-offered"
    product: str
    regions: tuple[str, ...]


class TakenForEmpty(Struct, frozen=True, tag=True):
    """A list was refused in a way that says no more than that it is empty."""

    code: ClassVar[str] = "taken-for-empty"
    product: str
    region: str
    operation: str
    error_code: str


Notice = (
    NothingFound
    | ProductNotOffered
    | TakenForEmpty
    | RuleUnused
    | MuteUnused
    | MuteExpired
    | ExpectationNotJudged
    | DetailsLeftOut
    | CreatedLater
    | ListHalved
    | AccountGone
    | AccountsGone
    | AccountPaused
    | PauseOver
    | AccountsEmpty
    | MemoryProblem
    | InvisiblyDifferent
    | WideLimit
    | EverythingMuted
    | DetailsUnread
    | SlotUnreadable
)
"""A warning of a report. Each has its ``code``, by which its sentence is found, and the values of that sentence."""
