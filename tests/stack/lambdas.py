"""Step Functions and Lambda in this process: moto's interpreter of state machines, and functions beside it.

The interpreter calls every service at ``http://localhost:$MOTO_PORT``: whatever listens there is its Lambda. So this
serves moto itself, and answers invocations in front of it. No patch, no second port.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock
from urllib.parse import unquote

from moto.core.base_backend import BackendDict
from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

INVOKE: Final = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class Refused(Exception):
    """The invocation was not even begun: Lambda's own error."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


class Died(Exception):
    """The invocation ended without an answer: out of memory, a crash, a time-out. The text is Lambda's."""


def no_room() -> Refused:
    """What Lambda answers where its concurrency is used up."""
    return Refused("TooManyRequestsException", 429, "Rate Exceeded.")


class Context:
    """What Lambda hands to a handler, as far as it is used."""

    function_name = "ncloud-backup-watch-fleet"

    def __init__(self, seconds: float) -> None:
        self.aws_request_id = str(uuid.uuid4())
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


Invoke = Callable[[dict[str, Any]], Any]


@dataclass
class Lambdas:
    """Functions by name, and all of moto's AWS behind them."""

    functions: dict[str, Invoke] = field(default_factory=dict)
    seconds: float = 60.0
    """What an invocation has of time."""
    invocations: list[dict[str, Any]] = field(default_factory=list)
    """The events of all invocations that were begun, in order."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _moto: Any = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        found = INVOKE.fullmatch(unquote(environ["PATH_INFO"]))
        if found is None:
            return self._moto(environ, start_response)
        name = found[1].split(":function:")[-1].split(":")[0]
        event = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
        status, headers, body = self._answer(name, event)
        headers |= {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}
        start_response(status, list(headers.items()))
        return [body]

    def _answer(self, name: str, event: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
        try:
            if name not in self.functions:
                raise Refused("ResourceNotFoundException", 404, f"Function not found: {name}")
            answer = self.functions[name](event)
            with self._lock:
                self.invocations.append(event)
            return "200 OK", {}, json.dumps(answer).encode()
        except Refused as refused:
            body = {"Type": "User", "message": refused.message, "Reason": refused.code}
            return f"{refused.status} Refused", {"x-amzn-ErrorType": refused.code}, json.dumps(body).encode()
        except Exception as error:  # noqa: BLE001  as the runtime does
            died = isinstance(error, Died)
            kind = "Runtime.ExitError" if died else type(error).__name__
            failed = {"errorType": kind, "errorMessage": str(error), "stackTrace": []}
            return "200 OK", {"X-Amz-Function-Error": "Unhandled"}, json.dumps(failed).encode()

    def in_process(self, handler: Callable[[Any, Any], Any], before: Invoke | None = None) -> Invoke:
        """A function that calls *handler*; *before* may raise instead, as Lambda or a crash would."""

        def invoke(event: dict[str, Any]) -> Any:
            if before is not None:
                before(event)
            return handler(event, Context(self.seconds))

        return invoke


@contextmanager
def running_lambdas() -> Iterator[tuple[str, Lambdas]]:
    """Serve on a free loopback port, and let moto's interpreter run state machines against it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)  # it logs whole definitions
    lambdas = Lambdas()
    lambdas._moto = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, lambdas, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="lambdas", daemon=True)
    before = dict(default_user_config)
    port = {"MOTO_PORT": str(server.server_port)}
    try:
        default_user_config["stepfunctions"] = {"execute_state_machine": True}
        with mock.patch.dict(os.environ, port):
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}", lambdas
    finally:
        default_user_config.clear()
        default_user_config.update(before)
        server.shutdown()
        server.server_close()
        thread.join()
        BackendDict.reset()


def definition_with(text: str, *, function: str, queue_url: str, hasten: Mapping[str, int] | None = None) -> str:
    """The state machine's definition as a deployment would have it; *hasten* bounds each retry's wait and number."""
    document = json.loads(text.replace("${FunctionArn}", function).replace("${FailureQueueUrl}", queue_url))
    if hasten is not None:
        for retry in _retries(document):
            retry["IntervalSeconds"] = min(retry["IntervalSeconds"], hasten["seconds"])
            retry["MaxAttempts"] = min(retry["MaxAttempts"], hasten["attempts"])
            if "MaxDelaySeconds" in retry:
                retry["MaxDelaySeconds"] = hasten["seconds"] + 1
    return json.dumps(document)


def _retries(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield from node.get("Retry", ())
        for value in node.values():
            yield from _retries(value)
    elif isinstance(node, list):
        for value in node:
            yield from _retries(value)
