"""Turns what the gateway and the service say of a failure into the error of that name. Pure."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ncloud import errors
from ncloud.decoding.lenient import text
from ncloud.errors import NcloudError, ServiceError
from ncloud.model import HttpResponse
from ncloud.redaction import clean
from ncloud.transport.retry import wait_asked_for

BY_GATEWAY_CODE: dict[str, type[NcloudError]] = {
    "100": errors.BadRequest,
    "200": errors.AuthenticationFailed,
    "210": errors.PermissionDenied,
    "230": errors.Forbidden,
    "300": errors.NotFound,
    "400": errors.QuotaExceeded,
    "410": errors.ThrottleLimited,
    "420": errors.RateLimited,
    "430": errors.RequestTooLarge,
    "500": errors.EndpointError,
    "510": errors.EndpointTimeout,
    "900": errors.UnexpectedError,
}
"""The vendor's table "API Gateway error codes"."""

_BY_STATUS: dict[int, type[NcloudError]] = {
    400: errors.BadRequest,
    401: errors.AuthenticationFailed,
    403: errors.Forbidden,
    404: errors.NotFound,
    408: errors.UnexpectedError,
    413: errors.RequestTooLarge,
    425: errors.UnexpectedError,
    429: errors.RateLimited,
    503: errors.EndpointError,
    504: errors.EndpointTimeout,
}
FAILURE_KEYS = ("error", "responseError", "errorCode")
"""What reports a failure whatever the returnCode beside it says, unless it is empty."""
TRY_AGAIN_LATER = "1000"
"""The one returnCode that is known to pass: "Please try your call again later"."""
_TRANSIENT_STATUSES = {408, 425, 429, 502, 503, 504}
_MAX_SEARCHED = 1000


def failure_in(
    tree: dict[str, Any], response: HttpResponse, *, secrets: Sequence[str], anywhere: bool
) -> NcloudError | None:
    """The failure that a decoded body reports, at its top or *anywhere* in it; None if it reports none."""
    for part in islice(_objects(tree), _MAX_SEARCHED) if anywhere else (tree, *_children(tree)):
        found = _failure(part, response.status)
        if found is not None:
            kind, code, message = found
            everywhere = islice(_objects(tree), _MAX_SEARCHED)
            request_id = next((told for each in everywhere if (told := text(each.get("requestId")))), None)
            return kind(
                clean(message or "no reason given", secrets=secrets),
                code=clean(code, secrets=secrets, limit=40) if code else None,
                request_id=clean(request_id, secrets=secrets, limit=80) if request_id else None,
                http_status=response.status,
                is_retryable=_is_transient(kind, code, response.status),
                retry_after=wait_asked_for(response.headers, now=response.received_at),
            )
    return None


def failure_of_status(response: HttpResponse) -> NcloudError:
    """Of a response of 400 or more whose body says nothing that can be read."""
    return _kind_of_status(response.status)(
        "nothing that can be read in the response says why",
        http_status=response.status,
        retry_after=wait_asked_for(response.headers, now=response.received_at),
    )


def _failure(part: dict[str, Any], status: int) -> tuple[type[NcloudError], str | None, str] | None:
    """Kind, code and message, if this very object reports a failure."""
    for key, read in (("error", _gateway), ("responseError", _service)):
        if failure := part.get(key):
            return read(failure if isinstance(failure, dict) else {"message": failure}, status)
    if text(part.get("errorCode")):
        return _gateway(part, status)
    code = _service_code(part)
    return _service(part, status) if code is not None and code != "0" else None


def _gateway(part: dict[str, Any], status: int) -> tuple[type[NcloudError], str | None, str]:
    code = text(part.get("errorCode"))
    kind = BY_GATEWAY_CODE.get((code or "").strip()) or _kind_of_status(status)
    texts = [text(part.get("message")), text(part.get("details"))]
    return kind, code, ": ".join(each for each in texts if each)


def _service(part: dict[str, Any], _status: int) -> tuple[type[NcloudError], str | None, str]:
    keys = ("returnMessage", "responseMessage", "message")
    return ServiceError, _service_code(part), next((found for key in keys if (found := text(part.get(key)))), "")


def _service_code(part: dict[str, Any]) -> str | None:
    code = text(part.get("returnCode")) or text(part.get("responseCode"))
    return code.strip() if code else None


def _is_transient(kind: type[NcloudError], code: str | None, status: int) -> bool:
    """Whether it is worth trying again: by the code where it is known, else by the status."""
    if kind is ServiceError:
        return code == TRY_AGAIN_LATER or status in _TRANSIENT_STATUSES
    return kind.retryable and (status >= 400 or code in BY_GATEWAY_CODE)


def _kind_of_status(status: int) -> type[NcloudError]:
    return _BY_STATUS.get(status, errors.BadRequest if 400 <= status < 500 else errors.UnexpectedError)


def _children(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for value in part.values():
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))


def _objects(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object in *tree*, the outermost first."""
    waiting = deque([tree])
    while waiting:
        part = waiting.popleft()
        yield part
        waiting.extend(_children(part))
