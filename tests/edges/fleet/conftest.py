from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from backup_watch.adapters import aws
from backup_watch.adapters.aws import CallLimits
from backup_watch.adapters.run_documents import decode_finished
from backup_watch.i18n import Words
from backup_watch.outputs.report_json import report_document
from tests.emulator import Description, Emulator
from tests.stack.fleet import Execution, FleetStack, running_fleet

FAST = {"seconds": 1, "attempts": 2}
"""How long the machine waits for another attempt at what failed, and how often it tries again."""


@dataclass
class Fleet:
    """A fleet, the accounts that it watches, and what it was told to do."""

    stack: FleetStack
    emulator: Emulator
    now: datetime
    runs: int = 0

    def run(self, event: dict[str, Any] | None = None, name: str | None = None) -> Execution:
        self.runs += 1
        usual = {"trigger": "schedule", "scheduledTime": self.now.isoformat()}
        return self.stack.run(event or usual, name=name or f"run-{self.runs}")

    def alert(self) -> dict[str, Any] | None:
        """The one alert since the last was asked for; None: there is none."""
        alerts = self.stack.alerts()
        assert len(alerts) <= 1
        return alerts[0] if alerts else None

    def report(self) -> dict[str, Any]:
        """The report of the newest finished run."""
        finished = decode_finished(self.stack.read("runs/newest.json"))
        return report_document(finished.report, Words("en", "Asia/Seoul"))


class Trouble:
    """What becomes of invocations: called with each event before the function is, it may raise in its place."""

    def __init__(self) -> None:
        self.rules: list[Any] = []

    def __call__(self, event: dict[str, Any]) -> None:
        for rule in self.rules:
            rule(event)


@contextmanager
def a_fleet(accounts: list[Description], now: datetime, trouble: Any = None, extra: str = "", **settings: str):
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(others=accounts, sites=("public", "gov", "fin")))
        fleet = stack.enter_context(running_fleet(now=now, hasten=FAST, before=trouble, settings=settings))
        fleet.give(accounts, emulator.url_of, extra)
        yield Fleet(fleet, emulator, now)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """moto's first answer takes a while."""
    monkeypatch.setitem(aws.LIMITS, "dynamodb", CallLimits(read_seconds=30))
