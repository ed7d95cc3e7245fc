"""What is known of one database instance, joined from Ncloud's two lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.model.vocabulary import DatedBy, ListKind

FUTURE_TOLERANCE = timedelta(minutes=5)
"""Clocks may differ by this much (Ncloud's own rule for a request's time stamp); a later date is not believed."""


DELETING_STATES = frozenset({"deleting", "deleted"})
"""The states of an instance that is going away."""
CREATING_STATES = frozenset({"creating", "settingup"})
"""The states of an instance that does not run yet."""
MAX_CREATION = timedelta(hours=24)
"""How long an instance may take to be created before it is judged all the same."""


class Scope(Struct, frozen=True, order=True):
    """One product of one account in one region: what one backup list and one instance list are about."""

    account: str
    product: str
    region: str


class InstanceId(Struct, frozen=True, order=True, gc=False):
    """What identifies an instance, everywhere."""

    account: str
    product: str
    region: str
    number: str
    """The instance number, as the API spells it."""

    @property
    def scope(self) -> Scope:
        """The lists that hold this instance."""
        return Scope(self.account, self.product, self.region)


class KeptBackup(Struct, frozen=True, gc=False):
    """One backup of an instance, as its detail list has it; several such rows may be the shards of one backup."""

    started_at: datetime | None
    """Aware. None: unknown, or unreadable."""
    ended_at: datetime | None
    """Aware. None beside a start: the backup is under way."""
    size_bytes: int | None = None


class DatabaseBackups(Struct, frozen=True, gc=False):
    """The backups of one database of an instance, where a product backs up each of them by itself."""

    name: str
    """Empty: the row did not tell."""
    backups_at: tuple[datetime, ...]
    """When they ended, newest first; at least one."""


class Instance(Struct, frozen=True, gc=False, tag=True):
    """One instance as the API returned it. Dates are aware and keep the API's own offset."""

    id: InstanceId
    service_name: str
    backups_at: tuple[datetime, ...] = ()
    """Readable dates of its backups, newest first. Empty: none is known."""
    unreadable_dates: tuple[str, ...] = ()
    """Dates that are no instant with an offset, as they came (bounded)."""
    backups_read: bool = True
    """False: the list where its dates are could not be read whole, so having no date means nothing."""
    in_instance_list: bool | None = None
    """None: the instance list was not asked for, or could not be read."""
    status: str | None = None
    """Lower case, for example ``running`` or ``deleting``. None: unknown."""
    is_backup: bool | None = None
    """Whether automatic backups are on. None: unknown."""
    created_at: datetime | None = None
    """None: unknown, or unreadable."""
    backup_time: str | None = None
    """The daily slot, ``HH:MM`` in the instance's own offset. None: unknown."""
    backup_type: str | None = None
    retention_days: int | None = None
    size_bytes: int | None = None
    history_known: bool = True
    """False: what the newest backup was at the instant asked about cannot be shown."""
    dated_by: DatedBy = DatedBy.LIST
    """Where ``backups_at`` is from."""
    databases: tuple[DatabaseBackups, ...] = ()
    """Each database of an instance that backs them up one by one, by name; their dates are all of ``backups_at``."""
    is_backing_up: bool = False
    """Whether a backup is what the API says to be under way."""

    @property
    def account(self) -> str:
        """The account that holds this instance."""
        return self.id.account

    @property
    def product(self) -> str:
        """The database product, such as ``postgresql``."""
        return self.id.product

    @property
    def region(self) -> str:
        """The region code."""
        return self.id.region

    @property
    def number(self) -> str:
        """The instance number."""
        return self.id.number


class FreshGroup(Struct, frozen=True):
    """Instances of one scope that are FRESH by their newest backup alone: counted, and not judged one by one.

    None of them is being created or deleted, and none has its backups switched off.
    """

    scope: Scope
    count: int
    oldest_backup_at: datetime
    """The oldest of their newest backups, aware."""
    names: Mapping[str, str] = {}
    """Their service names by instance number. Empty: not asked for."""
    backups_at: Mapping[str, datetime] = {}
    """Their newest backups by instance number, aware. Empty: not asked for."""

    @property
    def account(self) -> str:
        """The account that holds these instances."""
        return self.scope.account

    @property
    def region(self) -> str:
        """The region code."""
        return self.scope.region


class Expectation(Struct, frozen=True, tag=True):
    """One line of the policy's ``[expect]`` that is not met; stands where an instance would."""

    service_name: str
    """The pattern that matched nothing, or, for a number of instances, ``N instances``."""
    wanted: int | None = None
    """How many instances are expected. None: this line is about a name."""
    found: int | None = None
    account: str | None = None
    """The glob of the accounts that the line covers. None: all."""
    product: str | None = None
    """The glob of the products that the line covers. None: all."""
    region: str | None = None
    """The glob of the regions that the line covers. None: all."""
    number: None = None
    covers_every_account: bool = False
    """Whether the policy names no account: ``account``, if any, is the only one that there is."""


class UnreadList(Struct, frozen=True, tag=True):
    """A list that could not be read, or what was needed to read it; stands where an instance would (with a memory)."""

    service_name: str
    """What was asked of the other side, in its own word."""
    account: str | None = None
    """None: not a matter of one account."""
    product: str | None = None
    region: str | None = None
    list_kind: ListKind | None = None
    """None: no list, but a secret or a policy, for example."""
    number: None = None


Subject = Instance | Expectation | UnreadList
"""What a finding is about."""


def age_of(instance: Instance, *, now: datetime) -> timedelta | None:
    """How long *instance* has existed; None if that is unknown, or its creation lies too far in the future."""
    if instance.created_at is None or instance.created_at - now > FUTURE_TOLERANCE:
        return None
    return now - instance.created_at


def as_of(
    instance: Instance, at: datetime, *, known_until: datetime, backups_at: tuple[datetime, ...] | None = None
) -> Instance:
    """Take *instance* back to the instant *at*: without the backups that came after it.

    *backups_at* is the longer history from the detail list; without it, what the summary tells is used. Dates after
    *known_until* (the clock, and the tolerance) are implausible rather than later backups, and stay for the judgement
    to see. Where backups came after *at* and nothing shows the one before them, ``history_known`` is False.
    """
    if backups_at is None and (not instance.backups_at or instance.backups_at[0] <= at):
        return instance  # as of nearly all: nothing came after it
    implausible = tuple(moment for moment in instance.backups_at if moment > known_until)
    known = instance.backups_at if backups_at is None else sorted({*instance.backups_at, *backups_at}, reverse=True)
    then = tuple(moment for moment in known if moment <= at)
    came_later = any(at < moment <= known_until for moment in instance.backups_at)
    databases = tuple(
        DatabaseBackups(each.name, left) for each in instance.databases if (left := _without(each, at, known_until))
    )
    is_known = bool(then) or not came_later
    return replace(instance, backups_at=implausible + then, databases=databases, history_known=is_known)


def _without(database: DatabaseBackups, at: datetime, known_until: datetime) -> tuple[datetime, ...]:
    return tuple(moment for moment in database.backups_at if moment <= at or moment > known_until)
