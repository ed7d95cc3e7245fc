"""The emulator inside a test: a server on a loopback port, with its account and its notes at hand."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from tests.emulator.account import Account
from tests.emulator.accounts import Description
from tests.emulator.clock import Clock
from tests.emulator.dialect import Dialect
from tests.emulator.exchange import Recorded
from tests.emulator.fault_kinds import parse_fault
from tests.emulator.faults import Fault
from tests.emulator.gateway import Gateway
from tests.emulator.page_format import PageFormat
from tests.emulator.paging import Paging
from tests.emulator.server import Server, listening_socket
from tests.emulator.tls import server_context, write_certificate

FaultSpec = Fault | str | Mapping[str, object]


class Emulator:
    """`with Emulator(account) as emulator:` serves *account* at `emulator.url` until the block ends.

    *now*: where the gateway's clock stands still; None: the real clock. *clock_offset* is added to either.
    *tls*: a kind of tests.emulator.tls; the URL is https then. *others*: further accounts, each with a key of its own.
    *sites*: each is served at a URL of its own (`url_of`); the first is that of `url`. A key is known on its account's
    site only. Everything may be changed while it serves.
    """

    def __init__(
        self,
        account: Account | None = None,
        *,
        paging: str | Paging = "zero-based",
        page_format: str | PageFormat = "array",
        dialect: str | Dialect = "page-fields",
        faults: Sequence[FaultSpec] = (),
        latency_ms: float = 0,
        now: datetime | None = None,
        clock_offset: timedelta = timedelta(0),
        on_request: Callable[[Recorded], None] | None = None,
        tls: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
        others: Sequence[Account | Description] = (),
        sites: Sequence[str] = ("public",),
    ) -> None:
        self.gateway = Gateway(account or Account(), seed=seed, clock=Clock(stopped_at=now, offset=clock_offset))
        self.gateway.paging = Paging.parse(paging)
        self.gateway.page_format = PageFormat.parse(page_format)
        self.gateway.dialect = Dialect.parse(dialect)
        self.gateway.latency_seconds = latency_ms / 1000
        self.gateway.others.add(*others)
        self.gateway.on_request = on_request
        self.faults(*faults)
        self.host = host
        self._ports = dict.fromkeys(sites, 0) | {sites[0]: port}
        self._tls = tls
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.certificate: Path | None = None
        """The PEM file that a client may trust, where *tls* was asked for."""
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve from now on. After a `stop` the same port is used again."""
        if self._tls and self.certificate is None:
            self._folder = tempfile.TemporaryDirectory(prefix="emulator-")
            self.certificate = write_certificate(self._tls, Path(self._folder.name))
        context = server_context(self.certificate) if self.certificate else None
        listeners = {site: listening_socket(self.host, port) for site, port in self._ports.items()}
        self._ports = {site: listener.getsockname()[1] for site, listener in listeners.items()}
        self.gateway.sites = {site: self.url_of(site) for site in listeners}
        ready = threading.Event()

        async def serve() -> None:
            self._server = Server(self.gateway)
            ready.set()
            await self._server.serve(listeners, tls=context)

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), name="emulator", daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Cut every connection and refuse new ones. Stopping twice is no harm."""
        if self._thread is not None and self._server is not None:
            self._server.stop()
            self._thread.join()
            self._thread = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder, self.certificate = None, None

    @property
    def port(self) -> int:
        """The first site's; 0 before the first start, unless one was asked for."""
        return next(iter(self._ports.values()))

    @property
    def url(self) -> str:
        return self.url_of(next(iter(self._ports)))

    def url_of(self, site: str) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}:{self._ports[site]}"

    @property
    def account(self) -> Account:
        return self.gateway.account

    @account.setter
    def account(self, account: Account) -> None:
        self.gateway.account = account

    @property
    def requests(self) -> list[Recorded]:
        """Every request of the API so far, in the order in which they had been read."""
        return list(self.gateway.recorded)

    def requests_of(self, operation: str) -> list[Recorded]:
        return [recorded for recorded in self.requests if recorded.operation == operation]

    def forget_requests(self) -> None:
        self.gateway.recorded.clear()

    def faults(self, *faults: FaultSpec) -> None:
        """Put *faults* in force instead of those before; none: an honest service again."""
        self.gateway.faults.replace([parse_fault(fault) for fault in faults])

    def add_accounts(self, *accounts: Account | Description) -> None:
        """Further accounts, each with a key of its own. ValueError: an id or key that is there already."""
        self.gateway.others.add(*accounts)

    def set_dialect(self, dialect: str | Dialect) -> None:
        self.gateway.dialect = Dialect.parse(dialect)

    def set_paging(self, paging: str | Paging) -> None:
        self.gateway.paging = Paging.parse(paging)

    @property
    def connections(self) -> int:
        """How many connections have been accepted since the last start."""
        return self._server.connections if self._server else 0

    @property
    def most_in_flight(self) -> int:
        """The most requests that were being answered at one time since the last start."""
        return self._server.most_in_flight if self._server else 0
