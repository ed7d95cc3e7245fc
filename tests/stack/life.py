"""What goes on at Ncloud while the local stack is served: nightly backups, and a few things worth watching at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from backup_watch.model.daily_slot import last_slot, parse_slot
from tests.emulator import Account, Database

TAKES: Final = timedelta(minutes=12)
"""From a slot to the end of its backup."""


class Life:
    """Lets time pass for *account*, from *began* on."""

    def __init__(self, account: Account, *, began: datetime) -> None:
        self._account, self._began = account, began
        self._due = list(SCRIPT)

    def pass_to(self, now: datetime) -> Iterator[str]:
        """Let happen what is due by *now*; what a person may want to know of it, in a sentence each."""
        self._back_up_by_night(now)
        while self._due and self._began + self._due[0][0] <= now:
            _, happen, name = self._due.pop(0)
            yield happen(self._account, name, now)

    def _back_up_by_night(self, now: datetime) -> None:
        for database in self._account.databases:
            slot = parse_slot(database.backup_time)
            if database.profile != "healthy" or slot is None or not database.backups:
                continue
            due = last_slot(now - TAKES, slot, zone=database.zone)
            if database.backups[-1].ended_at < due:
                database.add_backup(due + TAKES)


def _back_up(account: Account, name: str, now: datetime) -> str:
    """Somebody solved it: from now on it is backed up by night again."""
    database = account.database(name)
    first = not database.backups
    database.add_backup(now.replace(microsecond=0))
    database.profile = "healthy"
    return f"{name} got {'its first' if first else 'a'} backup"


def _create(account: Account, name: str, now: datetime) -> str:
    made = Database(
        str(1_400_000 + len(account.databases)), name, created_at=now.replace(microsecond=0),
        in_backup_list=False, backup_time=f"{now + timedelta(hours=9):%H:%M}", profile="new",
    )  # fmt: skip
    account.databases = [*account.databases, made]
    return f"{name} was created"


SCRIPT: Final[tuple[tuple[timedelta, Callable[[Account, str, datetime], str], str], ...]] = (
    (timedelta(minutes=1), _back_up, "orders-primary"),
    (timedelta(minutes=2), _create, "returns-v1"),
    (timedelta(minutes=4), _back_up, "catalog-v2"),
    (timedelta(minutes=6), _back_up, "결제-원장"),
    (timedelta(minutes=9), _back_up, "returns-v1"),
)
"""What happens, to which database, how long after the beginning."""
