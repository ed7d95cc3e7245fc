"""What answers in SNS's place and takes no alert."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.contract.serving import Answering, served

_ERROR = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{code}</Message></Error>"
    "<RequestId>0</RequestId></ErrorResponse>"
)
ANSWERS = {
    # SNS API reference, Publish, Errors
    "refused": (403, _ERROR.format(code="AuthorizationError")),
    "throttled": (429, _ERROR.format(code="Throttled")),
    "html": (200, "<html>welcome</html>"),
    "silent": None,
}
"""Status and body by name; None: none comes."""


class Sns:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.asked = 0
        self.ended = threading.Event()


@contextmanager
def sns_that_is(name: str) -> Iterator[tuple[Sns, str]]:
    """Serve one of :data:`ANSWERS`; the stand-in, and its address."""

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802  http.server's own word
            self.rfile.read(int(self.headers["Content-Length"]))
            sns.asked += 1
            answer = ANSWERS[name]
            if answer is None:
                sns.ended.wait(30)
                self.close_connection = True
            else:
                self.reply(answer[0], answer[1].encode(), {"Content-Type": "text/xml"})

    with served(Sns(), Handler) as (sns, url):
        try:
            yield sns, url
        finally:
            sns.ended.set()
