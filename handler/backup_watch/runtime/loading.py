"""Settings, policy and credentials, from the environment and from AWS: what a check needs before it can begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

import ncloud
from backup_watch.adapters.aws import Aws, PolicyUnreadable, SecretUnreadable
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem, SettingsError
from backup_watch.config.settings import Settings, read_settings
from backup_watch.model.instances import Instance, Scope
from backup_watch.model.policy import Policy
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source
from backup_watch.model.report import ReadError

ACCOUNT = "default"
"""The only account there is, until more than one can be set."""


def scopes_of(settings: Settings) -> tuple[Scope, ...]:
    """What a check by *settings* reads."""
    return tuple(Scope(ACCOUNT, product, region) for product in settings.products for region in settings.regions)


class Configuration(Struct, frozen=True):
    """Valid settings with their policy; or, in ``errors``, why the policy could not be read."""

    settings: Settings
    policy: Policy
    errors: tuple[ReadError, ...] = ()


class UnavailableSource:
    """The source where the lists cannot even be requested: reads nothing, and says why."""

    def __init__(self, errors: Sequence[ReadError]) -> None:
        self._errors = tuple(errors)

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:  # noqa: ARG002  the protocol
        """Nothing, and why."""
        return Reading((), self._errors)

    def histories(self, instances: Sequence[Instance]) -> Histories:  # noqa: ARG002  the same
        """Nothing, and why."""
        return Histories({}, self._errors)


def load_configuration(environment: Mapping[str, str], aws: Aws, *, now: datetime, needs_topic: bool) -> Configuration:
    """Read the settings and, where a parameter holds it, the policy.

    Raises ``SettingsError`` with all that is wrong in either. A parameter that cannot be read is no such error: it is
    in ``errors``, so that it can be told to people.
    """
    settings, problems = read_settings(environment, now=now, needs_topic=needs_topic)
    if any(problem.field == "POLICY_PARAMETER" for problem in problems):
        raise SettingsError(problems)  # there is no name to ask for
    unread: tuple[ReadError, ...] = ()
    try:
        policy, wrong = read_policy(settings, aws, now=now)
        problems += wrong
    except PolicyUnreadable as error:
        policy = Policy(thresholds=settings.thresholds)
        unread = (ReadError("GetParameter", "PolicyUnreadable", str(error)),)
    if problems:
        raise SettingsError(problems)
    return Configuration(settings, policy, unread)


def read_policy(settings: Settings, aws: Aws, *, now: datetime) -> tuple[Policy, list[Problem]]:
    """The policy, out of its parameter unless it stands in *settings*, and what is wrong with that parameter's text.

    Raises ``PolicyUnreadable``.
    """
    if settings.policy is not None:
        return settings.policy, []
    name = settings.policy_parameter or ""
    return parse_policy(aws.parameter(name), settings.thresholds, now=now, source=f"POLICY_PARAMETER {name}")


OnPage = Callable[[ncloud.ListRequest, int, int], None]
"""Told of each page read: its list, how many of the list's pages are read, and how many there are to be."""


def open_source(
    loaded: Configuration, aws: Aws, *, deadline: float, on_page: OnPage | None = None
) -> tuple[Source, ncloud.Client | None]:
    """The source to read from up to *deadline* (monotonic seconds), and its client.

    Without a policy nothing may be judged, and without a key nothing can be read: a :class:`UnavailableSource` then.
    """
    if loaded.errors:
        return UnavailableSource(loaded.errors), None
    try:
        client = open_client(loaded.settings, aws, on_page=on_page)
    except SecretUnreadable as error:
        return UnavailableSource([ReadError("GetSecretValue", "SecretUnreadable", str(error), account=ACCOUNT)]), None
    settings = loaded.settings
    source = NcloudSource(
        client,
        with_instances=settings.check_instances,
        deadline=deadline,
        may_lack_products=settings.all_products,
    )
    return source, client


def open_client(settings: Settings, aws: Aws, *, on_page: OnPage | None = None) -> ncloud.Client:
    """A client with the key that the settings name. Raises ``SecretUnreadable``."""
    return ncloud.Client(
        _credentials(settings, aws),
        base_url=settings.api_url,
        page_size=settings.page_size,
        max_concurrency=settings.max_concurrency,
        on_page=on_page,
    )


def _credentials(settings: Settings, aws: Aws) -> ncloud.Credentials:
    if settings.key_pair is not None:
        return ncloud.Credentials(settings.key_pair.access_key_id, settings.key_pair.secret_access_key)
    return aws.credentials(settings.credentials_secret or "")
