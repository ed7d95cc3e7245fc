"""What could not be read, at the top of the page: each cause once, where several accounts have the same."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from backup_watch.i18n.errors import places as regions_named
from backup_watch.model.report import ReadError, Report
from backup_watch.web.page.places import Places, places_of
from backup_watch.web.page.sentences import Sentences


class Unread(Struct, frozen=True):
    """One cause."""

    sentence: str
    accounts: tuple[str, ...]
    """Those that have it, each with its regions. Empty: the sentence says where."""
    advice: str


def unread_of(report: Report, say: Sentences) -> list[Unread]:
    """Each error of *report*; with several accounts each cause, in the order of their first errors."""
    places = places_of(report)
    if not places.accounts:
        return [Unread(_placed(error, places, say), (), say.error_advice(error)) for error in report.errors]
    causes: dict[tuple[str, str], list[ReadError]] = {}
    for error in report.errors:
        known = say.why(error) if error.account else say.error(error)
        causes.setdefault((known, say.error_advice(error)), []).append(error)
    return [Unread(why, _accounts(errors, places, say), advice) for (why, advice), errors in causes.items()]


def _placed(error: ReadError, places: Places, say: Sentences) -> str:
    place = places.named(None, error.product, None)
    return f"{place}: {say.error(error)}" if place else say.error(error)


def _accounts(errors: Sequence[ReadError], places: Places, say: Sentences) -> tuple[str, ...]:
    regions: dict[str, dict[str, None]] = {}
    for error in errors:
        if error.account is None:
            continue
        of_account = regions.setdefault(error.account, {})
        if place := places.named(None, error.product, error.region):
            of_account[place] = None
    return tuple(
        say.text("{name} ({place})", name=account, place=regions_named(list(found))) if found else account
        for account, found in regions.items()
    )
