"""The doctor, where the accounts stand in a file: each account in a line, one of them in full, or all as a whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.aws import Aws
from backup_watch.config.settings import Settings
from backup_watch.diagnostics import probes_accounts
from backup_watch.diagnostics.probes_aws import Probe
from backup_watch.i18n import Words
from backup_watch.model.accounts import MAX_PRESENT, Account, Accounts, scopes_of
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Policy
from backup_watch.model.report import ReadError
from backup_watch.runtime.accounts_file import read_accounts
from backup_watch.runtime.doctor_lists import Lists
from backup_watch.runtime.loading import open_source
from backup_watch.runtime.opening import Configuration, client_of

LONGEST_SECONDS = 60.0
"""What the doctor takes for all accounts where nothing says how long it may."""


class LookedAt(Struct, frozen=True):
    """What the doctor says of the accounts file, and the accounts that it is asked about."""

    probes: list[Probe]
    ids: tuple[str, ...] = ()
    """Empty: the file is of no use."""


def look_at_accounts(
    words: Words, settings: Settings, aws: Aws, *, now: datetime, deadline: float | None, only: str | None
) -> LookedAt:
    """The accounts file, and the accounts that the glob *only* matches. Raises nothing.

    Of more than one invocation can read, only what concerns all of them is looked at, and that is said.
    """
    place = settings.accounts_place
    is_fleet = place is not None and place.bucket is not None
    read = read_accounts(settings, aws, now=now, most_at_once=not is_fleet, only=only)
    if read.errors:
        return LookedAt([probes_accounts.file_unread(words, error) for error in read.errors])
    if read.problems or read.accounts is None:
        return LookedAt(probes_accounts.file_refused(words, read.problems))
    accounts = read.accounts
    present = accounts.present(now=now)
    ends = time.monotonic() + LONGEST_SECONDS if deadline is None else deadline
    probes = [probes_accounts.file_probe(words, accounts, now=now)]
    if len(present) > MAX_PRESENT:
        keys = read_keys(present, aws, deadline=ends)
        probes += [probes_accounts.keys_probe(words, keys), probes_accounts.not_looked_at(words, len(present))]
    elif only is not None and len(accounts.all) == 1 and present:
        probes += _in_full(words, present[0], settings, aws, deadline=ends)
    else:
        probes += _each(words, accounts, present, settings, aws, now=now, deadline=ends)
        paused = [(one.id, one.pause) for one in accounts.all if one.pause is not None and one.is_paused(now=now)]
        probes += [probes_accounts.paused_probe(words, *one) for one in paused[:MAX_PRESENT]]
    return LookedAt(probes, accounts.ids)


def _in_full(words: Words, account: Account, settings: Settings, aws: Aws, *, deadline: float) -> list[Probe]:
    """All that is said of the one account of an installation without a file."""
    key = read_keys([account], aws, deadline=deadline)[account.id]
    if isinstance(key, ReadError):
        return [probes_accounts.account_probe(words, account, 0, [key])]
    its_own = replace(
        settings,
        api_url=account.api_url,
        regions=account.regions,
        products=account.products,
        all_products=account.all_products,
    )
    with client_of(account, key, settings) as client:
        return Lists(client, its_own, deadline).probes(words)


def _each(
    words: Words,
    accounts: Accounts,
    present: Sequence[Account],
    settings: Settings,
    aws: Aws,
    *,
    now: datetime,
    deadline: float,
) -> list[Probe]:
    """One line for each account, and of each product of each account the details of one instance."""
    if not present:
        return []
    loaded = Configuration(settings, Policy(thresholds=settings.thresholds), accounts, now)
    source, _ = open_source(loaded, aws, deadline=deadline)
    reading = source.read(scopes_of(present))
    first: dict[tuple[str, str], Instance] = {}
    counts = dict.fromkeys((account.id for account in present), 0)
    for instance in reading.instances:
        counts[instance.account] += 1
        first.setdefault((instance.account, instance.product), instance)
    errors: dict[str | None, list[ReadError]] = {}
    for error in (*reading.errors, *source.histories(list(first.values())).errors):
        errors.setdefault(error.account, []).append(error)
    return [
        probes_accounts.account_probe(words, account, counts[account.id], errors.get(account.id, []))
        for account in present
    ]
