"""What the API's lists say of one database from check to check: its history as it can be seen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import cached_property

from msgspec import Struct

from backup_watch.model.instances import Instance, KeptBackup
from tests.builders import an_id
from tests.lab.truth.model import DAY, Fleet, History, Slot

KST = timezone(timedelta(hours=9))
EPOCH = datetime(2026, 1, 1, tzinfo=KST)


class DateMeans(Enum):
    """Which instant ``lastBackupDate`` is: the documentation does not say, and its samples fit both."""

    START = "start"
    END = "end"


def instant(at: int) -> datetime:
    """The simulation's seconds as an aware datetime at +09:00."""
    return EPOCH + timedelta(seconds=at)


class State(Struct, frozen=True):
    """A stretch of checks during which the lists say the same. Not empty."""

    first: int
    last: int
    """Indices into the timeline's checks, both inclusive."""
    newest: int | None
    """The newest backup's date as told. None: there is none."""
    instance: Instance


class Timeline(Struct, frozen=True, dict=True):
    """One database's year as a rule sees it."""

    created_at: int
    checks: tuple[int, ...]
    """The checks at which the list could be read and the database existed, by the cloud's clock."""
    clock: tuple[int, ...]
    """The same instants by our clock: what a rule takes for now."""
    blind_checks: tuple[int, ...]
    """By the cloud's clock."""
    skew: int
    states: tuple[State, ...]
    """In order; together they cover all checks."""
    dates: tuple[tuple[int, int], ...]
    """Of every backup, the instant from which it is seen, and its date as told."""
    rows: tuple[KeptBackup, ...] = ()
    """Every backup, in the order of ``dates``, as the details have it."""
    retention: int = 7 * DAY
    has_details: bool = True

    def kept(self, index: int) -> Sequence[KeptBackup]:
        """The details at a check: what is done and not purged; nothing where they may not be read."""
        at = self.checks[index]
        since, until = bisect_right(self._seen_at, at - self.retention), bisect_right(self._seen_at, at)
        return self.rows[since:until] if self.has_details else ()

    def first_seen(self, index: int) -> Sequence[KeptBackup]:
        """What a memory of the newest dates could hold at a check: up to seven, each done in the middle between the
        check that did not see it yet and the check that did.
        """
        newest = bisect_right(self._seen_at, self.checks[index])
        found = []
        for seen_at, date in self.dates[max(newest - 7, 0) : newest]:
            first = bisect_left(self.checks, seen_at)
            if 0 < first < len(self.checks):
                done_at = max((self.checks[first - 1] + self.checks[first]) // 2, date)
                found.append(KeptBackup(instant(date), instant(done_at)))
        return found

    @cached_property
    def _seen_at(self) -> list[int]:
        return [seen_at for seen_at, _ in self.dates]


def timeline_of(history: History, fleet: Fleet, *, means: DateMeans) -> Timeline:
    """*history* as *fleet*'s checks see it."""
    seen, blind = (
        checks[bisect_left(checks, history.created_at) : bisect_left(checks, history.gone_at)]
        for checks in (fleet.checks, fleet.blind_checks)
    )
    dates = tuple(
        (backup.ended_at, backup.ended_at if means is DateMeans.END else backup.started_at)
        for backup in history.backups
    )
    clock = tuple(check + fleet.skew for check in seen)
    states = tuple(_states(history, seen, dates, fleet.skew))
    rows = tuple(KeptBackup(instant(backup.started_at), instant(backup.ended_at)) for backup in history.backups)
    return Timeline(
        history.created_at, seen, clock, blind, fleet.skew, states, dates, rows, history.retention_days * DAY,
        fleet.has_details,
    )  # fmt: skip


def _states(history: History, checks: tuple[int, ...], dates: tuple[tuple[int, int], ...], skew: int) -> list[State]:
    """A new state begins with all that changes the lists, and when a date ceases to be ahead of our clock."""
    changes = {history.created_at, history.running_at, history.deleting_at}
    changes |= {slot.since for slot in history.slots}
    changes |= {seen_at for seen_at, _ in dates} | {date - skew for seen_at, date in dates if date - skew > seen_at}
    bounds = [bisect_left(checks, at) for at in sorted(changes)]
    states, slot_number, backup_number, newest = [], 0, 0, None
    for first, stop in zip([0, *bounds], [*bounds, len(checks)], strict=True):
        if first == stop:
            continue
        at = checks[first]
        while slot_number + 1 < len(history.slots) and history.slots[slot_number + 1].since <= at:
            slot_number += 1
        while backup_number < len(dates) and dates[backup_number][0] <= at:
            newest = dates[backup_number][1] if newest is None else max(newest, dates[backup_number][1])
            backup_number += 1
        instance = _instance(history, history.slots[slot_number], newest, at)
        states.append(State(first, stop - 1, newest, instance))
    return states


def _instance(history: History, slot: Slot, newest: int | None, at: int) -> Instance:
    status = "creating" if at < history.running_at else "running" if at < history.deleting_at else "deleting"
    minutes = slot.time // 60
    return Instance(
        an_id(str(history.number)),
        f"db-{history.number}",
        () if newest is None else (instant(newest),),
        in_instance_list=True,
        status=status,
        is_backup=True,
        created_at=instant(history.created_at),
        backup_time=f"{minutes // 60:02}:{minutes % 60:02}" if slot.is_told else None,
        retention_days=history.retention_days,
    )
