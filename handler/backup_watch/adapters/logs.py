"""Logs and embedded metrics: JSON, one line each, on standard output, where CloudWatch takes them from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

_context: dict[str, str] = {}


def set_request_id(request_id: str | None) -> None:
    """Put the invocation's id into every line from here on; None takes it out."""
    _context.clear()
    if request_id is not None:
        _context["requestId"] = request_id


def log(level: str, message: str, **fields: object) -> None:
    """Write one line. Never hand it a credential, a signature, or the body of a request or answer."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _write({"level": level, "time": now, "message": message, **_context, **fields})


def emit(documents: Iterable[Mapping[str, Any]]) -> None:
    """Write embedded metric documents."""
    for document in documents:
        _write(document)


def _write(document: Mapping[str, Any]) -> None:
    line = json.dumps(document, ensure_ascii=False, default=str)
    # Half a surrogate pair, which UTF-8 cannot carry, becomes the escape that JSON has for it.
    sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")
    sys.stdout.flush()
