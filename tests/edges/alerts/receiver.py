"""An HTTP(S) server on loopback that keeps what is posted to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.contract.serving import Answering, Served, served

Answer = Callable[[bytes], tuple[int, bytes]]


def receiving(answer: Answer, *, certificate: Path | None = None) -> Served[list[bytes]]:
    """Serve, keeping each body; *answer* makes status and body of the reply."""
    bodies: list[bytes] = []

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802  http.server's own word
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.reply(*answer(bodies[-1]))

    return served(bodies, Handler, certificate=certificate)
