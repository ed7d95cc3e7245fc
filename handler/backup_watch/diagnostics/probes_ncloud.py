"""The doctor's probes of Ncloud: is the key accepted, what may it do, do the clocks agree, is each region there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import Struct

from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words
from backup_watch.i18n.plain_text import MAX_MESSAGE_CHARS, shown
from backup_watch.model.report import ReadError

MAX_SKEW = timedelta(minutes=1)
REFUSED_SKEW = timedelta(minutes=5)
"""The gateway refuses what was signed further off its clock than this (docs/ncloud-api.md)."""
REGION_LIST = "getRegionList"
OPERATIONS = (
    "getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList", "getCloudPostgresqlBackupDetailList", REGION_LIST,
)  # fmt: skip
LISTS = OPERATIONS[:2]
KEY_REFUSED, NOT_ALLOWED = "AuthenticationFailed", "PermissionDenied"
AFTER_THE_KEY = frozenset({NOT_ALLOWED, "ServiceError", "RowsUnattributed"})
"""Errors that only come once the key was accepted."""
NO_SERVICE = frozenset({"ServiceError", "NotFound", "BadRequest"})
"""Errors that a region without the service answers with."""


class ProbedList(Struct, frozen=True):
    """What one list operation came to: how many rows, or an error."""

    operation: str
    region: str | None
    rows: int = 0
    error: ReadError | None = None


def credentials_probe(answers: Sequence[ProbedList], skew: timedelta | None) -> Probe:
    """Whether the key is accepted; a clock that is far off is named before the key is blamed."""
    refused = next((a.error for a in answers if a.error is not None and a.error.kind == KEY_REFUSED), None)
    if refused is not None:
        if skew is not None and abs(skew) > REFUSED_SKEW:
            advice = "Set the clock first: a request signed more than five minutes off is refused."
        else:
            advice = "Check that the key is active and whole, and that its sub account may use the API gateway."
        return Probe("credentials", Status.FAILED, f"the key was refused: {_told(refused)}", advice)
    if any(a.error is None or a.error.kind in AFTER_THE_KEY for a in answers):
        return Probe("credentials", Status.OK, "the key was accepted")
    return Probe("credentials", Status.SKIPPED, "no answer shows whether the key is accepted")


def operation_probes(answers: Sequence[ProbedList], *, check_instances: bool) -> list[Probe]:
    """One for each operation that the watch uses: may the key call it, and does it answer?"""
    return [_operation(operation, answers, check_instances=check_instances) for operation in OPERATIONS]


def _operation(operation: str, answers: Sequence[ProbedList], *, check_instances: bool) -> Probe:
    name = f"permission {operation}"
    mine = [answer for answer in answers if answer.operation == operation]
    errors = [answer.error for answer in mine if answer.error is not None]
    if not mine:
        switched_off = operation == LISTS[1] and not check_instances
        why = "CHECK_INSTANCES is false" if switched_off else "there is no instance to ask it of"
        return Probe(name, Status.SKIPPED, f"not asked: {why}")
    if not errors:
        rows = sum(answer.rows for answer in mine)
        return Probe(name, Status.OK, f"{rows} row{'' if rows == 1 else 's'} read{_places(mine)}")
    if all(error.kind == KEY_REFUSED for error in errors):
        return Probe(name, Status.SKIPPED, "cannot be told while the key is refused")
    first = next(error for error in errors if error.kind != KEY_REFUSED)
    needless = operation == REGION_LIST
    status = Status.WARNING if needless else Status.FAILED
    return Probe(name, status, "; ".join(_told(error) for error in errors), _advice(first, needless=needless))


def _advice(error: ReadError, *, needless: bool) -> str:
    if error.kind != NOT_ALLOWED:
        return Words("en").error_advice(error)
    advice = f"Allow {error.operation} to the key's sub account (a view permission)"
    return f"{advice}; only the doctor needs it." if needless else f"{advice}."


def _places(answers: Iterable[ProbedList]) -> str:
    regions = [answer.region for answer in answers if answer.region is not None]
    return f" in {', '.join(regions)}" if regions else ""


def _told(error: ReadError) -> str:
    where = "" if error.region is None else f"{error.region}: "
    kind = " ".join(part for part in (error.kind, error.code) if part)
    return f"{where}{kind}: {shown(error.message, limit=MAX_MESSAGE_CHARS)}"


def clock_probe(skew: timedelta | None) -> Probe:
    """Our clock against the Date of Ncloud's last answer; *skew* is how far theirs is ahead of ours."""
    if skew is None:
        return Probe("clock", Status.SKIPPED, "no answer told the time")
    off = abs(skew)
    if off <= MAX_SKEW:
        return Probe("clock", Status.OK, f"within {max(int(off.total_seconds()), 1)} s of Ncloud's")
    direction = "behind" if skew > timedelta(0) else "ahead of"
    detail = f"our clock is {Words('en').duration(off)} {direction} Ncloud's"
    advice = "Set this machine's clock (NTP), or find what changes the Date header in between."
    if off <= REFUSED_SKEW:
        return Probe("clock", Status.WARNING, detail, advice)
    return Probe("clock", Status.FAILED, f"{detail}: requests are refused from 5 min on", advice)


def region_probes(
    regions: Sequence[str], listed: Sequence[str] | None, instances: Sequence[int], answers: Sequence[ProbedList]
) -> list[Probe]:
    """One for each configured region.

    *listed* are the codes of the region list (None: it could not be read), *instances* how many were found in each
    of *regions*.
    """
    return [_region(region, listed, found, answers) for region, found in zip(regions, instances, strict=True)]


def _region(region: str, listed: Sequence[str] | None, found: int, answers: Sequence[ProbedList]) -> Probe:
    name = f"region {region}"
    errors = [a.error for a in answers if a.region == region and a.operation in LISTS and a.error is not None]
    offered = "" if listed is None else f"; the account has {', '.join(map(shown, listed)) or 'none'}"
    advice = f"Correct NCLOUD_REGIONS{offered}."
    if listed is not None and region not in listed:
        return Probe(name, Status.FAILED, "not among the account's regions", advice)
    if without := next((error for error in errors if error.kind in NO_SERVICE), None):
        return Probe(name, Status.FAILED, f"does not offer the service, it seems: {_told(without)}", advice)
    if errors:
        return Probe(name, Status.SKIPPED, "could not be read; see credentials and permissions")
    if not found:
        detail = "there is no database in it"
        return Probe(name, Status.WARNING, detail, f"Take {region} out of NCLOUD_REGIONS if none is to be there.")
    return Probe(name, Status.OK, f"{found} database{'' if found == 1 else 's'}")
