"""A server without manners: what a connection gets is up to the test."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

Serve = Callable[[socket.socket], None]


class RawServer:
    """`with RawServer(serve) as server:` calls *serve* with each connection, in a thread of its own."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "RawServer":
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                self._start(self._serve_one, sock)

    def _serve_one(self, sock: socket.socket) -> None:
        with suppress(OSError):
            self._serve(sock)
        sock.close()


def read_head(sock: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(65536)
        if not piece:
            break
        head += piece
    return head


def dripping(*before: bytes, drop: bytes) -> Serve:
    """After the request: *before* at once, and then *drop* again and again."""

    def serve(sock: socket.socket) -> None:
        read_head(sock)
        sock.sendall(b"".join(before))
        while True:
            sock.sendall(drop)
            time.sleep(0.02)

    return serve


def answering(raw: bytes) -> Serve:
    """*raw* to the first request of a connection, which is closed then."""

    def serve(sock: socket.socket) -> None:
        read_head(sock)
        sock.sendall(raw)

    return serve
