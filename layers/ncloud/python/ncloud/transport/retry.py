"""Decides whether and when a failed request is sent again. No I/O.

Written here because of the signature: each attempt must be signed afresh, and no wait may pass the caller's
deadline. tenacity and stamina were measured: either would cost half of what msgspec costs, at every cold start, for
what are twenty lines here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from ncloud.errors import NcloudError

MAX_HONOURED_WAIT = 10.0
"""Seconds. A server that asks for a longer pause gets none: the run would be over before."""


class RetryPlan(Struct, frozen=True):
    """How often a request is sent, and the pauses between: exponential, with full jitter."""

    attempts: int = 4
    """Sent at most this often, the first time included."""
    base: float = 0.2
    """Seconds; the first pause is up to this long, each further one up to twice the one before."""
    cap: float = 5.0
    """Seconds; no pause that the server did not ask for is longer."""

    def pause(self, error: NcloudError, *, sent: int, remaining: float | None, chance: float) -> float | None:
        """Seconds to wait before sending again, None to give up.

        *sent*: how often it was sent. *remaining*: seconds to the deadline. *chance*: evenly from 0 to 1.
        """
        if not error.is_retryable or sent >= self.attempts:
            return None
        asked = error.retry_after or 0.0
        if asked > MAX_HONOURED_WAIT:
            return None
        wait = max(asked, chance * min(self.cap, self.base * 2 ** (sent - 1)))
        return None if remaining is not None and wait >= remaining else wait


def wait_asked_for(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The seconds of a Retry-After header (a number, or an HTTP date from *now*); None without a readable one."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) <= 9:
        return float(value)
    at = http_date(value)
    return max(0.0, (at - now).total_seconds()) if at else None


def http_date(value: str) -> datetime | None:
    """The aware instant of a Date or Retry-After header; None if it is none."""
    from email.utils import parsedate_to_datetime  # imported by urllib3 anyway, once there is a header

    try:
        at = parsedate_to_datetime(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
