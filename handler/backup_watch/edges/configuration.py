"""Settings, policy and credentials, from the environment and from AWS: what a check needs before it can begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

import ncloud
from backup_watch.edges.aws import Aws, PolicyUnreadable, SecretUnreadable
from backup_watch.edges.ncloud_source import NcloudSource
from backup_watch.fresh_span import FreshSpan
from backup_watch.instances import Instance
from backup_watch.policy import Policy
from backup_watch.policy_file import parse_policy
from backup_watch.problems import SettingsError
from backup_watch.readings import Histories, Reading, Source
from backup_watch.report import ReadError
from backup_watch.settings import Settings, parse_settings


class Configuration(Struct, frozen=True):
    """Valid settings with their policy; or, in ``errors``, why the policy could not be read."""

    settings: Settings
    policy: Policy
    errors: tuple[ReadError, ...] = ()


class BlindSource:
    """Stands for the lists where they cannot even be asked for: reads nothing, and says why."""

    def __init__(self, errors: Sequence[ReadError]) -> None:
        self._errors = tuple(errors)

    def read(self, regions: Sequence[str], span: FreshSpan | None = None) -> Reading:  # noqa: ARG002  a source's shape
        """Nothing, and why."""
        return Reading((), self._errors)

    def histories(self, instances: Sequence[Instance]) -> Histories:  # noqa: ARG002  the same
        """Nothing."""
        return Histories({})


def load_configuration(environment: Mapping[str, str], aws: Aws, *, now: datetime, needs_topic: bool) -> Configuration:
    """Read the settings and, where a parameter holds it, the policy.

    Raises ``SettingsError`` if either is wrong. A parameter that cannot be read is no such error: it is in
    ``errors``, so that it can be told to people.
    """
    settings = parse_settings(environment, now=now, needs_topic=needs_topic)
    if settings.policy is not None:
        return Configuration(settings, settings.policy)
    name = settings.policy_parameter or ""
    try:
        text = aws.parameter(name)
    except PolicyUnreadable as error:
        unread = ReadError("GetParameter", "PolicyUnreadable", str(error))
        return Configuration(settings, Policy(thresholds=settings.thresholds), (unread,))
    policy, problems = parse_policy(text, settings.thresholds, now=now, source=f"POLICY_PARAMETER {name}")
    if problems:
        raise SettingsError(problems)
    return Configuration(settings, policy)


def open_source(loaded: Configuration, aws: Aws, *, deadline: float) -> tuple[Source, ncloud.Client | None]:
    """The source to read from up to *deadline* (monotonic seconds), and its client.

    Without a policy nothing may be judged, and without a key nothing can be read: a :class:`BlindSource` then.
    """
    if loaded.errors:
        return BlindSource(loaded.errors), None
    try:
        client = open_client(loaded.settings, aws)
    except SecretUnreadable as error:
        return BlindSource([ReadError("GetSecretValue", "SecretUnreadable", str(error))]), None
    source = NcloudSource(
        client,
        with_instances=loaded.settings.check_instances,
        deadline=deadline,
        expected=loaded.policy.roll_call.instances,
    )
    return source, client


def open_client(settings: Settings, aws: Aws) -> ncloud.Client:
    """A client with the key that the settings name. Raises ``SecretUnreadable``."""
    return ncloud.Client(
        _credentials(settings, aws),
        base_url=settings.api_url,
        page_size=settings.page_size,
        max_concurrency=settings.max_concurrency,
    )


def _credentials(settings: Settings, aws: Aws) -> ncloud.Credentials:
    if settings.key_pair is not None:
        return ncloud.Credentials(settings.key_pair.access_key_id, settings.key_pair.secret_access_key)
    return aws.credentials(settings.credentials_secret or "")
