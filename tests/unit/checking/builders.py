"""Small values to judge, and a source of them: every test says only what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from backup_watch.checking.plan import Plan
from backup_watch.model.instances import Instance, KeptBackup, Scope
from backup_watch.model.policy import Limits, Policy
from backup_watch.model.readings import FreshWindow, Histories, Reading
from backup_watch.model.report import ReadError
from tests.builders import KST, LIMITS, NOW, THRESHOLDS, an_instance, hours, punctual, scopes

TICK = timedelta(microseconds=1)


def ago(length: timedelta, *, now: datetime = NOW) -> datetime:
    """The instant *length* before *now*, in Korea's offset, as the API writes it."""
    return (now - length).astimezone(KST)


def instance(*backups_at: datetime, service_name: str = "test-a", **facts: Any) -> Instance:
    """An instance with backups at these instants, newest first, created long ago, with no slot told."""
    return an_instance(service_name, **({"backups_at": backups_at, "backup_time": None} | facts))


def limits(**given: Any) -> Limits:
    """26 h, 2 h and 2 h, except for what is given."""
    return replace(LIMITS, **given)


def plan(policy: Policy | None = None, *, now: datetime = NOW, **fields: Any) -> Plan:
    """A plan as the defaults make it; the clock stands at *now* unless it is given."""
    given: dict[str, Any] = {
        "scopes": scopes(*fields.pop("regions", ("KR",))), "policy": policy or Policy(THRESHOLDS), "now": now,
        "clock": now, "interval": hours(1), "repeat": hours(24), "zone": KST,
    }  # fmt: skip
    return Plan(**(given | fields))


class FakeSource:
    """Answers with what it was given, and remembers whose details it was asked for."""

    def __init__(
        self,
        *instances: Instance,
        histories: Mapping[str, Sequence[datetime]] | None = None,
        errors: Sequence[ReadError] = (),
        detail_errors: Sequence[ReadError] = (),
        kept: Mapping[str, Sequence[KeptBackup]] | None = None,
    ) -> None:
        self._instances, self._histories = instances, histories or {}
        self._errors, self._detail_errors = tuple(errors), tuple(detail_errors)
        self._kept = kept or {}
        self.asked: list[str] = []

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        return Reading(tuple(one for one in self._instances if one.id.scope in scopes), self._errors)

    def histories(self, instances: Sequence[Instance]) -> Histories:
        self.asked += [one.number for one in instances]
        known = [one for one in instances if one.number in self._histories]
        return Histories(
            {one.id: tuple(self._histories[one.number]) for one in known},
            self._detail_errors,
            {one.id: tuple(self._kept.get(one.number, punctual(one))) for one in instances},
        )
