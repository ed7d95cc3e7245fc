"""What every test stands on: dummy AWS credentials, a clean environment, and no way off loopback."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

REGION = "ap-northeast-2"
DUMMY_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
OUR_SETTINGS = {
    "TOPIC_ARN", "MAX_BACKUP_AGE", "BACKUP_GRACE", "NEW_INSTANCE_GRACE", "CHECK_INTERVAL", "REPEAT_INTERVAL",
    "POLICY", "POLICY_PARAMETER", "CHECK_INSTANCES", "PAGE_SIZE", "MAX_CONCURRENCY", "MAX_DETAIL_CALLS",
    "DISPLAY_TIMEZONE", "LANGUAGE", "CHAT_FORMAT", "HTTP_TOKEN_SECRET", "REPORT_CACHE_SECONDS",
    "HEARTBEAT_URL", "MEMORY", "ACCOUNTS", "ACCOUNTS_PARAMETER", "ACCOUNTS_OBJECT", "ACCOUNT_SECONDS",
    "METRICS_BY_ACCOUNT", "RUNS_BUCKET", "FLEET_BATCH", "FLEET_CONCURRENCY", "FLEET_MACHINE",
}  # fmt: skip

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def _is_the_callers(name: str) -> bool:
    """Whether an environment variable of the caller's would change what a test sees."""
    return name.startswith(("AWS_", "NCLOUD_")) or name.upper().endswith("_PROXY") or name in OUR_SETTINGS


for _name in [name for name in os.environ if _is_the_callers(name)]:
    del os.environ[_name]
os.environ.update(DUMMY_AWS)  # at import, so that module- and session-wide servers see it too


@pytest.fixture(autouse=True)
def environment_is_put_back() -> Iterator[None]:
    """Undo at the end of each test what it did to the environment."""
    with mock.patch.dict(os.environ):
        yield


class LeftLoopback(BaseException):
    """A test tried to reach another machine. Not an Exception: no handler of the product may swallow it."""


def _is_loopback_name(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def _is_local(family: int, address: object) -> bool:
    """Whether a socket address (a path, or a tuple that starts with a host) is of this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return _is_loopback_name(host)


def _guarded(name: str):
    real = getattr(socket.socket, name)

    def guard(self: socket.socket, address, *rest):
        if not _is_local(self.family, address):
            raise LeftLoopback(f"a test tried to reach {address}")
        return real(self, address, *rest)

    return guard


_real_getaddrinfo = socket.getaddrinfo


def _resolve_loopback_only(host, *args, **kwargs):
    """Resolve IP addresses and loopback names; every other name is unknown, and no name server is asked."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name:
        return _real_getaddrinfo(host, *args, **kwargs)
    if _is_loopback_name(name) or name == socket.gethostname():
        return _real_getaddrinfo("localhost", *args, **kwargs)
    try:
        ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        raise socket.gaierror(socket.EAI_NONAME, f"tests resolve no name but localhost: {name}") from None
    return _real_getaddrinfo(host, *args, **kwargs)


for _method in ("connect", "connect_ex"):
    setattr(socket.socket, _method, _guarded(_method))
socket.getaddrinfo = _resolve_loopback_only
