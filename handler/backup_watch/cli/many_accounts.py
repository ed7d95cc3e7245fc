"""Several accounts for the command: which of the file's are read, and the keys that stand in the user's profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

import ncloud
from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.aws import Aws
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.keys import API_NAME, read_profile
from backup_watch.config.accounts_settings import ACCOUNTS_VARIABLES
from backup_watch.config.settings import ACCESS_KEY_NAMES, SECRET_KEY_NAMES
from backup_watch.model.accounts import Account, KeyStore
from backup_watch.model.policy import glob_matches
from backup_watch.model.report import ReadError
from backup_watch.runtime.opening import Configuration

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


def variables_of_one(
    loaded: Configuration, variables: Mapping[str, str], aws: Aws, home: Path | None, *, deadline: float
) -> tuple[dict[str, str], str]:
    """*variables* as if the one account of *loaded* were the only one, and where its key is kept.

    Raises :class:`CommandFailed` where there are several, or its key is not there.
    """
    if len(loaded.present) != 1:
        raise CommandFailed("the doctor looks at one account: name it with --account ID")
    [account] = loaded.present
    key = keys_of([account], aws, home=home, deadline=deadline)[account.id]
    if isinstance(key, ReadError):
        raise CommandFailed(key.message)
    rest = {name: value for name, value in variables.items() if name not in ACCOUNTS_VARIABLES}
    own = {
        ACCESS_KEY_NAMES[0]: key.access_key_id,
        SECRET_KEY_NAMES[0]: key.secret_access_key,
        API_NAME: account.api_url,
        "NCLOUD_REGIONS": ",".join(account.regions),
        "NCLOUD_PRODUCTS": "all" if account.all_products else ",".join(account.products),
    }
    return rest | own, "" if account.key is None else f"{account.key.store.value} {account.key}"
