"""Every way in which reading Ncloud fails, one class each.

    SettingsProblem (ValueError)          the client was set up wrongly; nothing was sent
    NcloudError
    ├── TransportError                    no usable response arrived
    │   ├── NameResolutionFailed          retried
    │   ├── ConnectionFailed              retried   refused, reset, or cut off within a response
    │   ├── ConnectTimeout, ReadTimeout   retried
    │   ├── TlsFailed                     retried unless the certificate is the reason
    │   └── DeadlineExceeded              the caller's time was up
    ├── UnexpectedResponse                a response that is not what the API is documented to say
    │   ├── MalformedAnswer, AnswerTooLarge, Redirected
    │   └── ListingIncomplete             pages that do not add up to the list they promise
    ├── GatewayError                      docs: "API Gateway errors", by errorCode, else by HTTP status
    │   ├── BadRequest 100, AuthenticationFailed 200, PermissionDenied 210, Forbidden 230
    │   ├── NotFound 300 (`is_not_offered`), QuotaExceeded 400, RequestTooLarge 430
    │   └── ThrottleLimited 410, RateLimited 420, EndpointError 500, EndpointTimeout 510,
    │       UnexpectedError 900           retried
    ├── ServiceError                      responseError, or a returnCode other than "0"; retried if 1000
    └── ClientDefect                      a fault of this client's own, which cost one list

An error's *kind* is the name of its class: stable, for reports and metrics.
"""

from ncloud.redaction import clean

NO_SUCH_INSTANCE = ("5001017", "5001269")
"""returnCodes; the second is MSSQL's for a deleted one (docs/ncloud-api.md#products)."""
NO_SUCH_PRODUCT = "10712"
"""The returnCode of "Not found product" (docs/ncloud-api.md#errors)."""


class SettingsProblem(ValueError):
    """A setting or an argument is wrong; the message names it and says what is allowed."""


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
        """Seconds that the server asked the client to wait; None if it did not."""
        self.product: str | None = None
        """The product's name; None for lists that belong to none, and for what failed before there was a list."""
        self.operation: str | None = None
        self.region: str | None = None
        self.attempts = 0
        """How often the failing request was sent."""
        self.args = (self.message,)

    @property
    def kind(self) -> str:
        return type(self).__name__

    @property
    def is_not_offered(self) -> bool:
        """Whether the gateway says, with its own code, that it has no such operation: the product is not offered there.

        A proxy's page with status 404 does not count, and a missing right (`PermissionDenied`) neither.
        """
        return isinstance(self, NotFound) and self.code is not None and self.code.strip() == "300"

    @property
    def is_not_subscribed(self) -> bool:
        """Whether the gateway or the service says that the account has not subscribed to the product.

        Good enough a reason to look for the databases under an older service; none to skip a product, as the words are
        not documented, and a missing right may sound like this.
        """
        is_refusal = isinstance(self, PermissionDenied | Forbidden | ServiceError) and not self.is_retryable
        return is_refusal and (self.code == NO_SUCH_PRODUCT or "subscri" in self.message.lower())

    @property
    def is_no_such_instance(self) -> bool:
        """Whether the service says that the instance of a detail request does not exist, or not any more."""
        return isinstance(self, ServiceError) and self.code in NO_SUCH_INSTANCE

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


class TransportError(NcloudError):
    """No usable response arrived."""


class NameResolutionFailed(TransportError):
    retryable = True


class ConnectionFailed(TransportError):
    retryable = True


class ConnectTimeout(TransportError):
    retryable = True


class ReadTimeout(TransportError):
    retryable = True


class TlsFailed(TransportError):
    retryable = True


class DeadlineExceeded(TransportError):
    """The caller's deadline passed before the listing was complete."""


class UnexpectedResponse(NcloudError):
    """A response that is not what the API is documented to say."""


class MalformedAnswer(UnexpectedResponse):
    pass


class AnswerTooLarge(UnexpectedResponse):
    pass


class Redirected(UnexpectedResponse):
    """Never followed: signed headers would be handed to another host."""


class ListingIncomplete(UnexpectedResponse):
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
    """The service itself refused; *code* is its returnCode."""


class ClientDefect(NcloudError):
    """A fault of this client's own, met over one list: that list fails, and no other."""

    @classmethod
    def of(cls, error: Exception) -> "ClientDefect":
        """Name *error*'s type and its last place within this package; its own text may hold what the server sent."""
        place, step = "an unknown place", error.__traceback__
        while step is not None:
            frame = step.tb_frame
            if str(frame.f_globals.get("__name__")).startswith(f"{__package__}."):
                place = f"{frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}"
            step = step.tb_next
        return cls(f"{type(error).__name__} at {place}")
