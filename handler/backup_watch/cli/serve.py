"""``serve``: the status page and its neighbours at a loopback address, for the account that the key belongs to."""

from __future__ import annotations

import errno
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from backup_watch.adapters.rate_limit import RateLimit
from backup_watch.adapters.shared_checks import SharedChecks
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.gateway import Gateway, serving
from backup_watch.cli.session import Session
from backup_watch.config.events import Notify
from backup_watch.config.settings import Settings
from backup_watch.i18n import Words
from backup_watch.model.instances import Instance
from backup_watch.web.auth import Authenticator
from backup_watch.web.checks import CachedCheck, Details
from backup_watch.web.routes import Posts, answer

USUAL_PORT = 8787
MAX_POSTS = 6
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
REFUSED = {"statusCode": 421, "headers": {"content-type": "text/plain"}, "body": "this is not the host of that name\n"}


def serve(
    new_session: Callable[[], Session],
    words: Words,
    settings: Settings,
    *,
    port: int | None,
    seconds: float,
    may_tell: bool,
    end: threading.Event,
) -> int:
    """Print the address, and answer there until *end* is set; *seconds* bounds one reading. *may_tell*: POST may."""
    posts = Posts(allowed=may_tell and settings.http_check, claim=RateLimit(MAX_POSTS, seconds=60.0).claim)

    def check(notify: Notify) -> CachedCheck:
        return new_session().check(deadline=monotonic() + seconds, notify=notify)

    def details(instance: Instance, at: datetime) -> Details:
        return new_session().details(instance, at=at, deadline=monotonic() + seconds)

    checks = SharedChecks(check, keep_for=settings.report_cache, details=details)

    def handle(event: Mapping[str, Any]) -> Mapping[str, Any]:
        if not _is_for_loopback(event):
            return REFUSED
        return answer(event, checks=checks, authenticator=Authenticator(), words=words, posts=posts)

    with serving(opened_gateway(handle, port=port, on_failure=_tell)) as gateway:
        sys.stdout.write(f"{gateway.url}\n")
        sys.stdout.flush()
        end.wait()
    return 0


def opened_gateway(
    handler: Callable[[dict[str, Any]], Mapping[str, Any]],
    *,
    port: int | None,
    on_failure: Callable[[Exception], None],
) -> Gateway:
    """A gateway at *port* (0: any); None: at the usual port, or a free one where that is taken.

    Raises :class:`CommandFailed` where *port* cannot be had.
    """
    try:
        return Gateway(handler, port=USUAL_PORT if port is None else port, on_failure=on_failure)
    except OSError as error:
        if port is None:
            return Gateway(handler, on_failure=on_failure)
        why = "it is taken" if error.errno == errno.EADDRINUSE else error.strerror
        raise CommandFailed(f"port {port} cannot be used: {why}") from None


def _is_for_loopback(event: Mapping[str, Any]) -> bool:
    """Whether the request names a loopback host: the name of another site may lead here, too (DNS rebinding)."""
    host = str(event.get("headers", {}).get("host", ""))
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


def _tell(error: Exception) -> None:
    sys.stderr.write(f"backup-watch: a request failed: {type(error).__name__}: {error}\n")
