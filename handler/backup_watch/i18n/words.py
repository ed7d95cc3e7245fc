"""The words of one language, with times in one zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cached_property, lru_cache

from backup_watch.config.languages import ENGLISH, languages
from backup_watch.i18n.catalogue import catalogue_of
from backup_watch.model.messages import N_

DEFAULT_ZONE = "Asia/Seoul"
KST = timezone(timedelta(hours=9), "KST")
"""The default zone, without its database: Korea has kept this offset since 1988."""
UNITS = ((N_("{amount} d"), 86400), (N_("{amount} h"), 3600), (N_("{amount} min"), 60), (N_("{amount} s"), 1))
BROKEN = (LookupError, ValueError, TypeError, AttributeError)
"""What a sentence with a wrong placeholder raises when it is filled in."""


class Words:
    """Words in one language (``en``, or one that has a catalogue), with times in one zone (an IANA name).

    A sentence is given in English, with named placeholders. What comes from outside must have passed
    :func:`backup_watch.model.plain_text.shown` before. No sentence raises: a missing or broken translation is said in
    English, and where that is broken as well, the values follow as they are.
    """

    def __init__(self, language: str = ENGLISH, zone: str = DEFAULT_ZONE) -> None:
        if language not in languages():
            raise ValueError(f"language {language!r} is none of {', '.join(languages())}")
        self.language, self.zone = language, zone
        self._catalogue = catalogue_of(language)
        self.broken: list[str] = []
        """What could not be said as it should, for the log; the alert goes out all the same."""

    def text(self, message: str, **values: object) -> str:
        """*message* with *values* filled in; whole numbers get separators of thousands."""
        return self._said(self._catalogue.gettext(message), message, values)

    def counted(self, one: str, many: str, count: int, **values: object) -> str:
        """*one* or *many*, whichever *count* asks for in this language; ``{count}`` is the number."""
        english = one if count == 1 else many
        return self._said(self._catalogue.ngettext(one, many, count), english, {"count": count} | values)

    def term(self, context: str, message: str, **values: object) -> str:
        """*message* as it is said in *context*, where one English word has several translations."""
        return self._said(self._catalogue.pgettext(context, message), message, values)

    def counted_term(self, context: str, one: str, many: str, count: int, **values: object) -> str:
        """*one* or *many* as it is said in *context*."""
        text, english = self._catalogue.npgettext(context, one, many, count), one if count == 1 else many
        return self._said(text, english, {"count": count} | values)

    def format_lazily(self, message: str, facts: Mapping[str, object]) -> str:
        """*message* with *facts*, of which only those are looked up that the sentence has a place for.

        Raises whatever a broken sentence raises, where the English one is broken.
        """
        return self._filled(self._catalogue.gettext(message), message, facts)

    def either(self, sentence: Callable[[], str], facts: Callable[[], str]) -> str:
        """What *sentence* makes; where it fails in whatever way, what *facts* makes, and ``broken`` has it."""
        try:
            return sentence()
        except Exception as error:  # noqa: BLE001  no sentence may cost an alert, in whatever way it is broken
            self.broken.append(f"{type(error).__name__}: {error}")
            return facts()

    def _said(self, text: str, english: str, values: dict[str, object]) -> str:
        shown = {name: f"{value:,}" if type(value) is int else value for name, value in values.items()}

        def facts() -> str:
            return f"{english} ({', '.join(f'{name}: {value}' for name, value in shown.items())})"

        return self.either(lambda: self._filled(text, english, shown), facts)

    def _filled(self, text: str, english: str, values: Mapping[str, object]) -> str:
        try:
            return text.format_map(values)
        except BROKEN as error:
            self.broken.append(f"{self.language}: {type(error).__name__} of {text!r}")
            return english.format_map(values)

    # --- times -----------------------------------------------------------------------------------------------

    @cached_property
    def tzinfo(self) -> tzinfo:
        """The display zone."""
        if self.zone == DEFAULT_ZONE:
            return KST
        from zoneinfo import ZoneInfo  # reads files: only for those who chose another zone

        return ZoneInfo(self.zone)

    def instant(self, moment: datetime) -> str:
        """*moment* to the minute in the display zone, the zone printed: ``2026-11-21 09:00 KST``."""
        local = moment.astimezone(self.tzinfo)
        return f"{local.isoformat(' ', 'minutes')[:16]} {_zone_name(local)}"

    def clock_time(self, moment: datetime) -> str:
        """The time of day of *moment* in the display zone: ``09:00 KST``."""
        local = moment.astimezone(self.tzinfo)
        return f"{local:%H:%M} {_zone_name(local)}"

    def duration(self, length: timedelta, *, parts: int = 2) -> str:
        """*length* in its *parts* largest units, rounded down: ``2 d 3 h``, ``3 h 20 min``, ``45 min``, ``40 s``."""
        seconds = max(int(length.total_seconds()), 0)
        first = next((index for index, (_, size) in enumerate(UNITS) if seconds >= size), len(UNITS) - 1)
        last = min(first + parts, 3) if first < 3 else 4  # seconds only where there are no minutes
        return _amounts(self.language, seconds - seconds % UNITS[last - 1][1], UNITS[first:last])

    def allowed(self, length: timedelta) -> str:
        """A threshold exactly as it was set: ``26 h``, ``8 d``, ``1 h 30 min``."""
        seconds = int(length.total_seconds())
        if seconds % 86400 == 0 and seconds >= 172800:
            return _amounts(self.language, seconds, UNITS[:1])
        return _amounts(self.language, seconds, UNITS[1:])

    def days(self, count: int) -> str:
        """A number of days: ``10 d``."""
        return self.text(UNITS[0][0], amount=count)

    def ago(self, length: timedelta) -> str:
        """How long ago: ``2 d 3 h ago``; under a minute, ``just now``."""
        if length < timedelta(minutes=1):
            return self.text("just now")
        return self.text("{duration} ago", duration=self.duration(length))

    def relative(self, moment: datetime, *, now: datetime) -> str:
        """*moment* as seen at *now*: ``2 d 3 h ago``, ``in 45 min``."""
        if moment - now >= timedelta(minutes=1):
            return self.text("in {duration}", duration=self.duration(moment - now))
        return self.ago(now - moment)


def _zone_name(local: datetime) -> str:
    """``KST``; where the zone has no letters of its own, its offset as ``UTC+08``."""
    name = local.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name


@lru_cache(maxsize=1024)  # thresholds and ages recur: thousands of findings share a few
def _amounts(language: str, seconds: int, units: tuple[tuple[str, int], ...]) -> str:
    words, said = Words(language), []
    for unit, size in units:
        amount, seconds = divmod(seconds, size)
        if amount:
            said.append(words.text(unit, amount=str(amount)))
    return " ".join(said) or words.text(units[-1][0], amount="0")
