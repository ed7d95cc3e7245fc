"""Settings, policy and credentials, from the environment and from AWS: what a check needs before it can begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import ncloud
from backup_watch.adapters.aws import Aws, PolicyUnreadable, SecretUnreadable
from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem, SettingsError
from backup_watch.config.settings import Settings, read_settings
from backup_watch.model.accounts import DEFAULT_ACCOUNT, Accounts
from backup_watch.model.policy import Policy, glob_matches
from backup_watch.model.readings import Source
from backup_watch.model.report import ReadError
from backup_watch.runtime.opening import (
    Configuration,
    Keys,
    OnPage,
    UnavailableSource,
    account_of,
    client_of,
    source_of,
)


def load_configuration(
    environment: Mapping[str, str],
    aws: Aws,
    *,
    now: datetime,
    needs_topic: bool,
    profiles: bool = False,
    only: str | None = None,
    most_at_once: bool = True,
) -> Configuration:
    """Read the settings and, where they are kept apart, the policy and the accounts.

    Raises ``SettingsError`` with all that is wrong in any of them. A parameter that cannot be read is no such error: it
    is in ``errors``, so that it can be told to people. *profiles*: see ``parse_accounts``. *only*: a glob
    of the accounts that it is about. *most_at_once*: see ``read_accounts``.
    """
    settings, problems = read_settings(environment, now=now, needs_topic=needs_topic, profiles=profiles)
    if any(problem.field in PLACES for problem in problems):
        raise SettingsError(problems)  # there is no name to ask for
    unread: tuple[ReadError, ...] = ()
    try:
        policy, wrong = read_policy(settings, aws, now=now)
        problems += wrong
    except PolicyUnreadable as error:
        policy = Policy(thresholds=settings.thresholds)
        unread = (ReadError("GetParameter", "PolicyUnreadable", str(error)),)
    accounts = Accounts((account_of(settings),))
    if settings.has_accounts_file:
        from backup_watch.runtime.accounts_file import read_accounts  # most installations have one account

        read = read_accounts(settings, aws, now=now, only=only, most_at_once=most_at_once)
        accounts, problems, unread = read.accounts or accounts, [*problems, *read.problems], (*unread, *read.errors)
    elif only is not None and not glob_matches(only, DEFAULT_ACCOUNT):
        problems.append(Problem("account", only, f"there is one account, {DEFAULT_ACCOUNT}"))
    if problems:
        raise SettingsError(problems)
    return Configuration(settings, policy, accounts, now, unread)


PLACES = ("POLICY_PARAMETER", "ACCOUNTS_PARAMETER", "ACCOUNTS_OBJECT", "RUNS_BUCKET")
"""Variables that say where something else is to be read."""


def read_policy(settings: Settings, aws: Aws, *, now: datetime) -> tuple[Policy, list[Problem]]:
    """The policy, out of its parameter unless it stands in *settings*, and what is wrong with that parameter's text.

    Raises ``PolicyUnreadable``.
    """
    if settings.policy is not None:
        return settings.policy, []
    name = settings.policy_parameter or ""
    return parse_policy(aws.parameter(name), settings.thresholds, now=now, source=f"POLICY_PARAMETER {name}")


def open_source(
    loaded: Configuration, aws: Aws, *, deadline: float, on_page: OnPage | None = None, keys: Keys | None = None
) -> tuple[Source, tuple[ncloud.Client, ...]]:
    """The source to read from up to *deadline* (monotonic seconds), and its clients.

    *keys* gives the keys of the accounts of a file; without it they are read from AWS. Without a policy nothing may be
    judged, and without a key nothing can be read: a :class:`UnavailableSource` then.
    """
    if loaded.errors:
        return UnavailableSource(loaded.errors), ()
    if loaded.accounts.from_file:
        from backup_watch.runtime.accounts_file import open_accounts  # most installations have one account

        return open_accounts(loaded, aws, deadline=deadline, on_page=on_page, keys=keys)
    account = loaded.accounts.all[0]
    try:
        client = open_client(loaded.settings, aws, on_page=on_page)
    except SecretUnreadable as error:
        unread = ReadError("GetSecretValue", "SecretUnreadable", str(error), account=account.id)
        return UnavailableSource([unread]), ()
    return source_of(account, client, loaded.settings, deadline=deadline), (client,)


def open_client(settings: Settings, aws: Aws, *, on_page: OnPage | None = None) -> ncloud.Client:
    """A client with the key that the settings name. Raises ``SecretUnreadable``."""
    return client_of(account_of(settings), _credentials(settings, aws), settings, on_page=on_page)


def _credentials(settings: Settings, aws: Aws) -> ncloud.Credentials:
    if settings.key_pair is not None:
        return ncloud.Credentials(settings.key_pair.access_key_id, settings.key_pair.secret_access_key)
    return aws.credentials(settings.credentials_secret or "")
