"""Several accounts for the command: which of the file's are read, and the keys that stand in the user's profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

import ncloud
from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.aws import Aws
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.keys import read_profile
from backup_watch.model.accounts import Account, KeyStore
from backup_watch.model.policy import glob_matches
from backup_watch.model.report import ReadError
from backup_watch.runtime.loading import Configuration

Key = ncloud.Credentials | ReadError


def narrowed(loaded: Configuration, patterns: Sequence[str]) -> Configuration:
    """*loaded* with the accounts whose id one of *patterns* (globs) matches.

    Raises :class:`CommandFailed` where one matches none.
    """
    accounts = loaded.accounts.all
    for pattern in patterns:
        if not any(glob_matches(pattern, account.id) for account in accounts):
            ids = ", ".join(account.id for account in accounts[:10]) + (", …" if len(accounts) > 10 else "")
            raise CommandFailed(f"--account {pattern!r} matches none of the accounts: {ids}")
    chosen = tuple(one for one in accounts if any(glob_matches(pattern, one.id) for pattern in patterns))
    return replace(loaded, accounts=replace(loaded.accounts, all=chosen))


def keys_of(accounts: Sequence[Account], aws: Aws, *, home: Path | None, deadline: float) -> Mapping[str, Key]:
    """The key of each of *accounts*, or why it has none; AWS is asked only where something is kept there."""
    elsewhere = [one for one in accounts if one.key is None or one.key.store is not KeyStore.PROFILE]
    keys: dict[str, Key] = dict(read_keys(elsewhere, aws, deadline=deadline)) if elsewhere else {}
    for account in accounts:
        if account.id not in keys and account.key is not None:
            keys[account.id] = _from_profile(account, account.key.name, home)
    return {account.id: keys[account.id] for account in accounts}


def _from_profile(account: Account, name: str, home: Path | None) -> Key:
    try:
        profile = read_profile(home, name)
        return ncloud.Credentials(profile.access_key_id or "", profile.secret_access_key or "")
    except (CommandFailed, ncloud.SettingsProblem) as error:
        return ReadError("configure", "SecretUnreadable", str(error), account=account.id)
