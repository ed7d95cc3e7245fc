"""The simulated world's numbers, each with its source, and what happens to one database in it.

Instants are whole seconds since 2026-01-01T00:00+09:00. Checks begin at 0; databases may be older.
"""

from __future__ import annotations

from msgspec import Struct

MINUTE = 60
HOUR = 3600
DAY = 86400


class Model(Struct, frozen=True):
    """Rates are per database-year. "Documented" means NAVER Cloud's user guide on Cloud DB for PostgreSQL backups."""

    days: int = 365
    databases: int = 500
    fleets: int = 10
    """Accounts: the databases of one share its hour of checking, its clock and its outages of the API."""

    latest_start: int = 15 * MINUTE
    """Documented: a backup starts within 15 minutes of its time, automatic (00:00) or user-defined."""
    first_backup_within: int = 30 * MINUTE
    """Documented: the first backup is made within 30 minutes of the database's creation."""

    server_changes: float = 2.0
    """Assumed. Documented is only that the scheduler then delays the next backup on purpose."""
    change_delay_median: int = 30 * MINUTE
    """Assumed: minutes to hours, log-normal."""
    change_delay_sigma: float = 1.1
    longest_change_delay: int = 6 * HOUR
    """Assumed."""

    duration_median: int = 6 * MINUTE
    """Assumed: minutes to hours, log-normal over databases; 1 in 26 takes more than an hour, 1 in 100 more than two."""
    duration_sigma: float = 1.3
    shortest_duration: int = 20
    longest_typical_duration: int = 4 * HOUR
    duration_noise: float = 0.15
    """Assumed: sigma of the day-to-day factor, log-normal, at most three sigma."""
    largest_growth: float = 0.5
    """Assumed: how much longer a backup takes after a year; uniform from none."""

    automatic: float = 0.3
    """Assumed: share of databases backed up at the automatic time."""
    automatic_told: float = 0.5
    """Assumed: share of these whose ``backupTime`` the list tells. The documentation does not say whether it does."""
    by_night: float = 0.8
    """Assumed: share of user-defined times between 00:00 and 06:45; the others are spread over the day."""
    slot_step: int = 15 * MINUTE
    slot_changes: float = 0.5
    """Assumed: by the operator, between 09:00 and 19:00."""

    weekly_long: float = 1.0
    """Assumed: how many times as long the backup of one day of the week takes; 1: all days are alike."""
    retention_days: tuple[int, ...] = (7,)
    """Assumed: for how long backups are kept; each as likely."""
    details_refused: float = 0.0
    """Assumed: share of fleets whose key may not read details."""

    outages: float = 0.5
    """Assumed. Only the precision of the figures depends on it."""
    single_skips: float = 0.5
    """Assumed: share of outages that are one skipped backup; four fifths of the others last 2 to 7 slots."""
    mended_by_hand: float = 0.25
    """Assumed: share of outages that end with a backup between two slots."""
    born: float = 0.1
    """Assumed: share of databases that are created within the year."""
    first_backup_fails: float = 0.05
    removed: float = 0.1
    """Assumed: share of databases that are deleted within the year."""
    longest_deletion: int = 3 * HOUR

    api_outages: float = 6.0
    """Assumed, for each fleet and year; 10 minutes to 6 hours."""
    largest_skew: int = 6 * MINUTE
    """Assumed: between our clock and the cloud's, uniform either way. The API itself refuses more than five."""


SECOND_WORLD = Model(
    duration_noise=0.3,
    weekly_long=2.0,
    slot_changes=52.0,
    retention_days=(1, 2, 7),
    details_refused=0.1,
)
"""Other assumptions, under which the setting was not chosen."""


class Backup(Struct, frozen=True):
    """A backup that was good."""

    started_at: int
    ended_at: int
    """From this instant on it is in the list."""


class Missed(Struct, frozen=True):
    """A slot whose backup did not happen."""

    at: int
    healthy_until: int
    """A healthy backup of this slot would have been seen by this instant."""


class Slot(Struct, frozen=True):
    """A daily backup time, in force from an instant on."""

    since: int
    time: int
    """Seconds after midnight at +09:00."""
    is_told: bool
    """Whether the list tells it."""


class History(Struct, frozen=True):
    """What really happened to one database."""

    number: int
    created_at: int
    running_at: int
    deleting_at: int
    """After the year's end if never."""
    gone_at: int
    """No list has it from this instant on."""
    slots: tuple[Slot, ...]
    backups: tuple[Backup, ...]
    """In order of their end."""
    missed: tuple[Missed, ...]
    """In order."""
    retention_days: int = 7


class Fleet(Struct, frozen=True):
    """What the databases of one account share."""

    checks: tuple[int, ...]
    """When the list was read: hourly, in order; by the cloud's clock, as all that happens."""
    blind_checks: tuple[int, ...]
    """When it could not be."""
    skew: int
    """Seconds that our clock is ahead of the cloud's."""
    has_details: bool = True
    """Whether the kept backups may be read."""
