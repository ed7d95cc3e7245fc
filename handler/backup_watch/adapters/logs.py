"""Logs and embedded metrics by Powertools: JSON, one line each, on standard output, where CloudWatch reads them.

Powertools is imported with the first line or sample, and not with the function.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TextIO

from backup_watch.outputs.emf import NAMESPACE, MetricSet

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

SERVICE = "ncloud-backup-watch"
Level = Literal["debug", "info", "warning", "error"]
_context: dict[str, object] = {}
_started: list[str] = []
_silent: list[bool] = []


def set_request_id(request_id: str | None) -> None:
    """Put the invocation's id, and whether it is a cold start, into every line from here on; None takes both out."""
    _context.clear()
    if request_id is not None:
        _context.update(requestId=request_id, cold_start=not _started)
        _started[:] = [request_id]


def silence() -> None:
    """Write no line from here on: a command has people before it, and perhaps no Powertools."""
    _silent[:] = [True]


def log(level: Level, message: str, *, exception: Exception | None = None, **fields: object) -> None:
    """Write one line, with the stack of *exception* where it is given.

    Never hand it a credential, a signature, or the body of a request or response.
    """
    if _silent:
        return
    write = getattr(_logger(), level)
    write(message, exc_info=exception, extra={**_context, **fields})


def emit(metric_sets: Iterable[MetricSet], *, at: datetime) -> None:
    """Write embedded metrics; *at* is the aware instant of the samples."""
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

    for metric_set in metric_sets:
        provider = AmazonCloudWatchEMFProvider(namespace=NAMESPACE)
        provider.set_timestamp(at)
        for name, value in metric_set.dimensions.items():
            provider.add_dimension(name, value)
        for name, (number, unit) in metric_set.metrics.items():
            provider.add_metric(name, unit, number)
        provider.flush_metrics()
    sys.stdout.flush()


@cache
def _logger() -> Logger:
    return new_logger(SERVICE)


def new_logger(service: str) -> Logger:
    """A logger of its own; ``POWERTOOLS_LOG_LEVEL`` and its kin count, and a value that is none of theirs does not."""
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.logging.exceptions import InvalidLoggerSamplingRateError

    options: dict[str, Any] = {
        "service": os.environ.get("POWERTOOLS_SERVICE_NAME") or service,
        "logger_handler": _StandardOutput(),
        "json_serializer": _line,
        "json_deserializer": str,  # a message stays the text that it is, also where it could be read as JSON
        "utc": True,
        "use_rfc3339": True,
        "location": None,
    }
    logging.getLogger(options["service"]).propagate = False  # Lambda's own handler would write every line again
    try:
        return Logger(**options)
    except (ValueError, InvalidLoggerSamplingRateError):  # no alert is lost over how much is logged
        return Logger(**options, level="INFO", sampling_rate=0.0)


def _line(record: dict[str, Any]) -> str:
    """Powertools' record as one line of JSON, level and time as they are written everywhere in this product."""
    time = str(record.pop("timestamp")).replace("+00:00", "Z")
    ordered = {"level": str(record.pop("level")).lower(), "time": time, "message": record.pop("message")}
    line = json.dumps(ordered | record, ensure_ascii=False, default=str)
    # Half a surrogate pair, which UTF-8 cannot carry, becomes the escape that JSON has for it.
    return line.encode(errors="backslashreplace").decode()


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to what is standard output at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stdout
