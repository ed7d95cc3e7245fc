"""What the client promises of any answer at all: typed values, or one of its own errors, fit to be shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from ncloud.decoding import fast_json
from ncloud.decoding.response import read_page
from ncloud.errors import NcloudError
from ncloud.model import HttpResponse, Page
from ncloud.operations import Operation
from tests.unit.ncloud.wire import OPERATIONS

SECRETS = ("fuzzSecretKey0123456789", "FUZZACCESSKEY0000001")
STATUSES = (200, 200, 200, 201, 204, 302, 400, 401, 404, 429, 500, 503)
KINDS = tuple(OPERATIONS.values())
RECEIVED_AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
HEADER_BYTES = 2
"""The first bytes of an input choose the operation and the status; the rest is the body."""
MAX_SHOWN_CHARS = 700


class PromiseBroken(AssertionError):
    """An answer that the client read as what it must never give."""


def hold(condition: bool, broken: str) -> None:
    """Raise PromiseBroken unless *condition*; not an ``assert``, which ``python -O`` would take out."""
    if not condition:
        raise PromiseBroken(broken)


def examine(given: bytes) -> None:
    """Read *given* as an answer and hold the outcome against the promise; nothing if it is too short to be one.

    Raises PromiseBroken, or whatever else the decoder let out.
    """
    if len(given) < HEADER_BYTES:
        return
    operation, answer = answer_in(given)
    outcome = read(operation, answer)
    if isinstance(outcome, NcloudError):
        _hold_error(outcome)
    else:
        _hold_page(operation, answer.status, outcome)
        _hold_agreement(operation, answer, outcome)


def answer_in(given: bytes) -> tuple[Operation, HttpResponse]:
    """What *given* stands for, and the operation that it answers."""
    operation, status = KINDS[given[0] % len(KINDS)], STATUSES[given[1] % len(STATUSES)]
    return operation, HttpResponse(status, {}, given[HEADER_BYTES:], RECEIVED_AT)


def read(operation: Operation, answer: HttpResponse) -> Page | NcloudError:
    """The page, or the client's own error; anything else is let out."""
    try:
        return read_page(operation, answer, secrets=SECRETS)
    except NcloudError as error:
        return error


def _hold_error(error: NcloudError) -> None:
    for shown in (str(error), repr(error), error.code or "", error.request_id or ""):
        hold(shown.isprintable(), f"an unprintable text: {shown!r}")
        hold(len(shown) <= MAX_SHOWN_CHARS, f"a text of {len(shown)} characters")
        hold(not any(secret in shown for secret in SECRETS), f"a secret in {shown!r}")


def _hold_page(operation: Operation, status: int, page: Page) -> None:
    hold(status < 300, f"a page of an answer with status {status}")
    hold(type(page.total_rows) is int and page.total_rows >= 0, f"total_rows {page.total_rows!r}")
    for row in page.rows:
        hold(type(row) is operation.row, f"a row of type {type(row)}")
        hold(isinstance(operation.identity(row), str), f"the identity of {row!r}")
        hash(row)
        for name in row.__struct_fields__:
            _hold_field(name, getattr(row, name))


def _hold_field(name: str, value: Any) -> None:
    if isinstance(value, datetime):
        hold(value.utcoffset() is not None, f"{name} without an offset: {value!r}")
        value.astimezone(UTC)
    elif type(value) is int:
        hold(0 <= value < 2**63, f"{name} out of bounds: {value}")
    elif name.startswith("unreadable") and value is not None:
        hold(value.isprintable() and 0 < len(value) <= 100, f"{name} not fit to be shown: {value!r}")


def _hold_agreement(operation: Operation, answer: HttpResponse, page: Page) -> None:
    """The fast decoder and the lenient one agree, wherever the fast one speaks.

    Two things are left out, in which the fast one passes over a field that it does not know: bytes that are no UTF-8,
    and a row that has fields and a row inside it.
    """
    if not _is_utf8(answer.body) or any(operation.item_key in row for row in _rows_with_fields(operation, answer)):
        return
    with mock.patch.object(fast_json, "decode_strict", return_value=None):
        lenient = read_page(operation, answer, secrets=SECRETS)
    hold(page == lenient, f"two readings: {page!r} and {lenient!r}")


def _rows_with_fields(operation: Operation, answer: HttpResponse) -> list[dict[str, Any]]:
    """The rows as they came that have more than one field; only of what the fast decoder reads."""
    if fast_json.decode_strict(operation, answer.body) is None:
        return []
    rows = json.loads(answer.body)[operation.wrapper_key][operation.list_key]
    return [row for row in rows if len(row) > 1]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
