"""The classes of what can keep a list from being read: a change of class is news, another error of the class is not."""

from __future__ import annotations

from backup_watch.model.report import ReadError

NOT_ALLOWED, NOT_REACHABLE, NOT_UNDERSTOOD, OURS = "not-allowed", "not-reachable", "not-understood", "ours"
SHRUNK = "shrunk"
"""The list can be read, and holds nothing where it held something: no failure of the request at all."""

CLASSES = {
    "AuthenticationFailed": NOT_ALLOWED,
    "PermissionDenied": NOT_ALLOWED,
    "Forbidden": NOT_ALLOWED,
    "QuotaExceeded": NOT_ALLOWED,
    "ConnectionFailed": NOT_REACHABLE,
    "ConnectTimeout": NOT_REACHABLE,
    "ReadTimeout": NOT_REACHABLE,
    "NameResolutionFailed": NOT_REACHABLE,
    "TlsFailed": NOT_REACHABLE,
    "EndpointError": NOT_REACHABLE,
    "EndpointTimeout": NOT_REACHABLE,
    "UnexpectedError": NOT_REACHABLE,
    "ThrottleLimited": NOT_REACHABLE,
    "RateLimited": NOT_REACHABLE,
    "ServiceError": NOT_REACHABLE,
    "ClientDefect": OURS,
    "DeadlineExceeded": OURS,
    "SecretUnreadable": OURS,
    "PolicyUnreadable": OURS,
    "ListEmptied": SHRUNK,
    "NoLongerVisible": SHRUNK,
}


def failure_class(error: ReadError) -> str:
    """The class of *error*. A kind that is not known here is a response that was not understood."""
    return CLASSES.get(error.kind, NOT_UNDERSTOOD)
