"""What could not be read, what that means and what to do about it."""

# ruff: noqa: E501  a sentence stands on one line, so that it can be found by its words

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backup_watch.i18n.products import product_words
from backup_watch.i18n.words import Words
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.messages import N_
from backup_watch.model.plain_text import shown
from backup_watch.model.products import DEFAULT_PRODUCT
from backup_watch.model.report import ReadError, Report
from backup_watch.model.vocabulary import ListKind

MAX_CODE_CHARS = 40
MAX_PLACE_CHARS = 48
"""What the id of an account may have; the code of a region has fewer."""
MAX_PLACES = 5
MAX_ACCOUNTS = 500
"""So many accounts are named where it is they that are told."""

WHAT: Mapping[str, str] = {
    ListKind.BACKUPS: N_("the backup list"),
    ListKind.INSTANCES: N_("the instance list"),
    ListKind.DETAILS: N_("the backup history of an instance"),
    "GetSecretValue": N_("the secret with the Ncloud key"),
    "GetParameter": N_("the policy parameter"),
    "readAccounts": N_("the accounts file"),
    "GetParameters": N_("the account's key"),
    "BatchGetSecretValue": N_("the account's key"),
    "configure": N_("the account's key"),
    "nothing-found": N_("any database"),
    "checkAccount": N_("the account"),
    "readReport": N_("the newest run's report"),
}
"""What was to be read: one of a product's lists, or by operation."""

MEANINGS: Mapping[str, str] = {
    "AuthenticationFailed": N_("the Ncloud key was refused"),
    "PermissionDenied": N_("the key may not do this"),
    "Forbidden": N_("the gateway forbids the request"),
    "BadRequest": N_("the gateway did not understand the request"),
    "NotFound": N_("there is no such address or service there"),
    "QuotaExceeded": N_("the account's API quota is used up"),
    "RequestTooLarge": N_("the gateway found the request too large"),
    "ThrottleLimited": N_("too many requests at once"),
    "RateLimited": N_("too many requests per second"),
    "EndpointError": N_("the service behind the gateway failed"),
    "EndpointTimeout": N_("the service behind the gateway did not answer in time"),
    "UnexpectedError": N_("the gateway failed"),
    "ServiceError": N_("the database service reported a failure"),
    "ClientDefect": N_("a defect of this watch itself"),
    "ListingIncomplete": N_("the pages did not add up to the whole list"),
    "MalformedAnswer": N_("the answer is not what the API promises"),
    "AnswerTooLarge": N_("the answer is too large to be true"),
    "Redirected": N_("the server wanted to send the request elsewhere"),
    "ConnectionFailed": N_("the connection was refused or broke off"),
    "NameResolutionFailed": N_("the host name was not found"),
    "TlsFailed": N_("no trusted encrypted connection came about"),
    "ConnectTimeout": N_("the server could not be reached in time"),
    "ReadTimeout": N_("the answer did not come in time"),
    "DeadlineExceeded": N_("the run's time was up"),
    "SecretUnreadable": N_("the secret is absent, unreadable or not of the expected form"),
    "PolicyUnreadable": N_("the policy is absent or unreadable"),
    "AccountsUnreadable": N_("the accounts file is absent or unreadable"),
    "ListEmptied": N_("the list is empty, and was not before"),
    "NoLongerVisible": N_("the product could be read before, and is said not to be offered now"),
    "AccountNotChecked": N_("the account has no result of this run"),
    "RowsUnattributed": N_("some rows do not say which instance they belong to"),
    "TooMuchToTell": N_("more is wrong with the account than one run of a fleet can hold"),
    "NoFinishedRun": N_("no run of the fleet has finished lately"),
    "ReportOutdated": N_("the newest finished run is too old to say how things are"),
    "ReportUnreadable": N_("the newest run's report is absent or unreadable"),
}
"""What an error's kind means."""

PASSES = N_("Usually passes by itself. If it stays for some runs, see Ncloud's service status and ask support.")
TOO_MANY = N_("Lower MAX_CONCURRENCY, or find out who else uses this key.")
NETWORK = N_("Check the function's way to the internet (NAT, security group) and NCLOUD_API_GW.")

ADVICE: Mapping[str, str] = {
    "AuthenticationFailed": N_(
        "Check that the key in the secret is active and belongs to this account (Ncloud console: Sub Account), and that the clock is right; the doctor action checks both."
    ),
    "PermissionDenied": N_(
        "Give the key's sub account the view permission of {product}; the doctor action names the operation that it lacks."
    ),
    "Forbidden": N_("Check the sub account's access rules (allowed IP addresses, API gateway access)."),
    "BadRequest": N_("Check NCLOUD_API_GW and NCLOUD_REGIONS."),
    "NotFound": N_("Check NCLOUD_API_GW and NCLOUD_REGIONS: the region may not offer {product}."),
    "QuotaExceeded": N_("Check the API quota in the Ncloud console; check less often until it is raised."),
    "RequestTooLarge": N_("Check NCLOUD_API_GW: something in between limits requests."),
    "ThrottleLimited": TOO_MANY,
    "RateLimited": TOO_MANY,
    "EndpointError": PASSES,
    "EndpointTimeout": PASSES,
    "UnexpectedError": PASSES,
    "ServiceError": N_("Look the code up with Ncloud support; check NCLOUD_REGIONS."),
    "ListEmptied": N_(
        "Were the databases deleted? Then take the product or region out of the settings, or expect 0 instances in the policy. If not, the key sees fewer of them: check its sub account's permissions."
    ),
    "NoLongerVisible": N_(
        "Was {product} given up there? Then name the other products in NCLOUD_PRODUCTS instead of all. If not, check the sub account's permissions and ask Ncloud support."
    ),
    "AccountNotChecked": N_(
        "Look into the function's log: it ran out of memory, time or concurrency. More memory, smaller batches (FleetBatch) or fewer at once (FleetConcurrency) help."
    ),
    "TooMuchToTell": N_("Watch this account by itself, in a deployment of its own, until less is wrong with it."),
    "NoFinishedRun": N_("Look at the state machine's executions: has one been started, and how did it end?"),
    "ReportOutdated": N_("Look at the state machine's executions: has one been started, and how did it end?"),
    "ReportUnreadable": N_("Check RUNS_BUCKET, and what this function may read there."),
    "ClientDefect": N_(
        "Report it to the maintainer of this watch, with the log of this run: it says in which line of the code."
    ),
    "ListingIncomplete": N_(
        "Usually instances came or went meanwhile: wait for the next run. A larger PAGE_SIZE helps."
    ),
    "MalformedAnswer": N_("The API may have changed: see the log, and report it to the maintainer of this watch."),
    "AnswerTooLarge": N_("Lower PAGE_SIZE; check NCLOUD_API_GW."),
    "Redirected": N_(
        "Check NCLOUD_API_GW: redirects are not followed, since they would carry the signed request elsewhere."
    ),
    "ConnectionFailed": NETWORK,
    "NameResolutionFailed": N_("Check NCLOUD_API_GW, and the name servers of the function's VPC."),
    "TlsFailed": N_("Check NCLOUD_API_GW: a proxy in between, or a wrong host."),
    "ConnectTimeout": NETWORK,
    "ReadTimeout": N_(
        "Usually passes by itself. If it stays for some runs, see Ncloud's service status; lower PAGE_SIZE."
    ),
    "DeadlineExceeded": N_("Raise the function's timeout or MAX_CONCURRENCY."),
    "SecretUnreadable": N_(
        "Check NCLOUD_CREDENTIALS_SECRET, the function's right to read it, and its JSON: access_key_id and secret_access_key."
    ),
    "PolicyUnreadable": N_("Check POLICY_PARAMETER, and the function's right to read it."),
    "AccountsUnreadable": N_(
        "Check ACCOUNTS_PARAMETER (or ACCOUNTS_OBJECT and RUNS_BUCKET), and the function's right to read it."
    ),
    "RowsUnattributed": N_(
        "Rows without an instance number came: see the log, and report it to the maintainer of this watch."
    ),
}
"""What to do next, by an error's kind."""

CHECK_KEY_PLACE = N_(
    "Check where the accounts file says that the account's key is kept, the function's right to read it, and its JSON: access_key_id and secret_access_key."
)


def errors_of(words: Words, report: Report) -> list[str]:
    """A line for each error of *report*, with its account and product where there are several."""
    account, product = report.has_several_accounts, len(report.products) > 1
    return [error(words, each, with_account=account, with_product=product) for each in report.errors]


def error(words: Words, error: ReadError, *, with_account: bool = False, with_product: bool = False) -> str:
    """One line: where, what, what that means, and the kind and code to search for."""
    product = product_words(error.product).short_name if with_product and error.product is not None else None
    place = " ".join(shown(part) for part in (error.region, product) if part)
    place = ", ".join(part for part in (shown(error.account) if with_account and error.account else "", place) if part)
    return unread(words, where(words, place or None), error)


def unread(words: Words, where: str, error: ReadError) -> str:
    """The same of several places, named in *where* (see :func:`where`)."""
    values = {"where": where, "what": what(words, error), "why": why(words, error)}
    return words.text("{where}{what} could not be read ({why})", **values)


def error_advice(words: Words, error: ReadError) -> str:
    """What to do next, by the kind of the error."""
    if error.kind == "SecretUnreadable" and error.account not in (None, DEFAULT_ACCOUNT):
        return words.text(CHECK_KEY_PLACE)
    message = ADVICE.get(error.kind) or N_("Run the doctor action, and see the log of this run for the details.")
    return words.text(message, product=product_words(error.product or DEFAULT_PRODUCT).name)


def what(words: Words, error: ReadError) -> str:
    """What was to be read: ``the backup list``; an operation without a name of its own is told as it is."""
    if (message := WHAT.get(error.list_kind or error.operation)) is not None:
        return words.text(message)
    return words.text("the answer to {operation}", operation=shown(error.operation))


def why(words: Words, error: ReadError) -> str:
    """What the kind means, with kind and code: ``AuthenticationFailed 200: the Ncloud key was refused``."""
    return meaning(words, error.kind, error.code)


def meaning(words: Words, kind: str, code: str | None) -> str:
    """The same of an error of which only *kind* and *code* are kept."""
    known = " ".join(shown(part, limit=MAX_CODE_CHARS) for part in (kind, code) if part)
    text = words.text(MEANINGS.get(kind) or N_("an unexpected failure"))
    return words.text("{kind}: {meaning}", kind=known, meaning=text)


def where(words: Words, region: str | None) -> str:
    """The region and a colon, or nothing."""
    return "" if region is None else words.text("{region}: ", region=shown(region))


def places(regions: Sequence[str], *, most: int = MAX_PLACES) -> str:
    """The regions, or accounts, the first few by name: ``KR, SGN``."""
    names = [shown(region, limit=MAX_PLACE_CHARS) for region in regions]
    rest = len(names) - most
    return ", ".join(names if rest <= 0 else [*names[:most], f"+{rest}"])
