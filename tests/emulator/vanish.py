"""Making things vanish that were there, and bringing them back: backups, rows, instances, whole lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Final

from tests.emulator.account import ONE_BACKUP, Account, Database


@dataclass(frozen=True)
class Scope:
    """What is to vanish: None means any."""

    database: str | None = None
    """Service name or number; the ways that concern one database need it."""
    product: str | None = None
    region: str | None = None
    which: str = "both"
    """Of emptied and halved lists, which: backups, instances or both."""

    def databases(self, account: Account) -> list[Database]:
        """KeyError: *database* names none."""
        if self.database is not None:
            return [account.database(self.database, product=self.product)]
        return [
            database
            for database in account.databases
            if self.product in (None, database.product) and self.region in (None, database.region)
        ]


@dataclass
class Kept:
    """An account as it was before the first vanishing, so that it can be brought back."""

    databases: list[tuple[Database, dict[str, object]]] = field(default_factory=list)
    deleted: set[tuple[str, str]] = field(default_factory=set)


def remember(account: Account) -> Kept:
    """The databases themselves stay the same objects: a test may hold them."""
    return Kept([(database, copy(vars(database))) for database in account.databases], set(account.deleted))


def bring_back(account: Account, kept: Kept) -> None:
    for database, fields in kept.databases:
        vars(database).update(fields)
    account.databases = [database for database, _ in kept.databases]
    account.deleted = set(kept.deleted)


def _newest_backup(account: Account, scope: Scope) -> None:
    for database in scope.databases(account):
        if database.backups:
            newest = max(backup.started_at for backup in database.backups)
            is_in_parts = bool(database.backups[-1].part)
            database.backups = (
                [backup for backup in database.backups if newest - backup.started_at >= ONE_BACKUP]
                if is_in_parts
                else database.backups[:-1]
            )


def _all_backups(account: Account, scope: Scope) -> None:
    for database in scope.databases(account):
        database.backups = []


def _row(account: Account, scope: Scope) -> None:
    for database in scope.databases(account):
        database.in_backup_list = False


def _instance(account: Account, scope: Scope) -> None:
    gone = scope.databases(account)
    account.deleted |= {(database.product, database.instance_no) for database in gone}
    account.databases = [database for database in account.databases if all(database is not other for other in gone)]


def _hide(databases: list[Database], which: str) -> None:
    if which not in ("backups", "instances", "both"):
        raise ValueError(f"list must be backups, instances or both, not {which!r}")
    for database in databases:
        if which != "instances":
            database.in_backup_list = False
        if which != "backups":
            database.in_instance_list = False


def _list(account: Account, scope: Scope) -> None:
    _hide(scope.databases(account), scope.which)


def _half(account: Account, scope: Scope) -> None:
    databases = scope.databases(account)
    _hide(databases[: len(databases) // 2 + 1], scope.which)


WAYS: Final[Mapping[str, tuple[str, Callable[[Account, Scope], None]]]] = {
    "newest-backup": ("the newest backup, all its parts, is deleted", _newest_backup),
    "all-backups": ("every kept backup is deleted", _all_backups),
    "row": ("the backup list's row is gone, and the instance is still there", _row),
    "instance": ("the instance is gone from both lists, and its details are refused", _instance),
    "list": ("the list is empty, totalRows 0", _list),
    "half-list": ("the list has lost just over half of its rows", _half),
}
"""Way: (what happens, how). All act on what the scope names, on everything where it names nothing."""


def vanish(account: Account, way: str, scope: Scope) -> None:
    """ValueError: no such way; KeyError: no such database."""
    if way not in WAYS:
        raise ValueError(f"no such way to vanish: {way}; there are {', '.join(WAYS)}")
    WAYS[way][1](account, scope)
