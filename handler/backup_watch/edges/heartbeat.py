"""Ping a dead man's switch (healthchecks.io style). Its failure is logged and fails nothing."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from backup_watch.edges.log import log

TIMEOUT_SECONDS = 3.0


def ping(url: str, *, healthy: bool) -> bool:
    """GET *url*, with ``/fail`` after its path unless *healthy*; return whether it was answered with 2xx.

    Two attempts, no redirects, and no waiting because the server asks for it (``Retry-After``). The URL is a secret
    of its own: it is never logged.
    """
    import urllib3

    target = url if healthy else _fail_url(url)
    retries = urllib3.Retry(1, redirect=0, raise_on_redirect=False, respect_retry_after_header=False)
    try:
        with urllib3.PoolManager(retries=retries) as pool:
            answer = pool.request("GET", target, timeout=TIMEOUT_SECONDS, preload_content=False)
            status = answer.status
            answer.close()  # unread, so the pool does not have its connection to close
    except urllib3.exceptions.HTTPError as error:
        log("warning", "the heartbeat could not be sent", error=type(error).__name__)
        return False
    if not 200 <= status < 300:
        log("warning", "the heartbeat was refused", status=status)
    return 200 <= status < 300


def _fail_url(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
