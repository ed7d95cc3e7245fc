"""The doctor's probes of Ncloud: is the key accepted, what may it do, do the clocks agree, is each region there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words
from backup_watch.i18n import errors as error_sentences
from backup_watch.i18n.products import product_words
from backup_watch.model.messages import N_, NN_
from backup_watch.model.plain_text import MAX_MESSAGE_CHARS, shown
from backup_watch.model.products import DEFAULT_PRODUCT
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind

ROWS_READ = NN_("{count} row read{places}", "{count} rows read{places}")
DATABASES = NN_("{count} database", "{count} databases")
NOT_WATCHED = NN_("{count} {product} database is not watched", "{count} {product} databases are not watched")
MAX_SKEW = timedelta(minutes=1)
REFUSED_SKEW = timedelta(minutes=5)
"""The gateway refuses what was signed further off its clock than this (docs/ncloud-api.md)."""
REGION_LIST = "getRegionList"
LISTS = (ListKind.BACKUPS, ListKind.INSTANCES)
KEY_REFUSED, NOT_ALLOWED = "AuthenticationFailed", "PermissionDenied"
AFTER_THE_KEY = frozenset({NOT_ALLOWED, "ServiceError", "RowsUnattributed"})
"""Errors that only come once the key was accepted."""
NO_SERVICE = frozenset({"ServiceError", "NotFound", "BadRequest"})
"""Errors that a region without the service answers with."""


class Operation(Struct, frozen=True):
    """One operation that the watch uses."""

    name: str
    """As the API spells it."""
    kind: ListKind | None = None
    """None: the list of regions, which only the doctor needs."""
    product: str | None = None


REGIONS = Operation(REGION_LIST)


class ProbedList(Struct, frozen=True):
    """What one call of an operation came to: how many rows, or an error."""

    operation: Operation
    region: str | None
    rows: int = 0
    error: ReadError | None = None


def credentials_probe(words: Words, answers: Sequence[ProbedList], skew: timedelta | None) -> Probe:
    """Whether the key is accepted; a clock that is far off is named before the key is blamed."""
    refused = next((a.error for a in answers if a.error is not None and a.error.kind == KEY_REFUSED), None)
    if refused is not None:
        if skew is not None and abs(skew) > REFUSED_SKEW:
            advice = words.text("Set the clock first: a request signed more than five minutes off is refused.")
        else:
            message = N_("Check that the key is active and whole, and that its sub account may use the API gateway.")
            advice = words.text(message)
        detail = words.text("the key was refused: {error}", error=_told(refused))
        return Probe("credentials", Status.FAILED, detail, advice)
    if any(a.error is None or a.error.kind in AFTER_THE_KEY for a in answers):
        return Probe("credentials", Status.OK, words.text("the key was accepted"))
    return Probe("credentials", Status.SKIPPED, words.text("no answer shows whether the key is accepted"))


def operation_probes(
    words: Words, operations: Iterable[Operation], answers: Sequence[ProbedList], *, check_instances: bool
) -> list[Probe]:
    """One for each of *operations*, and for the list of regions: may the key call it, and does it answer?"""
    return [
        _operation(words, operation, answers, check_instances=check_instances) for operation in (*operations, REGIONS)
    ]


def _operation(words: Words, operation: Operation, answers: Sequence[ProbedList], *, check_instances: bool) -> Probe:
    name = f"permission {operation.name}"
    mine = [answer for answer in answers if answer.operation == operation]
    errors = [answer.error for answer in mine if answer.error is not None]
    if not mine:
        switched_off = operation.kind is ListKind.INSTANCES and not check_instances
        off, no_instance = N_("not asked: CHECK_INSTANCES is false"), N_("not asked: there is no instance to ask it of")
        return Probe(name, Status.SKIPPED, words.text(off if switched_off else no_instance))
    if not errors:
        rows = sum(answer.rows for answer in mine)
        return Probe(name, Status.OK, words.counted(*ROWS_READ, rows, places=_places(words, mine)))
    if all(error.kind == KEY_REFUSED for error in errors):
        return Probe(name, Status.SKIPPED, words.text("cannot be told while the key is refused"))
    first = next(error for error in errors if error.kind != KEY_REFUSED)
    needless = operation == REGIONS
    status = Status.WARNING if needless else Status.FAILED
    return Probe(name, status, "; ".join(_told(error) for error in errors), _advice(words, first, needless=needless))


def products_probe(
    words: Words, watched: Sequence[str], unwatched: Mapping[str, int], *, unknown: Sequence[str] = ()
) -> Probe:
    """Whether the key sees databases of a product that is not among the *watched*; *unwatched* counts those it sees.

    *unknown* are the products of which it could not be read.
    """
    seen = {product: count for product, count in unwatched.items() if count}
    if unknown and not seen:
        names = ", ".join(product_words(product).short_name for product in dict.fromkeys(unknown))
        text = words.text("could not be read, so that it is not known whether the key sees: {products}", products=names)
        return Probe("products", Status.SKIPPED, text)
    if not seen:
        names = ", ".join(product_words(product).short_name for product in watched)
        return Probe("products", Status.OK, words.text("{products}; the key sees no other databases", products=names))
    told = [
        words.counted(*NOT_WATCHED, count, product=product_words(product).short_name) for product, count in seen.items()
    ]
    advice = words.text("Add {products} to NCLOUD_PRODUCTS, if they are to be watched.", products=", ".join(seen))
    return Probe("products", Status.WARNING, "; ".join(told), advice)


def not_offered_probes(words: Words, refusals: Iterable[ReadError]) -> list[Probe]:
    """One for each product that is asked for as one of all, and is not offered somewhere."""
    regions: dict[str, dict[str, None]] = {}
    for error in refusals:
        regions.setdefault(error.product or "", {})[error.region or ""] = None
    return [
        Probe(
            f"product {product}",
            Status.SKIPPED,
            words.text("not offered in {regions}, and not watched there", regions=error_sentences.places(list(named))),
        )
        for product, named in regions.items()
    ]


def _advice(words: Words, error: ReadError, *, needless: bool) -> str:
    if error.kind != NOT_ALLOWED:
        return error_sentences.error_advice(words, error)
    allow = N_("Allow {operation} to the key's sub account (a view permission).")
    only_here = N_("Allow {operation} to the key's sub account (a view permission); only the doctor needs it.")
    return words.text(only_here if needless else allow, operation=error.operation)


def _places(words: Words, answers: Iterable[ProbedList]) -> str:
    regions = dict.fromkeys(answer.region for answer in answers if answer.region is not None)
    return words.text(" in {regions}", regions=", ".join(regions)) if regions else ""


def _told(error: ReadError) -> str:
    where = "" if error.region is None else f"{error.region}: "
    kind = " ".join(part for part in (error.kind, error.code) if part)
    return f"{where}{kind}: {shown(error.message, limit=MAX_MESSAGE_CHARS)}"


def clock_probe(words: Words, skew: timedelta | None) -> Probe:
    """Our clock against the Date of Ncloud's last answer; *skew* is how far theirs is ahead of ours."""
    if skew is None:
        return Probe("clock", Status.SKIPPED, words.text("no answer told the time"))
    off = abs(skew)
    if off <= MAX_SKEW:
        seconds = words.duration(max(off, timedelta(seconds=1)))
        return Probe("clock", Status.OK, words.text("within {seconds} of Ncloud's", seconds=seconds))
    behind, ahead = N_("our clock is {off} behind Ncloud's"), N_("our clock is {off} ahead of Ncloud's")
    detail = words.text(behind if skew > timedelta(0) else ahead, off=words.duration(off))
    advice = words.text("Set this machine's clock (NTP), or find what changes the Date header in between.")
    if off <= REFUSED_SKEW:
        return Probe("clock", Status.WARNING, detail, advice)
    refused = words.text("{detail}: requests are refused from 5 min on", detail=detail)
    return Probe("clock", Status.FAILED, refused, advice)


def region_probes(
    words: Words,
    regions: Sequence[str],
    listed: Sequence[str] | None,
    instances: Sequence[int],
    answers: Sequence[ProbedList],
) -> list[Probe]:
    """One for each configured region.

    *listed* are the codes of the region list (None: it could not be read), *instances* how many were found in each
    of *regions*.
    """
    return [_region(words, region, listed, found, answers) for region, found in zip(regions, instances, strict=True)]


def _region(
    words: Words, region: str, listed: Sequence[str] | None, found: int, answers: Sequence[ProbedList]
) -> Probe:
    name = f"region {region}"
    errors = [a.error for a in answers if a.region == region and a.operation.kind in LISTS and a.error is not None]
    if listed is None:
        advice = words.text("Correct NCLOUD_REGIONS.")
    else:
        codes = ", ".join(map(shown, listed)) or "-"
        advice = words.text("Correct NCLOUD_REGIONS; the account has these regions: {regions}.", regions=codes)
    if listed is not None and region not in listed:
        return Probe(name, Status.FAILED, words.text("not among the account's regions"), advice)
    if without := next((error for error in errors if error.kind in NO_SERVICE), None):
        products = {answer.operation.product for answer in answers if answer.operation.kind in LISTS}
        detail = words.text("does not offer the service, it seems: {error}", error=_told(without))
        if len(products) > 1:
            product = product_words(without.product or DEFAULT_PRODUCT).short_name
            detail = words.text("does not offer {product}, it seems: {error}", product=product, error=_told(without))
        return Probe(name, Status.FAILED, detail, advice)
    if errors:
        return Probe(name, Status.SKIPPED, words.text("could not be read; see credentials and permissions"))
    if not found:
        advice = words.text("Take {region} out of NCLOUD_REGIONS if none is to be there.", region=region)
        return Probe(name, Status.WARNING, words.text("there is no database in it"), advice)
    return Probe(name, Status.OK, words.counted(*DATABASES, found))
