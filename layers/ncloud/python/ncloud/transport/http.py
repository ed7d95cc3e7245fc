"""Sends one request and reads one response, whole and within bounds, or says precisely why there is none."""

import http.client
import ssl
from collections.abc import Callable

from msgspec import Struct
from urllib3 import BaseHTTPResponse, Timeout, exceptions

from ncloud import errors
from ncloud.clock import Clock
from ncloud.errors import NcloudError, UnexpectedResponse
from ncloud.model import HttpRequest, HttpResponse
from ncloud.transport import connections
from ncloud.transport.bodies import PIECE_BYTES, Body
from ncloud.transport.byte_budget import MAX_BODY_BYTES, Lease
from ncloud.transport.time_limits import TimedExchange, TimeLimits

MAX_ERROR_BODY_BYTES = 64 * 1024
"""Of a response whose status is no success; what is longer is not read, as the status says enough."""


class Timeouts(Struct, frozen=True):
    """Seconds, each; all of them are cut to the caller's deadline."""

    connect: float = 5.0
    read: float = 10.0
    """Between two pieces of a response."""
    whole: float = 30.0
    """From the first step to the last byte."""


class Transport(Struct, frozen=True):
    pool: connections.PoolKey
    timeouts: Timeouts
    clock: Clock
    time_limits: TimeLimits

    def send(self, request: HttpRequest, lease: Lease, *, deadline: float | None) -> HttpResponse:
        """The response to *request*, whatever its status; *lease* holds its bytes.

        Raises TransportError, AnswerTooLarge or MalformedAnswer.
        """
        now = self.clock.monotonic()
        left = self.timeouts.whole if deadline is None else min(self.timeouts.whole, deadline - now)
        if left <= 0:
            raise errors.DeadlineExceeded("the time was up before the request was sent")
        with self.time_limits.exchange(now + left) as exchange:
            outcome = self._exchange(request, lease, exchange, left)
            # An ended stream looks like a complete one where the server gave no length.
            if exchange.is_aborted or (isinstance(outcome, NcloudError) and self._is_over(deadline)):
                raise self._overdue(deadline)
        if isinstance(outcome, NcloudError):
            raise outcome
        return outcome

    def _exchange(
        self, request: HttpRequest, lease: Lease, exchange: TimedExchange, left: float
    ) -> HttpResponse | NcloudError:
        """Errors are returned, not raised from their cause: its text may hold what the server echoed."""
        try:
            return self._send(request, lease, exchange, left)
        except NcloudError as error:
            return error
        except (exceptions.HTTPError, OSError, http.client.HTTPException) as error:
            return _precise(error)
        except ValueError as error:  # http.client's own way to say that it cannot read a number
            return errors.MalformedAnswer(f"no HTTP response: {type(error).__name__}")

    def _send(self, request: HttpRequest, lease: Lease, exchange: TimedExchange, left: float) -> HttpResponse:
        response = connections.pool_for(self.pool).urlopen(
            request.method,
            request.target,
            body=request.body,
            headers=request.headers,
            timeout=Timeout(connect=min(self.timeouts.connect, left), read=min(self.timeouts.read, left)),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        is_success = response.status < 300
        try:
            hold = _holder(lease, exchange, self.clock)
            body: bytes | memoryview = _read_bounded(
                response, hold, MAX_BODY_BYTES if is_success else MAX_ERROR_BODY_BYTES
            )
        except UnexpectedResponse:
            if is_success:
                raise
            body = b""
        finally:
            response.close()
        has_length = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        return HttpResponse(response.status, response.headers, body, self.clock.now(), has_length)

    def _is_over(self, deadline: float | None) -> bool:
        return deadline is not None and self.clock.monotonic() >= deadline

    def _overdue(self, deadline: float | None) -> NcloudError:
        if self._is_over(deadline):
            return errors.DeadlineExceeded("the time was up before the response was complete")
        return errors.ReadTimeout(f"no complete response within {self.timeouts.whole:g} s")


def _holder(lease: Lease, exchange: TimedExchange, clock: Clock) -> Callable[[int], None]:
    """What takes so many bytes for the body in all, or raises TimeoutError when the exchange is over."""
    return lambda size: lease.grow(size, lambda: exchange.is_aborted or clock.monotonic() >= exchange.ends_at)


def _read_bounded(response: BaseHTTPResponse, hold: Callable[[int], None], limit: int) -> bytes | memoryview:
    """The body. No compression is accepted, so what is compressed is not read: it could unfold to any size."""
    if response.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        raise errors.MalformedAnswer("a compressed response, which was not asked for", http_status=response.status)
    length = response.length_remaining or 0
    if length > limit:
        raise _too_large(response, limit)
    hold(length)
    body = Body(limit)
    while piece := response.read(min(PIECE_BYTES, limit + 1)):
        if body.size + len(piece) > limit:
            raise _too_large(response, limit)
        hold(body.size + len(piece))
        body.append(piece)
    return body.whole()


def _too_large(response: BaseHTTPResponse, limit: int) -> NcloudError:
    return errors.AnswerTooLarge(f"a response of more than {limit} bytes", http_status=response.status)


def _precise(error: Exception) -> NcloudError:
    """This package's error for one of urllib3's; its text holds nothing that the server sent."""
    cause = error.args[1] if isinstance(error, exceptions.ProtocolError) and len(error.args) > 1 else error
    if isinstance(error, exceptions.NameResolutionError):
        return errors.NameResolutionFailed("the host name could not be resolved")
    if isinstance(error, exceptions.NewConnectionError):
        return errors.ConnectionFailed(f"no connection: {_reason(error.__cause__)}")
    if isinstance(error, exceptions.ConnectTimeoutError):
        return errors.ConnectTimeout("no connection in time")
    if isinstance(error, (exceptions.ReadTimeoutError, TimeoutError)):
        return errors.ReadTimeout("the response stopped coming")
    if isinstance(error, (exceptions.SSLError, ssl.SSLError)):
        return _tls_failure(error.args[0] if error.args else error)
    if isinstance(cause, (OSError, http.client.IncompleteRead)) or _is_cut_status_line(cause):
        return errors.ConnectionFailed(f"the connection broke: {_reason(cause)}")
    if isinstance(cause, (http.client.HTTPException, exceptions.InvalidHeader)):
        return errors.MalformedAnswer(f"no HTTP response: {type(cause).__name__}")
    return errors.ConnectionFailed(type(error).__name__)


def _is_cut_status_line(cause: object) -> bool:
    """Whether this is the beginning of one, and the stream ended there."""
    line = str(cause)
    is_bad = isinstance(cause, http.client.BadStatusLine)
    return is_bad and not line.endswith("\n") and line[:5] == "HTTP/"[: len(line)]


def _reason(cause: BaseException | None) -> str:
    return (cause.strerror if isinstance(cause, OSError) else None) or type(cause).__name__


def _tls_failure(cause: object) -> NcloudError:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return errors.TlsFailed(f"the certificate is not accepted: {cause.verify_message}", is_retryable=False)
    reason = cause.reason if isinstance(cause, ssl.SSLError) else None
    return errors.TlsFailed(f"the TLS connection failed: {reason or type(cause).__name__}")
