"""The function's settings: one value, read from the environment's variables, or one error naming every wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.config.fields import KeyPair, Variables
from backup_watch.config.problems import Problem, SettingsError
from backup_watch.model.policy import Policy, Thresholds

LANGUAGES = ("en", "ko")
CHAT_FORMATS = ("none", "amazon-q")


class Settings(Struct, frozen=True):
    """Everything that can be set, valid."""

    topic_arn: str | None
    credentials_secret: str | None
    """Name or ARN of the secret; wins over ``key_pair``."""
    key_pair: KeyPair | None
    api_url: str
    regions: tuple[str, ...]
    check_interval: timedelta
    repeat_interval: timedelta
    """Zero: never told again."""
    thresholds: Thresholds
    policy: Policy | None
    """None: it stands in ``policy_parameter`` and is yet to be read."""
    policy_parameter: str | None
    check_instances: bool
    page_size: int
    max_concurrency: int
    max_detail_calls: int
    display_timezone: str
    language: str
    chat_format: str
    http_token_secret: str | None
    report_cache: timedelta
    heartbeat_url: str | None
    """A secret of its own: whoever has it can fake a heartbeat."""

    def __repr__(self) -> str:
        return "Settings(...)"


def parse_settings(environment: Mapping[str, str], *, now: datetime, needs_topic: bool) -> Settings:
    """Read *environment*; a variable that is blank counts as absent.

    *needs_topic* says whether this invocation is to publish. Raises :class:`SettingsError` with every wrong field.
    """
    settings, problems = read_settings(environment, now=now, needs_topic=needs_topic)
    if problems:
        raise SettingsError(problems)
    return settings


def read_settings(
    environment: Mapping[str, str], *, now: datetime, needs_topic: bool
) -> tuple[Settings, list[Problem]]:
    """Read *environment* as :func:`parse_settings` does; with any problem the settings returned are not to be used."""
    read = Variables(environment)
    thresholds = Thresholds(
        max_age=read.duration("MAX_BACKUP_AGE", "26h"),
        grace=read.duration("BACKUP_GRACE", "2h"),
        new_instance_grace=read.duration("NEW_INSTANCE_GRACE", "2h"),
    )
    settings = Settings(
        topic_arn=read.topic(required=needs_topic),
        credentials_secret=read.secret("NCLOUD_CREDENTIALS_SECRET"),
        key_pair=read.key_pair(),
        api_url=read.url("NCLOUD_API_GW", "https://ncloud.apigw.ntruss.com"),
        regions=read.regions(),
        check_interval=read.duration("CHECK_INTERVAL", "1h"),
        repeat_interval=read.duration("REPEAT_INTERVAL", "24h", zero=True),
        thresholds=thresholds,
        policy=read.policy(thresholds, now=now),
        policy_parameter=read.parameter("POLICY_PARAMETER"),
        check_instances=read.flag("CHECK_INSTANCES", default=True),
        page_size=read.number("PAGE_SIZE", 1000, least=1, most=1000),
        max_concurrency=read.number("MAX_CONCURRENCY", 4, least=1, most=64),
        max_detail_calls=read.number("MAX_DETAIL_CALLS", 500, least=0, most=100_000),
        display_timezone=read.zone("DISPLAY_TIMEZONE", "Asia/Seoul"),
        language=read.choice("LANGUAGE", LANGUAGES),
        chat_format=read.choice("CHAT_FORMAT", CHAT_FORMATS),
        http_token_secret=read.secret("HTTP_TOKEN_SECRET"),
        report_cache=timedelta(seconds=read.number("REPORT_CACHE_SECONDS", 30, least=0, most=86_400)),
        heartbeat_url=read.heartbeat(),
    )
    return settings, read.problems
