"""Ncloud accounts for the built function to look at."""

from datetime import datetime, timedelta

from tests.emulator import Account, Backup, Database


def broken_databases(*, now: datetime) -> Account:
    """One fresh database, one stale since ten minutes ago, one switched off, one never backed up."""
    fresh = Database("101", "payments", [Backup.at(now - timedelta(hours=3))])
    stale = Database("102", "orders", [Backup.at(now - timedelta(hours=30, minutes=10))])
    disabled = Database("103", "sessions", [Backup.at(now - timedelta(hours=5))], is_backup=False)
    never = Database("104", "audit")
    for database in (fresh, stale, disabled, never):
        database.backup_time = f"{now.astimezone(database.zone) - timedelta(hours=4):%H}:00"
    return Account([fresh, stale, disabled, never])
