"""The connections of this process: one pool for each base URL, shared by all clients. The only user of urllib3's pools.

No proxy from the environment is used: signed requests go to the gateway alone, and a function in AWS has no
such variables unless somebody set them. TLS certificates are verified against the system's authorities
(OpenSSL's SSL_CERT_FILE applies) or against *ca_file*.
"""

import http.client
import logging
import re
import ssl
import threading
import time
from urllib.parse import urlsplit

from msgspec import Struct
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from ncloud.transport.time_limits import current

# It warns of a header that it cannot parse and shows it, and a server may echo ours. Whoever has a handler at the root,
# as Lambda does, would print that; nothing that it has to say is not in our errors.
logging.getLogger("urllib3").propagate = False

MAX_IDLE = 30.0
"""Seconds. Older connections are dropped: a frozen function's peers have forgotten them without a word."""
_MAX_LINE = 65536
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}[ \t]*(?:;.*)?\r?\n", re.DOTALL)
_SWITCHING = http.client.SWITCHING_PROTOCOLS
_WITHOUT_BODY = {_SWITCHING, http.client.NO_CONTENT, http.client.NOT_MODIFIED}


class BadChunkSize(http.client.HTTPException):
    """The body is framed by what is no number of bytes."""


class _Framed(http.client.HTTPResponse):
    """Takes no answer for another request's. What it overrides is no public part of its base, hence the ignores."""

    def _read_status(self) -> tuple[str, int, str]:
        """The final answer's status line. Its base takes any interim answer but 100 for the final one (RFC 9110, 15.2).

        However many come: the exchange has an end of its own.
        """
        while True:
            status_line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if status_line[1] == _SWITCHING or status_line[1] >= http.client.OK:
                return status_line
            http.client.parse_headers(self.fp)

    def begin(self) -> None:
        """Read status and headers; the connection ends with an answer whose own end is in doubt."""
        super().begin()
        is_coded = "Transfer-Encoding" in self.headers and not self.chunked
        self.will_close = self.will_close or is_coded or self.status in _WITHOUT_BODY

    def _read_next_chunk_size(self) -> int:
        """Digits and nothing else (RFC 9112, 7.1). Its base takes a sign, too, and reads all there is for -1."""
        line = self.fp.readline(_MAX_LINE)
        if not line.endswith(b"\n") and len(line) < _MAX_LINE:
            raise http.client.IncompleteRead(b"")
        if not _CHUNK_SIZE.fullmatch(line):
            raise BadChunkSize
        return int(line.partition(b";")[0], 16)


class _Watched:
    """Shows the exchange of this thread the socket that it uses, from before the TLS handshake on.

    Mixed into urllib3's connections, whose methods these are; that is what mypy and ruff are told to overlook here.
    """

    def _new_conn(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
        sock = super()._new_conn()  # type: ignore[misc]
        try:
            current.exchange.hold(sock)
        except OSError:  # nobody else knows of it yet
            sock.close()
            raise
        return sock

    def request(self, *args, **kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003, ANN202
        if self.sock is not None:  # type: ignore[attr-defined]
            current.exchange.hold(self.sock)  # type: ignore[attr-defined]
        return super().request(*args, **kwargs)  # type: ignore[misc]


class _WatchedHttp(_Watched, HTTPConnection):
    response_class = _Framed


class _WatchedHttps(_Watched, HTTPSConnection):
    response_class = _Framed


class PoolKey(Struct, frozen=True):
    base_url: str
    size: int
    """Connections that are kept open."""
    ca_file: str | None = None


class _Entry(Struct):
    pool: HTTPConnectionPool
    used_at: float


_pools: dict[PoolKey, _Entry] = {}
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


def close(key: PoolKey) -> None:
    """Close the idle connections of *key*; a client that goes on gets new ones."""
    with _lock:
        entry = _pools.pop(key, None)
    if entry is not None:
        entry.pool.close()


def _open(key: PoolKey) -> HTTPConnectionPool:
    url = urlsplit(key.base_url)
    if url.scheme == "http":
        plain = HTTPConnectionPool(url.hostname or "", url.port, maxsize=key.size, retries=False)
        plain.ConnectionCls = _WatchedHttp
        return plain
    # One context for all connections: loading the authorities costs more than a handshake.
    context = ssl.create_default_context(cafile=key.ca_file)
    pool = HTTPSConnectionPool(url.hostname or "", url.port, maxsize=key.size, retries=False, ssl_context=context)
    pool.ConnectionCls = _WatchedHttps
    return pool
