"""Ping a dead man's switch (healthchecks.io style). Its failure is logged and fails nothing."""

from __future__ import annotations

from threading import Thread
from urllib.parse import urlsplit, urlunsplit

from backup_watch.adapters.logs import log

TIMEOUT_SECONDS = 3.0
"""For connecting, and between two pieces of the response."""
LIMIT_SECONDS = 8.0
"""For all of it, both attempts, names and handshakes included."""


def ping(url: str, *, healthy: bool, seconds: float = LIMIT_SECONDS) -> bool:
    """GET *url*, with ``/fail`` after its path unless *healthy*; return whether the response was 2xx.

    Two attempts, no redirects, and no waiting because the server asks for it (``Retry-After``). After *seconds*, and
    ``LIMIT_SECONDS`` at most, the call returns, however slowly the response drips: an invocation that ran out of
    time here would be repeated with its alerts. The URL is a secret of its own: it is never logged.
    """
    came: list[int | str] = []
    target = url if healthy else _fail_url(url)
    sender = Thread(target=lambda: came.append(_status(target)), name="heartbeat", daemon=True)
    sender.start()
    sender.join(max(0.0, min(seconds, LIMIT_SECONDS)))
    status = came[0] if came else "no response in time"
    if isinstance(status, str):
        log("warning", "the heartbeat could not be sent", error=status)
        return False
    if not 200 <= status < 300:
        log("warning", "the heartbeat was refused", status=status)
    return 200 <= status < 300


def _status(target: str) -> int | str:
    """The HTTP status of the response, or the kind of failure."""
    import urllib3

    retries = urllib3.Retry(1, redirect=0, raise_on_redirect=False, respect_retry_after_header=False)
    try:
        with urllib3.PoolManager(retries=retries) as pool:
            response = pool.request("GET", target, timeout=TIMEOUT_SECONDS, preload_content=False)
            response.close()  # unread, so the pool does not have its connection to close
            return response.status
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:  # the latter: a host that cannot be one
        return type(error).__name__


def _fail_url(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
