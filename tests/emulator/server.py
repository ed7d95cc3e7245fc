"""HTTP/1.1 over sockets for the emulated gateway: keep-alive, one write an answer, any number of clients at once.

One asyncio loop serves all connections: a request that waits out its latency, hangs or drips costs no thread
and no processor time, and the transport faults need the bare connection, which a WSGI server hides.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import partial
from typing import Final

from tests.emulator.control import CONTROL_PATH, control
from tests.emulator.deliveries import Wire
from tests.emulator.exchange import Request
from tests.emulator.gateway import Gateway

MAX_HEAD: Final = 64 * 1024
BACKLOG: Final = 256
"""More clients than connect at once in any test: one that finds it full connects a second later."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that accepts from now on, even before anybody serves it. Port 0: a free one."""
    return socket.create_server((host, port), backlog=BACKLOG)


class Server:
    """Serves one gateway; `serve` runs until `stop` or cancellation, and leaves no connection behind."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.connections = 0
        """How many have been accepted so far."""
        self.in_flight = 0
        self.most_in_flight = 0
        """The most requests that were being answered at one time."""

    def stop(self) -> None:
        """End `serve`; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._stopping.set)

    async def serve(self, listeners: Mapping[str, socket.socket], *, tls: ssl.SSLContext | None = None) -> None:
        """*listeners*: by site, at least one."""
        servers = [
            await asyncio.start_server(
                partial(self._connection, site), sock=listener, ssl=tls, limit=MAX_HEAD, backlog=BACKLOG
            )
            for site, listener in listeners.items()
        ]
        try:
            await self._stopping.wait()
        finally:
            for server in servers:
                server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, site: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._requests(reader, writer, self.connections, site)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away or speaks no HTTP: nobody is left to be told
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int, site: str
    ) -> None:
        wire = Wire(reader, writer)
        while not writer.is_closing():
            request = await _read_request(reader, number, site)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                await self._respond(request, wire)
            finally:
                self.in_flight -= 1
            if request.headers.get("connection", "").lower() == "close":
                return

    async def _respond(self, request: Request, wire: Wire) -> None:
        now = self._gateway.clock()
        if request.path == CONTROL_PATH or request.path.startswith(f"{CONTROL_PATH}/"):
            answer = control(self._gateway, request)
            await wire.send(answer.head(now) + answer.body)
            return
        outcome = self._gateway.handle(request)
        if outcome.delay_seconds:
            await asyncio.sleep(outcome.delay_seconds)
        await outcome.deliver(wire, outcome.answer, now)


async def _read_request(reader: asyncio.StreamReader, connection: int, site: str) -> Request:
    """The next request. IncompleteReadError: the client is done; ConnectionError: this is no HTTP."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise ConnectionError(f"not an HTTP request line: {first[:80]!r}")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "0")
    if not length.isdigit() or "transfer-encoding" in headers:
        raise ConnectionError("only bodies with a Content-Length are read")
    return Request(words[0], words[1], headers, await reader.readexactly(int(length)), connection, site)
