"""The doctor's probes of an accounts file and of its accounts. Found facts in, words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from backup_watch.config.problems import Problem
from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words, errors
from backup_watch.model.accounts import Account, Accounts, Pause
from backup_watch.model.messages import N_, NN_
from backup_watch.model.plain_text import shown
from backup_watch.model.report import ReadError

MAX_TOLD = 5
FILE = "accounts file"
ACCOUNTS = NN_("{count} account, {paused} of them paused", "{count} accounts, {paused} of them paused")
KEYS = NN_("the key of {count} account was read", "the keys of {count} accounts were read")
KEYS_UNREAD = NN_("{told}; {count} could not be: {why}", "{told}; {count} could not be: {why}")
KEYS_LEFT = NN_("{told}; for {count} there was no time", "{told}; for {count} there was no time")
NOT_LOOKED_AT = NN_(
    "{count} account was not looked at: no list of it was read",
    "{count} accounts were not looked at: no list of any of them was read",
)
NO_TIME = "DeadlineExceeded"
BY_NAME = N_('Look at one or some of them by their ids: {{"action": "doctor", "account": "acme-*"}}.')
READ = NN_("{count} database in {regions}", "{count} databases in {regions}")


def file_unread(words: Words, error: ReadError) -> Probe:
    """The accounts file that could not be read."""
    return Probe(FILE, Status.FAILED, error.message, errors.error_advice(words, error))


def file_refused(words: Words, problems: Sequence[Problem]) -> list[Probe]:
    """What is wrong with the accounts file."""
    if all(problem.field == "account" for problem in problems):  # what was asked for, not the file
        return [Probe("account", Status.FAILED, str(problem)) for problem in problems]
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


def paused_probe(words: Words, account: str, pause: Pause) -> Probe:
    """An account that is paused, and so is not looked at."""
    told = words.text(
        "paused until {until}, and not looked at ({reason}); ask {owner}",
        until=words.instant(pause.until),
        reason=shown(pause.reason),
        owner=shown(pause.owner),
    )
    return Probe(f"account {account}", Status.SKIPPED, told)


def keys_probe(words: Words, keys: Mapping[str, object]) -> Probe:
    """Whether the key of each account can be read; *keys* has it, or why there is none, by id."""
    unread = [error for error in keys.values() if isinstance(error, ReadError)]
    failed = [error for error in unread if not error.message.endswith(NO_TIME)]
    late = len(unread) - len(failed)
    told = words.counted(*KEYS, len(keys) - len(unread))
    if late:
        told = words.counted(*KEYS_LEFT, late, told=told)
    if not failed:
        return Probe("keys", Status.WARNING if late else Status.OK, told, words.text(BY_NAME) if late else None)
    why = "; ".join(f"{error.account}: {shown(error.message)}" for error in failed[:MAX_TOLD])
    if len(failed) > MAX_TOLD:
        why = words.text("{told}; and {count} more", told=why, count=len(failed) - MAX_TOLD)
    told = words.counted(*KEYS_UNREAD, len(failed), told=told, why=why)
    return Probe("keys", Status.FAILED, told, errors.error_advice(words, failed[0]))


def not_looked_at(words: Words, count: int) -> Probe:
    """That so many accounts are more than can be looked at here."""
    return Probe("accounts", Status.SKIPPED, words.counted(*NOT_LOOKED_AT, count), words.text(BY_NAME))
