"""The connections of this process: one pool for each base URL, shared by all clients. The only user of urllib3's pools.

No proxy from the environment is used: signed requests go to the gateway alone, and a function in AWS has no such
variables unless they were set on purpose. TLS certificates are verified against the system's authorities (OpenSSL's
SSL_CERT_FILE applies) or against *ca_file*.
"""

import logging
import ssl
import threading
import time
from urllib.parse import urlsplit
from weakref import WeakSet

from msgspec import Struct
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from ncloud.transport.strict_http import StrictResponse
from ncloud.transport.time_limits import current

# urllib3 warns of a header that it cannot parse and shows it, and a server may echo the request's. A handler at the
# root, such as Lambda's, would print that; nothing that urllib3 has to say is missing in this package's errors.
logging.getLogger("urllib3").propagate = False

MAX_IDLE = 30.0
"""Seconds. Older connections are dropped: the peers of a frozen function have forgotten them without notice."""
MAX_KEPT = 128
"""Connections that a pool keeps open. Not a client's own number: clients of many accounts share the pool, and each
connection beyond its size would be closed after one request. It holds what is really used at once, and no more."""


class _AbortableConnection:
    """Gives its socket to the exchange of this thread, which may shut it down, from before the TLS handshake on.

    Mixed into urllib3's connections, whose methods these are; that is what mypy and ruff are told to overlook here.
    """

    def _new_conn(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
        sock = super()._new_conn()  # type: ignore[misc]
        try:
            current.exchange.hold(sock)
        except OSError:  # nothing else refers to it yet
            sock.close()
            raise
        return sock

    def request(self, *args, **kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003, ANN202
        if self.sock is not None:  # type: ignore[attr-defined]
            current.exchange.hold(self.sock)  # type: ignore[attr-defined]
        return super().request(*args, **kwargs)  # type: ignore[misc]


class _AbortableHttp(_AbortableConnection, HTTPConnection):
    response_class = StrictResponse


class _AbortableHttps(_AbortableConnection, HTTPSConnection):
    response_class = StrictResponse


class PoolKey(Struct, frozen=True):
    base_url: str
    ca_file: str | None = None


class _Entry(Struct):
    pool: HTTPConnectionPool
    used_at: float


_pools: dict[PoolKey, _Entry] = {}
_users: dict[PoolKey, WeakSet[object]] = {}
_lock = threading.Lock()


def pool_for(key: PoolKey) -> HTTPConnectionPool:
    """The pool of *key*, made at the first call and remade after a long pause."""
    now = time.time()  # wall clock: the monotonic one may stand still while a function is frozen
    with _lock:
        entry = _pools.get(key)
        if entry is not None and abs(now - entry.used_at) > MAX_IDLE:
            _pools.pop(key).pool.close()
            entry = None
        if entry is None:
            entry = _pools[key] = _Entry(_open(key), now)
        entry.used_at = now
        return entry.pool


def join(key: PoolKey, client: object) -> None:
    """Count *client* among those that use the pool of *key*, until `leave` or until it is gone."""
    with _lock:
        _users.setdefault(key, WeakSet()).add(client)


def leave(key: PoolKey, client: object) -> None:
    """Close the idle connections of *key* unless clients beside *client* use them; one that goes on gets new ones."""
    with _lock:
        users = _users.get(key, WeakSet())
        users.discard(client)
        entry = None if users else _pools.pop(key, None)
    if entry is not None:
        entry.pool.close()


def _open(key: PoolKey) -> HTTPConnectionPool:
    url = urlsplit(key.base_url)
    if url.scheme == "http":
        plain = HTTPConnectionPool(url.hostname or "", url.port, maxsize=MAX_KEPT, retries=False)
        plain.ConnectionCls = _AbortableHttp
        return plain
    # One context for all connections: loading the authorities costs more than a handshake.
    context = ssl.create_default_context(cafile=key.ca_file)
    pool = HTTPSConnectionPool(url.hostname or "", url.port, maxsize=MAX_KEPT, retries=False, ssl_context=context)
    pool.ConnectionCls = _AbortableHttps
    return pool
