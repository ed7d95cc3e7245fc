"""Every way in which reading Ncloud fails, one class each.

    SettingsProblem (ValueError)          the client was set up wrongly; nothing was sent
    NcloudError
    ├── NoAnswer                          nothing usable arrived
    │   ├── NameResolutionFailed          retried
    │   ├── ConnectionFailed              retried   refused, reset, or cut off in mid-answer
    │   ├── ConnectTimeout, ReadTimeout   retried
    │   ├── TlsFailed                     retried unless the certificate is the reason
    │   └── DeadlineExceeded              the caller's time was up
    ├── StrangeAnswer                     it came, and it is not what the API is documented to say
    │   ├── MalformedAnswer, AnswerTooLarge, Redirected
    │   └── ListingIncomplete             pages that do not add up to the list they promise
    ├── GatewayError                      docs: "API Gateway errors", by errorCode, else by HTTP status
    │   ├── BadRequest 100, AuthenticationFailed 200, PermissionDenied 210, Forbidden 230
    │   ├── NotFound 300, QuotaExceeded 400, RequestTooLarge 430
    │   └── ThrottleLimited 410, RateLimited 420, EndpointError 500, EndpointTimeout 510,
    │       UnexpectedError 900           retried
    ├── ServiceError                      responseError, or a returnCode other than "0"; retried if 1000
    └── ClientDefect                      a fault of this client's own, which cost one list

An error's *kind* is the name of its class: stable, for reports and metrics.
"""

from ncloud.decoding.redaction import clean


class SettingsProblem(ValueError):
    """The client cannot be made from these settings; the message names the setting and what is allowed."""


class NcloudError(Exception):
    """A reading failed. Its texts are bounded, printable lines without a credential or a signature."""

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        request_id: str | None = None,
        http_status: int | None = None,
        is_retryable: bool | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = clean(message)
        self.code = code
        """The API's own error code; None if it gave none."""
        self.request_id = request_id
        self.http_status = http_status
        """None if no status line arrived."""
        self.is_retryable = self.retryable if is_retryable is None else is_retryable
        self.retry_after = retry_after
        """Seconds that the server asked us to wait; None if it did not."""
        self.operation: str | None = None
        self.region: str | None = None
        self.attempts = 0
        """How often the failing request was sent."""
        self.args = (self.message,)

    @property
    def kind(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        where = " in ".join(part for part in (self.operation, self.region) if part)
        what = " ".join(part for part in (self.kind, self.code) if part)
        facts = [f"HTTP {self.http_status}"] if self.http_status else []
        facts += [f"request id {self.request_id}"] if self.request_id else []
        facts += [f"{self.attempts} attempts"] if self.attempts > 1 else []
        said = ": ".join(part for part in (where, what, self.message) if part)
        return f"{said} ({', '.join(facts)})" if facts else said

    def __repr__(self) -> str:
        return f"<{self}>"


class NoAnswer(NcloudError):
    """Nothing usable arrived."""


class NameResolutionFailed(NoAnswer):
    retryable = True


class ConnectionFailed(NoAnswer):
    retryable = True


class ConnectTimeout(NoAnswer):
    retryable = True


class ReadTimeout(NoAnswer):
    retryable = True


class TlsFailed(NoAnswer):
    retryable = True


class DeadlineExceeded(NoAnswer):
    """The caller's deadline passed before the listing was complete."""


class StrangeAnswer(NcloudError):
    """An answer that is not what the API is documented to say."""


class MalformedAnswer(StrangeAnswer):
    pass


class AnswerTooLarge(StrangeAnswer):
    pass


class Redirected(StrangeAnswer):
    """Never followed: signed headers would be handed to another host."""


class ListingIncomplete(StrangeAnswer):
    """The pages do not add up to the list that they promise, twice."""


class GatewayError(NcloudError):
    """The API gateway, or something in front of it, refused or failed the request."""


class BadRequest(GatewayError):
    pass


class AuthenticationFailed(GatewayError):
    pass


class PermissionDenied(GatewayError):
    pass


class Forbidden(GatewayError):
    pass


class NotFound(GatewayError):
    pass


class QuotaExceeded(GatewayError):
    pass


class RequestTooLarge(GatewayError):
    pass


class ThrottleLimited(GatewayError):
    retryable = True


class RateLimited(GatewayError):
    retryable = True


class EndpointError(GatewayError):
    retryable = True


class EndpointTimeout(GatewayError):
    retryable = True


class UnexpectedError(GatewayError):
    retryable = True


class ServiceError(NcloudError):
    """The service itself said no; *code* is its returnCode."""


class ClientDefect(NcloudError):
    """A fault of this client's own, met over one list: that one fails, and no other."""

    @classmethod
    def of(cls, error: Exception) -> "ClientDefect":
        """Tells *error*'s type and the last place of ours on its way; its text may hold what the server sent."""
        place, step = "an unknown place", error.__traceback__
        while step is not None:
            frame = step.tb_frame
            if str(frame.f_globals.get("__name__")).startswith(f"{__package__}."):
                place = f"{frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}"
            step = step.tb_next
        return cls(f"{type(error).__name__} at {place}")
