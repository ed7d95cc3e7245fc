"""So many places for a built function, each a Lambda emulator of its own: what reserved concurrency is."""

from __future__ import annotations

import queue
from typing import Any

from tests.runtime.lambda_runtime import LambdaRuntime
from tests.stack.lambdas import Died, no_room


class Pool:
    """So many runtimes of one function. Where all are busy an invocation is refused, as by reserved concurrency."""

    def __init__(self) -> None:
        self.free: queue.Queue[LambdaRuntime] = queue.Queue()
        self.refused = 0

    def invoke(self, event: dict[str, Any]) -> Any:
        try:
            runtime = self.free.get_nowait()
        except queue.Empty:
            self.refused += 1
            raise no_room() from None
        try:
            answer = runtime.invoke(event)
        finally:
            self.free.put(runtime)
        try:
            document = answer.json()
        except ValueError:  # how the emulator tells of a time-out
            raise Died(answer.text.strip()) from None
        if isinstance(document, dict) and "errorType" in document:
            raise type(document["errorType"], (Exception,), {})(document["errorMessage"])
        return document
