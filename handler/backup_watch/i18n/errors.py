"""What could not be read, what that means and what to do about it; and the warnings of a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from backup_watch.i18n.catalogue import catalogue_of
from backup_watch.i18n.plain_text import shown
from backup_watch.model.notices import DetailsLeftOut, Notice
from backup_watch.model.report import ReadError

if TYPE_CHECKING:
    from backup_watch.i18n.words import Words

MAX_CODE_CHARS = 40
MAX_REGION_CHARS = 20
MAX_PLACES = 5


def error(words: Words, error: ReadError) -> str:
    """One line: where, what, what that means, and the kind and code to search for."""
    return words.text("error", where=where(words, error.region), what=what(words, error), why=why(words, error))


def error_advice(words: Words, error: ReadError) -> str:
    """What to do next, by the kind of the error."""
    return words.text(_known(words, "error.advice", error.kind))


def what(words: Words, error: ReadError) -> str:
    """What was to be read: ``the backup list``; an operation without a name of its own is told as it is."""
    key = f"error.what.{error.list_kind or error.operation}"
    if key in catalogue_of(key, words.language):
        return words.text(key)
    return words.text("error.what", operation=shown(error.operation))


def why(words: Words, error: ReadError) -> str:
    """What the kind means, with kind and code: ``the key was refused: AuthenticationFailed 200``."""
    kind = " ".join(shown(part, limit=MAX_CODE_CHARS) for part in (error.kind, error.code) if part)
    return words.text("error.why", meaning=words.text(_known(words, "error.meaning", error.kind)), kind=kind)


def where(words: Words, region: str | None) -> str:
    """The region and a colon, or nothing."""
    return "" if region is None else words.text("error.where", region=shown(region))


def places(regions: Sequence[str]) -> str:
    """The regions, the first few by name: ``KR, SGN``."""
    names = [shown(region, limit=MAX_REGION_CHARS) for region in regions]
    rest = len(names) - MAX_PLACES
    return ", ".join(names if rest <= 0 else [*names[:MAX_PLACES], f"+{rest}"])


def _known(words: Words, prefix: str, kind: str) -> str:
    key = f"{prefix}.{kind}"
    return key if key in catalogue_of(key, words.language) else prefix


def notice(words: Words, notice: Notice) -> str:
    """One sentence for a warning."""
    values = {name: _value(words, value) for name, value in asdict(notice).items()}
    if isinstance(notice, DetailsLeftOut) and not notice.limit:
        return words.text("notice.details-left-out.off", **values)
    return words.text(f"notice.{notice.code}", **values)


def _value(words: Words, value: str | int | datetime | tuple[str, ...]) -> str | int:
    if isinstance(value, tuple):
        return places(value)
    if isinstance(value, datetime):
        return words.instant(value)
    return shown(value) if isinstance(value, str) else value
