"""The function's settings: one value, read from the environment's variables, or one error naming every wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from backup_watch.durations import ALLOWED as DURATION_ALLOWED
from backup_watch.durations import parse_duration
from backup_watch.policy import Policy, Thresholds
from backup_watch.policy_file import parse_policy
from backup_watch.problems import Problem, SettingsError

T = TypeVar("T")
LANGUAGES = ("en", "ko")
CHAT_FORMATS = ("none", "amazon-q")
LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")
TOPIC_FORM = re.compile(r"arn:[a-z0-9-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?")
REGION_FORM = re.compile(r"[A-Z][A-Z0-9-]{0,15}")
ACCESS_KEY_NAMES = ("NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY")
SECRET_KEY_NAMES = ("NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY")


class KeyPair(Struct, frozen=True):
    """An Ncloud key given directly; for local use."""

    access_key_id: str
    secret_access_key: str

    def __repr__(self) -> str:
        return "KeyPair(...)"


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
    read = _Variables(environment)
    thresholds = Thresholds(
        max_age=read.duration("MAX_BACKUP_AGE", "26h"),
        grace=read.duration("BACKUP_GRACE", "2h"),
        new_instance_grace=read.duration("NEW_INSTANCE_GRACE", "2h"),
    )
    settings = Settings(
        topic_arn=read.topic(required=needs_topic),
        credentials_secret=read.text("NCLOUD_CREDENTIALS_SECRET"),
        key_pair=read.key_pair(),
        api_url=read.url("NCLOUD_API_GW", "https://ncloud.apigw.ntruss.com"),
        regions=read.regions(),
        check_interval=read.duration("CHECK_INTERVAL", "1h"),
        repeat_interval=read.duration("REPEAT_INTERVAL", "24h", zero=True),
        thresholds=thresholds,
        policy=read.policy(thresholds, now=now),
        policy_parameter=read.text("POLICY_PARAMETER"),
        check_instances=read.flag("CHECK_INSTANCES", default=True),
        page_size=read.number("PAGE_SIZE", 1000, least=1, most=1000),
        max_concurrency=read.number("MAX_CONCURRENCY", 4, least=1, most=64),
        max_detail_calls=read.number("MAX_DETAIL_CALLS", 500, least=0, most=100_000),
        display_timezone=read.zone("DISPLAY_TIMEZONE", "Asia/Seoul"),
        language=read.choice("LANGUAGE", LANGUAGES),
        chat_format=read.choice("CHAT_FORMAT", CHAT_FORMATS),
        http_token_secret=read.text("HTTP_TOKEN_SECRET"),
        report_cache=timedelta(seconds=read.number("REPORT_CACHE_SECONDS", 30, least=0, most=86_400)),
        heartbeat_url=read.heartbeat(),
    )
    return settings, read.problems


def is_safe_url(url: str) -> bool:
    """Whether *url* is ``https:``, or ``http:`` to this very machine, with a host and nothing secret in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    if any(char.isspace() or not char.isprintable() for char in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and LOOPBACK.fullmatch(host) is not None)


class _Variables:
    """Takes typed values out of the environment and collects what is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[Problem] = []

    def refuse(self, name: str, value: str | None, allowed: str) -> None:
        self.problems.append(Problem(name, value, allowed))

    def text(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None

    def _read(self, name: str, default: str, read: Callable[[str], T], allowed: str) -> T:
        value = self.text(name) or default
        try:
            return read(value)
        except ValueError:
            self.refuse(name, value, allowed)
            return read(default)

    def duration(self, name: str, default: str, *, zero: bool = False) -> timedelta:
        allowed = DURATION_ALLOWED + ("; 0 means never" if zero else "")
        return self._read(name, default, lambda value: parse_duration(value, zero=zero), allowed)

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        def read(value: str) -> int:
            if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
                raise ValueError
            return int(value)

        return self._read(name, str(default), read, f"a whole number from {least} to {most}")

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = (self.text(name) or allowed[0]).lower()
        if value not in allowed:
            self.refuse(name, value, f"one of {', '.join(allowed)}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = (self.text(name) or str(default)).lower()
        if value not in ("true", "false"):
            self.refuse(name, value, "true or false")
        return value == "true"

    def zone(self, name: str, default: str) -> str:
        from zoneinfo import ZoneInfo  # only where a zone other than the default has to be proven

        value = self.text(name) or default
        if value != default:
            try:
                ZoneInfo(value)
            except (ValueError, OSError, KeyError):
                self.refuse(name, value, "a time zone of the IANA database, such as Asia/Seoul or UTC")
        return value

    def regions(self) -> tuple[str, ...]:
        value = self.text("NCLOUD_REGIONS") or "KR"
        codes = tuple(dict.fromkeys(code.strip() for code in value.split(",") if code.strip()))
        if not codes or not all(REGION_FORM.fullmatch(code) for code in codes):
            self.refuse("NCLOUD_REGIONS", value, "region codes separated by commas, such as KR or KR,SGN")
        return codes

    def topic(self, *, required: bool) -> str | None:
        value = self.text("TOPIC_ARN")
        if value is None and required:
            self.refuse("TOPIC_ARN", None, "required to notify: the ARN of an SNS topic")
        elif value is not None and not TOPIC_FORM.fullmatch(value):
            self.refuse("TOPIC_ARN", value, "the ARN of an SNS topic, such as arn:aws:sns:REGION:ACCOUNT:NAME")
        elif value is not None and value.endswith(".fifo"):
            self.refuse("TOPIC_ARN", value, "a standard topic: a FIFO topic reaches neither e-mail nor chat")
        return value

    def url(self, name: str, default: str) -> str:
        value = self.text(name) or default
        if not is_safe_url(value) or urlsplit(value).query:
            shown = None if "@" in value else value
            self.refuse(name, shown, "an https: URL without user or query (http: only to a loopback address)")
        return value.rstrip("/")

    def heartbeat(self) -> str | None:
        value = self.text("HEARTBEAT_URL")
        if value is not None and not is_safe_url(value):
            # The path of such a URL is a secret of its own: not shown.
            self.refuse("HEARTBEAT_URL", None, "an https: URL (http: only to a loopback address)")
        return value

    def _first(self, names: tuple[str, ...]) -> str | None:
        return next((value for name in names if (value := self.text(name)) is not None), None)

    def key_pair(self) -> KeyPair | None:
        key, secret = self._first(ACCESS_KEY_NAMES), self._first(SECRET_KEY_NAMES)
        if self.text("NCLOUD_CREDENTIALS_SECRET") is not None:
            return None
        if key is None and secret is None:
            direct = f"{ACCESS_KEY_NAMES[0]} and {SECRET_KEY_NAMES[0]}"
            self.refuse("NCLOUD_CREDENTIALS_SECRET", None, f"required: a secret's name or ARN (or, locally, {direct})")
        elif key is None:
            self.refuse(ACCESS_KEY_NAMES[0], None, f"required beside {SECRET_KEY_NAMES[0]}")
        elif secret is None:
            self.refuse(SECRET_KEY_NAMES[0], None, f"required beside {ACCESS_KEY_NAMES[0]}")
        else:
            return KeyPair(key, secret)
        return None

    def policy(self, thresholds: Thresholds, *, now: datetime) -> Policy | None:
        text = self.text("POLICY")
        if self.text("POLICY_PARAMETER") is not None:
            if text is not None:
                self.refuse("POLICY_PARAMETER", None, "not together with POLICY: give one of the two")
            return None
        if text is None:
            return Policy(thresholds=thresholds)
        policy, problems = parse_policy(text, thresholds, now=now)
        self.problems.extend(problems)
        return policy
