"""Accounts of the emulator as the product watches them: all of a file at once, or one alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from backup_watch.adapters.aws import Aws
from backup_watch.checking.check import run_check
from backup_watch.config.events import Check
from backup_watch.i18n import Words
from backup_watch.model.accounts import Account
from backup_watch.model.report import Report
from backup_watch.runtime.invocation import Invocation
from backup_watch.runtime.loading import load_configuration, open_source
from ncloud import Credentials
from tests.emulator import Description, Emulator, access_key_of, secret_key_of

QUICK = {"connect_timeout": 0.5, "read_timeout": 0.5, "request_timeout": 1.0, "attempts": 2}
"""Time-outs of the client in seconds: a test need not wait as long as a user would."""

AT = datetime.now(UTC).replace(microsecond=0)
"""The instant of every run: what is told of a day, as by the cache's list, is reckoned from it."""


def accounts_file(accounts: Sequence[Description], emulator: Emulator, *, extra: str = "") -> str:
    """The accounts file of *accounts*, whose keys are in parameters; *extra* stands before it."""
    return extra + "".join(
        f'[[account]]\nid = "{one.id}"\napi = "{emulator.url_of(one.site)}"\nregions = {list(one.shown_regions)}\n'
        f'products = {list(one.products)}\nparameter = "/keys/{one.id}"\ngroup = "group-{one.id[-1]}"\n'
        for one in accounts
    )


def keys(accounts: Sequence[Account]) -> dict[str, Credentials]:
    """The keys that the emulator hands out."""
    return {one.id: key_of(one.id) for one in accounts}


def key_of(account_id: str) -> Credentials:
    return Credentials(access_key_of(account_id), secret_key_of(account_id))


def checked_together(text: str, *, given_keys=keys, seconds: float = 20, **settings: str) -> Report:
    """The report of one run of all accounts of the file *text*."""
    return _checked({"ACCOUNTS": text} | settings, keys=given_keys, seconds=seconds)


def checked_alone(one: Description, emulator: Emulator, *, seconds: float = 20, **settings: str) -> Report:
    """The report of a run of the account *one*, set up as the only one."""
    alone = {
        "NCLOUD_ACCESS_KEY_ID": access_key_of(one.id),
        "NCLOUD_SECRET_ACCESS_KEY": secret_key_of(one.id),
        "NCLOUD_API_GW": emulator.url_of(one.site),
        "NCLOUD_REGIONS": ",".join(one.shown_regions),
        "NCLOUD_PRODUCTS": ",".join(one.products),
    }
    return _checked(alone | settings, keys=None, seconds=seconds)


def _checked(environment: dict[str, str], *, keys, seconds: float) -> Report:
    invocation = Invocation(environment, aws=Aws())
    invocation.clock = AT
    loaded = load_configuration(environment, invocation.aws, now=invocation.clock, needs_topic=False)
    source, _ = open_source(loaded, invocation.aws, deadline=time.monotonic() + seconds, keys=keys)
    plan = invocation.plan(Check(notify=False, all=True), loaded, Words("en", "UTC"))
    return run_check(plan, source)
