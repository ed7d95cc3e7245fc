"""HTTP requests as payload 2.0 events, and the answers as a client reads them."""

from __future__ import annotations

from typing import Any

from tests.contract.function import Function, Outcome
from tests.unit.web.asking import Answer, an_event


def request(method: str, path: str, query: str = "", **headers: str) -> dict[str, Any]:
    """The event of a Function URL; ``_`` in a header's name is ``-``."""
    return an_event(path, method=method, **headers) | {"rawQueryString": query}


class Answered(Answer):
    """What a client gets, and what else the invocation did."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.report)
        self.outcome = outcome


def ask(
    function: Function, method: str, path: str, query: str = "", *, settings: dict[str, Any] | None = None,
    **headers: str,
) -> Answered:  # fmt: skip
    """Send one request; *settings* are the function's."""
    return Answered(function(request(method, path, query, **headers), **settings or {}))
