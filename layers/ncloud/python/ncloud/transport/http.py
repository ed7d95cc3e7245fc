"""Sends one request and reads one answer, whole and within bounds, or says precisely why there is none."""

import http.client
import ssl
from collections.abc import Mapping

from msgspec import Struct
from urllib3 import BaseHTTPResponse, Timeout, exceptions

from ncloud import errors
from ncloud.clock import Clock
from ncloud.decoding.response import Answer
from ncloud.errors import NcloudError, StrangeAnswer
from ncloud.transport import connections
from ncloud.transport.time_limits import Watch

MAX_BODY_BYTES = 32 * 1024 * 1024
_CHUNK = 1024 * 1024


class Limits(Struct, frozen=True):
    """Seconds, each; all of them are cut to the caller's deadline."""

    connect: float = 5.0
    read: float = 10.0
    """Between two pieces of an answer."""
    whole: float = 30.0
    """From the first step to the last byte."""


class Outgoing(Struct, frozen=True):
    """A request as it goes on the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str | None


class Transport(Struct, frozen=True):
    pool: connections.PoolKey
    limits: Limits
    clock: Clock
    watch: Watch

    def send(self, request: Outgoing, *, deadline: float | None) -> Answer:
        """The answer to *request*, whatever its status. Raises NoAnswer, AnswerTooLarge or MalformedAnswer."""
        now = self.clock.monotonic()
        left = self.limits.whole if deadline is None else min(self.limits.whole, deadline - now)
        if left <= 0:
            raise errors.DeadlineExceeded("the time was up before the request was sent")
        with self.watch.exchange(now + left) as exchange:
            outcome = self._exchange(request, left)
            # An ended stream looks like a complete one where the server gave no length.
            if exchange.is_aborted or (isinstance(outcome, NcloudError) and self._is_over(deadline)):
                raise self._overdue(deadline)
        if isinstance(outcome, NcloudError):
            raise outcome
        return outcome

    def _exchange(self, request: Outgoing, left: float) -> Answer | NcloudError:
        """Errors are returned, not raised from their cause: its text may hold what the server echoed."""
        try:
            return self._send(request, left)
        except NcloudError as error:
            return error
        except (exceptions.HTTPError, OSError, http.client.HTTPException) as error:
            return _precise(error)
        except ValueError as error:  # http.client's own way to say that it cannot read a number
            return errors.MalformedAnswer(f"no HTTP answer: {type(error).__name__}")

    def _send(self, request: Outgoing, left: float) -> Answer:
        response = connections.pool_for(self.pool).urlopen(
            request.method,
            request.target,
            body=request.body,
            headers=request.headers,
            timeout=Timeout(connect=min(self.limits.connect, left), read=min(self.limits.read, left)),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            body = _read_bounded(response)
        except StrangeAnswer:
            if response.status < 300:
                raise
            body = b""  # the status says enough
        finally:
            response.close()
        has_length = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        return Answer(response.status, response.headers, body, self.clock.now(), has_length)

    def _is_over(self, deadline: float | None) -> bool:
        return deadline is not None and self.clock.monotonic() >= deadline

    def _overdue(self, deadline: float | None) -> NcloudError:
        if self._is_over(deadline):
            return errors.DeadlineExceeded("the time was up before the answer was complete")
        return errors.ReadTimeout(f"no complete answer within {self.limits.whole:g} s")


def _read_bounded(response: BaseHTTPResponse) -> bytes:
    """The body. We ask for no compression, so what is compressed is not read: it could unfold to any size."""
    if response.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        raise errors.MalformedAnswer("a compressed answer, which was not asked for", http_status=response.status)
    if (response.length_remaining or 0) > MAX_BODY_BYTES:
        raise _too_large(response)
    pieces, size = [], 0
    while piece := response.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise _too_large(response)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _too_large(response: BaseHTTPResponse) -> NcloudError:
    return errors.AnswerTooLarge(f"an answer of more than {MAX_BODY_BYTES} bytes", http_status=response.status)


def _precise(error: Exception) -> NcloudError:
    """The error of ours for one of urllib3's; only what our own side knows goes into its text."""
    cause = error.args[1] if isinstance(error, exceptions.ProtocolError) and len(error.args) > 1 else error
    if isinstance(error, exceptions.NameResolutionError):
        return errors.NameResolutionFailed("the host name could not be resolved")
    if isinstance(error, exceptions.NewConnectionError):
        return errors.ConnectionFailed(f"no connection: {_reason(error.__cause__)}")
    if isinstance(error, exceptions.ConnectTimeoutError):
        return errors.ConnectTimeout("no connection in time")
    if isinstance(error, (exceptions.ReadTimeoutError, TimeoutError)):
        return errors.ReadTimeout("the answer stopped coming")
    if isinstance(error, (exceptions.SSLError, ssl.SSLError)):
        return _tls_failure(error.args[0] if error.args else error)
    if isinstance(cause, (OSError, http.client.IncompleteRead)) or _is_cut_status_line(cause):
        return errors.ConnectionFailed(f"the connection broke: {_reason(cause)}")
    if isinstance(cause, (http.client.HTTPException, exceptions.InvalidHeader)):
        return errors.MalformedAnswer(f"no HTTP answer: {type(cause).__name__}")
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
