"""The doctor's probes of an accounts file and of its accounts. Found facts in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from backup_watch.config.problems import Problem
from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words, errors
from backup_watch.model.accounts import Account, Accounts
from backup_watch.model.messages import NN_
from backup_watch.model.plain_text import shown
from backup_watch.model.report import ReadError

MAX_TOLD = 5
FILE = "accounts file"
ACCOUNTS = NN_("{count} account, {paused} of them paused", "{count} accounts, {paused} of them paused")
READ = NN_("{count} database in {regions}", "{count} databases in {regions}")


def file_unread(words: Words, error: ReadError) -> Probe:
    """The accounts file that could not be read."""
    return Probe(FILE, Status.FAILED, error.message, errors.error_advice(words, error))


def file_refused(words: Words, problems: Sequence[Problem]) -> list[Probe]:
    """What is wrong with the accounts file."""
    advice = words.text("Correct it in the accounts file; until then nothing is checked.")
    return [Probe(FILE, Status.FAILED, str(problem), advice) for problem in problems]


def file_probe(words: Words, accounts: Accounts, *, now: datetime) -> Probe:
    """An accounts file that is right."""
    paused = len(accounts.all) - len(accounts.present(now=now))
    return Probe(FILE, Status.OK, words.counted(*ACCOUNTS, len(accounts.all), paused=paused))


def account_probe(words: Words, account: Account, instances: int, failed: Sequence[ReadError]) -> Probe:
    """One account: how many databases are read, or what its key may not do, or why it is not read."""
    name = f"account {account.id}"
    if failed:
        told = "; ".join(shown(str(replace(error, account=None))) for error in failed[:MAX_TOLD])
        if len(failed) > MAX_TOLD:
            told = words.text("{told}; and {count} more", told=told, count=len(failed) - MAX_TOLD)
        return Probe(name, Status.FAILED, told, errors.error_advice(words, failed[0]))
    detail = words.counted(*READ, instances, regions=errors.places(account.regions))
    if instances or account.may_be_empty:
        return Probe(name, Status.OK, detail)
    advice = words.text("Check its regions, products and key; if it may be empty, say may_be_empty = true.")
    return Probe(name, Status.WARNING, detail, advice)
