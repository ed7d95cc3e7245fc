"""A world of databases and their lists, each of which can fail.

What is wrong with a database is said here by other means than the code's: in words of its own, from what the world
holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from backup_watch.checking.plan import Plan
from backup_watch.model.accounts import Pause
from backup_watch.model.instances import FreshGroup, Instance, InstanceId, Scope
from backup_watch.model.policy import Expectations, Mute, Policy, Selector, Thresholds
from backup_watch.model.readings import FreshWindow, Histories, ListRead, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind
from tests.builders import KST

PRODUCT = "postgresql"
OWNER = "default"
"""Whose document holds what is no matter of one account."""
ALONE = (OWNER,)
"""The accounts where there is no accounts file."""
BEGIN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LONG_AGO = BEGIN - timedelta(days=400)
HOUR = timedelta(hours=1)
FRESH_FOR, GRACE = timedelta(hours=26), timedelta(minutes=90)
WHERE_NO_HABIT = timedelta(minutes=30)
"""So long after its slot a backup is expected where no kept backups say what is usual."""
OPERATIONS = {ListKind.BACKUPS: "getBackupList", ListKind.INSTANCES: "getInstanceList"}
List = tuple[str, ListKind]
"""A region and one of its lists."""


@dataclass
class Database:
    """One database, as the lists show it."""

    number: str
    region: str
    account: str = "default"
    backups: list[datetime] = field(default_factory=list)
    """Oldest first."""
    is_backup: bool = True
    status: str = "running"
    bad_date: bool = False
    has_row: bool = True
    """In the backup list."""
    is_listed: bool = True
    """In the instance list."""
    slot: int | None = None
    """The hour of its daily backup in Korea, which the instance list tells."""

    @property
    def name(self) -> str:
        return f"db-{self.number}"

    @property
    def key(self) -> str:
        return f"{self.account}/instance/{PRODUCT}/{self.region}/{self.number}"

    def is_late(self, at: datetime) -> bool:
        """Whether the backup of its slot did not come, nor for a day any other; none is under way."""
        newest = self.backups[-1]
        if self.slot is None or at - newest <= timedelta(days=1):
            return False
        midnight = newest.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)
        slots = (midnight + timedelta(days=day, hours=self.slot) for day in range(3))
        expected = next(slot for slot in slots if slot - newest >= timedelta(hours=12)) + WHERE_NO_HABIT
        return at >= expected + GRACE


class Died(Exception):
    """The run's process ended here."""


NEVER, ALWAYS = float("-inf"), float("inf")
"""Instants until which something may be written."""


@dataclass
class Faults:
    """What goes wrong in one run."""

    unread: frozenset[List] = frozenset()
    kind: str = "ReadTimeout"
    blind: bool = False
    """Whether the keys cannot even be read."""
    lawless: bool = False
    """Whether the policy cannot be read, and so nothing is."""
    memory_unread: bool = False
    lost_writes: int = 0
    """So many writes fail, and write nothing."""
    unanswered_writes: int = 0
    """So many writes are made, and their response is lost."""
    no_time: str = ""
    """For which writes there is no time any more: prepare, remember."""
    dies: str = ""
    """After which step: observe, prepare, publish."""
    sns: str = ""
    """``refuses``; ``swallows`` (delivers, and does not say so); ``loses`` (neither)."""
    room: int = 1_000
    """How many things a message holds."""

    @property
    def are_none(self) -> bool:
        return self == Faults()


@dataclass
class World:
    """Everything that the run does not hold itself."""

    now: datetime = BEGIN
    databases: dict[str, Database] = field(default_factory=dict)
    regions: tuple[str, ...] = ("KR", "SGN")
    accounts: tuple[str, ...] = ALONE
    """Of the accounts file, in its order."""
    paused: dict[str, datetime] = field(default_factory=dict)
    """Until when, by account."""
    hidden: set[str] = field(default_factory=set)
    """The regions whose lists hold nothing, though they can be read."""
    check_instances: bool = True
    max_age: timedelta = FRESH_FOR
    muted: dict[str, datetime] = field(default_factory=dict)
    """Until when, by name."""
    expected: tuple[str, ...] = ()
    repeat: timedelta = timedelta(hours=24)

    @property
    def policy(self) -> Policy:
        mutes = tuple(Mute(Selector(name), until, "a test", "me") for name, until in self.muted.items())
        limits = Thresholds(max_age=self.max_age, grace=GRACE)
        return Policy(limits, mutes=mutes, expectations=(Expectations(names=self.expected),))

    def present(self, at: datetime) -> list[str]:
        return [name for name in self.accounts if not (name in self.paused and at < self.paused[name])]

    def plan(self, now: datetime | None = None) -> Plan:
        now = now or self.now
        scopes = tuple(Scope(name, PRODUCT, region) for name in self.present(now) for region in self.regions)
        return Plan(
            scopes=scopes, policy=self.policy, now=now, clock=self.now, interval=HOUR, repeat=self.repeat,
            zone=KST, with_instances=self.check_instances, every_finding=False, account_ids=self.accounts,
            pauses={name: Pause(until, "a test", "me") for name, until in self.paused.items() if name in self.accounts},
        )  # fmt: skip

    def is_muted(self, name: str, at: datetime) -> bool:
        return name in self.muted and at < self.muted[name]

    def shown(self, account: str, region: str) -> list[Database]:
        if region in self.hidden:
            return []
        there = [one for one in self.databases.values() if (one.account, one.region) == (account, region)]
        return [one for one in there if one.has_row or (one.is_listed and self.check_instances)]

    def is_missing(self, pattern: str, at: datetime) -> bool:
        """Whether nothing that can be seen is what ``[expect]`` names."""
        seen = [one for name in self.present(at) for region in self.regions for one in self.shown(name, region)]
        there = [one for one in seen if not (one.is_listed and self.check_instances and one.status == "deleting")]
        return not any(fnmatchcase(one.name, pattern) for one in there)

    def what_is_wrong(self, one: Database, at: datetime, unread: frozenset[List] = frozenset()) -> str | None:
        """The word for what is wrong with *one* by the lists that are not *unread*; None where nothing is.

        ``unseen``: none of them could show it.
        """
        if one.region not in self.regions or self.is_muted(one.name, at) or one.account not in self.present(at):
            return None
        sees_instances = self.check_instances and (one.region, ListKind.INSTANCES) not in unread
        sees_backups = (one.region, ListKind.BACKUPS) not in unread
        listed, has_row = one.is_listed and sees_instances, one.has_row and sees_backups
        if one.region in self.hidden:
            return "unseen"
        if listed and one.status == "deleting":
            return None
        if listed and not one.is_backup:
            return "DISABLED"
        if not listed and not has_row:
            is_whole = (
                sees_instances
                and sees_backups
                and any(other.is_listed for other in self.shown(one.account, one.region))
            )
            return None if is_whole else "unseen"  # an instance list without any instance shows no deletion
        if not sees_backups:
            return "unseen"
        backups = one.backups if has_row else []
        is_fresh = bool(backups) and at - backups[-1] <= self.max_age
        if has_row and one.bad_date and not is_fresh:
            return "UNKNOWN"
        if is_fresh:
            return "LATE" if listed and one.is_late(at) else None
        return "STALE" if backups else "NEVER"


class Lists:
    """Shows the lists of *world* as they are, but for those of *faults*."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world, self._faults = world, faults

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        if self._faults.lawless:
            return Reading((), (ReadError("GetParameter", "PolicyUnreadable", ""),))
        if self._faults.blind:
            names = dict.fromkeys(scope.account for scope in scopes)
            return Reading((), tuple(ReadError("GetSecretValue", "SecretUnreadable", "", account=one) for one in names))
        instances, errors, lists = [], [], []
        for scope in scopes:
            kinds = [ListKind.BACKUPS] + ([ListKind.INSTANCES] if self._world.check_instances else [])
            read = {kind for kind in kinds if (scope.region, kind) not in self._faults.unread}
            shown = self._world.shown(scope.account, scope.region)
            errors += [self._error(scope, kind) for kind in kinds if kind not in read]
            for kind in kinds:
                named = [one for one in shown if (one.has_row if kind is ListKind.BACKUPS else one.is_listed)]
                lists.append(ListRead(scope, kind, OPERATIONS[kind], len(named) if kind in read else None))
            instances += [one for database in shown for one in self._instance(scope, database, read)]
        rest, groups = counted(instances, fresh_window)
        return Reading(tuple(rest), tuple(errors), groups, tuple(lists))

    def _instance(self, scope: Scope, one: Database, read: set[ListKind]) -> list[Instance]:
        row, listed = one.has_row and ListKind.BACKUPS in read, one.is_listed and ListKind.INSTANCES in read
        if not row and not listed:
            return []
        dates = tuple(at.astimezone(KST) for at in reversed(one.backups)) if row else ()
        return [
            Instance(
                id=InstanceId(scope.account, PRODUCT, scope.region, one.number),
                service_name=one.name,
                backups_at=dates,
                unreadable_dates=("yesterday",) if row and one.bad_date else (),
                backups_read=row or ListKind.BACKUPS in read,
                in_instance_list=listed if ListKind.INSTANCES in read else None,
                status=one.status if listed else None,
                is_backup=one.is_backup if listed else None,
                created_at=LONG_AGO if listed else None,
                backup_time=f"{one.slot:02}:00" if listed and one.slot is not None else None,
            )
        ]

    def _error(self, scope: Scope, kind: ListKind) -> ReadError:
        return ReadError(
            operation=OPERATIONS[kind], kind=self._faults.kind, message="", region=scope.region, account=scope.account,
            product=PRODUCT, list_kind=kind,
        )  # fmt: skip

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """Needed only where a run judges an earlier instant."""
        databases = {one.id: self._world.databases[one.number] for one in instances}
        return Histories({key: tuple(reversed(one.backups)) for key, one in databases.items()})


def counted(instances: list[Instance], window: FreshWindow | None) -> tuple[list[Instance], tuple[FreshGroup, ...]]:
    """*instances* as a source tells them that counts what is plainly fresh: those to judge, and the groups."""
    if window is None:
        return instances, ()
    watched, rest, plain = window.watched(), [], defaultdict(list)
    for one in instances:
        is_plain = one.is_backup is not False and one.status in (None, "running") and not one.unreadable_dates
        if is_plain and one.id not in watched and one.backups_at and window.since <= one.backups_at[0] <= window.until:
            plain[one.id.scope].append(one)
        else:
            rest.append(one)
    groups = [
        FreshGroup(
            scope, len(them), min(one.backups_at[0] for one in them), {one.number: one.service_name for one in them}
        )
        for scope, them in plain.items()
    ]
    return rest, tuple(groups)
