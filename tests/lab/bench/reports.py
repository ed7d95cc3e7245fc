"""Large reports, judged by the real judgement."""

from __future__ import annotations

from datetime import timedelta

from backup_watch.model.report import Report
from tests.builders import a_report, fresh, stale


def broken_report(violations: int) -> Report:
    """Nothing but STALE databases, each with a name of its own."""
    return a_report(*(_stale(number) for number in range(violations)))


def mixed_report(instances: int) -> Report:
    """Every fiftieth database is STALE."""
    rest = [fresh(f"orders-db-{number:05d}", number=str(number)) for number in range(instances) if number % 50]
    return a_report(*(_stale(number) for number in range(0, instances, 50)), others=rest)


def _stale(number: int):
    age = timedelta(hours=30, minutes=number)
    return stale(f"orders-db-{number:05d}", number=str(number), age=age)
