"""Typed values out of the environment's variables; what is wrong is collected, so as to be told all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from backup_watch.config.policy_toml import parse_policy
from backup_watch.config.problems import Problem
from backup_watch.model.durations import ALLOWED as DURATION_ALLOWED
from backup_watch.model.durations import parse_duration
from backup_watch.model.policy import Policy, Thresholds

T = TypeVar("T")
LOOPBACK = re.compile(r"localhost|127(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|::1")
NAME_FORM = re.compile(r"[A-Za-z0-9/_+=.@:!-]{1,2048}")
"""Names and ARNs of secrets and of SSM parameters. With quotes or blanks it is the thing itself, put there by slip."""
TOPIC_FORM = re.compile(r"arn:[a-z0-9-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?")
REGION_FORM = re.compile(r"[A-Z][A-Z0-9-]{0,15}")
KEY_FORM = re.compile("[!-~]+")
"""What a request's header can carry."""
ACCESS_KEY_NAMES = ("NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY")
SECRET_KEY_NAMES = ("NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY")


class KeyPair(Struct, frozen=True):
    """An Ncloud key given directly; for local use."""

    access_key_id: str
    secret_access_key: str

    def __repr__(self) -> str:
        return "KeyPair(...)"


def is_safe_url(url: str) -> bool:
    """Whether *url* is ``https:``, or ``http:`` to this very machine, with a host, no user and no fragment.

    Only printable ASCII, and no backslash: parsers disagree about the rest, and one of them would find another host.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not (url.isascii() and url.isprintable()) or set(url) & set(" #\\"):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and LOOPBACK.fullmatch(host) is not None)


def is_base_url(url: str) -> bool:
    """Whether *url* is safe and names a host and perhaps a port, nothing else: a path would be signed with requests."""
    if not is_safe_url(url):
        return False
    parts = urlsplit(url)
    return parts.path in ("", "/") and "?" not in url and parts.port != 0


class Variables:
    """Takes typed values out of the environment and collects what is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[Problem] = []

    def refuse(self, name: str, value: str | None, allowed: str) -> None:
        shown = value and value.encode(errors="backslashreplace").decode()  # bytes of a variable that are no UTF-8
        self.problems.append(Problem(name, shown, allowed))

    def text(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None

    def secret(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not NAME_FORM.fullmatch(value):
            self.refuse(name, None, "the name or ARN of a secret")  # it may be the secret itself: not shown
        return value

    def parameter(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not NAME_FORM.fullmatch(value):
            self.refuse(name, value, "the name or ARN of an SSM parameter")
        return value

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
            return allowed[0]
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = (self.text(name) or str(default)).lower()
        if value not in ("true", "false"):
            self.refuse(name, value, "true or false")
        return value == "true"

    def zone(self, name: str, default: str) -> str:
        value = self.text(name) or default
        if value != default:
            from zoneinfo import ZoneInfo  # only where a zone other than the default has to be proven

            try:
                ZoneInfo(value)
            except (ValueError, OSError, KeyError):
                self.refuse(name, value, "a time zone of the IANA database, such as Asia/Seoul or UTC")
                return default
        return value

    def regions(self) -> tuple[str, ...]:
        value = self.text("NCLOUD_REGIONS") or "KR"
        codes = tuple(dict.fromkeys(code.strip() for code in value.split(",") if code.strip()))
        if not codes or not all(REGION_FORM.fullmatch(code) for code in codes):
            self.refuse("NCLOUD_REGIONS", value, "region codes separated by commas, such as KR or KR,SGN")
            return ("KR",)
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
        if not is_base_url(value):
            shown = None if set(value) & set("@?#") else value  # the parts that may hold a secret
            self.refuse(name, shown, "https://HOST or https://HOST:PORT and no more (http: only to a loopback address)")
        return value.rstrip("/")

    def heartbeat(self) -> str | None:
        value = self.text("HEARTBEAT_URL")
        if value is not None and not is_safe_url(value):
            # The path of such a URL is a secret of its own: not shown.
            self.refuse("HEARTBEAT_URL", None, "an https: URL (http: only to a loopback address)")
        return value

    def _key_part(self, names: tuple[str, ...]) -> str | None:
        """The first of the variables *names* that is set. A wrong one is refused without being shown."""
        name = next((name for name in names if self.text(name) is not None), names[0])
        value = self.text(name)
        if value is not None and not KEY_FORM.fullmatch(value):
            self.refuse(name, None, "visible ASCII, without blanks or line breaks inside")
        return value

    def key_pair(self) -> KeyPair | None:
        if self.text("NCLOUD_CREDENTIALS_SECRET") is not None:
            return None
        key, secret = self._key_part(ACCESS_KEY_NAMES), self._key_part(SECRET_KEY_NAMES)
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
