"""The words of one language, with times in one zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cached_property, lru_cache

from backup_watch.i18n import errors, headlines, reasons
from backup_watch.i18n.catalogue import LANGUAGES, catalogue_of
from backup_watch.i18n.plain_text import shown
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance
from backup_watch.model.notices import Notice
from backup_watch.model.policy import Limits, Mute
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Event, Severity, Verdict

DEFAULT_ZONE = "Asia/Seoul"
KST = timezone(timedelta(hours=9), "KST")
"""The default zone, without its database: Korea has kept this offset since 1988."""
UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


class Words:
    """Words in one language (``en`` or ``ko``), with times in one zone (an IANA name)."""

    def __init__(self, language: str = "en", zone: str = DEFAULT_ZONE) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
        self.language, self.zone = language, zone

    def text(self, key: str, **values: object) -> str:
        """The text of *key* with *values* filled in; what comes from outside must have passed :func:`shown` before."""
        return catalogue_of(key, self.language)[key].format(**values)

    def told(self, key: str, facts: Mapping[str, object]) -> str:
        """The same with *facts*, of which only those are looked up that the text has a place for."""
        return catalogue_of(key, self.language)[key].format_map(facts)

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

    def ago(self, length: timedelta) -> str:
        """How long ago: ``2 d 3 h ago``; under a minute, ``just now``."""
        if length < timedelta(minutes=1):
            return self.text("time.now")
        return self.text("time.ago", duration=self.duration(length))

    def relative(self, moment: datetime, *, now: datetime) -> str:
        """*moment* as seen at *now*: ``2 d 3 h ago``, ``in 45 min``."""
        if moment - now >= timedelta(minutes=1):
            return self.text("time.in", duration=self.duration(moment - now))
        return self.ago(now - moment)

    # --- single words ----------------------------------------------------------------------------------------

    def verdict(self, verdict: Verdict) -> str:
        """What a verdict is called: ``stale``."""
        return self.text(f"verdict.{verdict}")

    def event(self, event: Event) -> str:
        """What an event is called: ``new``."""
        return self.text(f"event.{event}")

    def severity(self, severity: Severity) -> str:
        """What a severity is called: ``critical``."""
        return self.text(f"severity.{severity.word}")

    def name(self, subject: Instance | Expectation) -> str:
        """The service name, fit to be shown; never empty."""
        if isinstance(subject, Expectation) and subject.wanted is not None:
            return self.text("name.roll-call")
        return shown(subject.service_name) or self.text("name.none")

    # --- sentences -------------------------------------------------------------------------------------------

    def reason(self, finding: Finding) -> str:
        """One sentence: why the verdict is what it is."""
        return reasons.reason(self, finding)

    def advice(self, finding: Finding) -> str:
        """What to do next about *finding*."""
        return reasons.advice(self, finding)

    def allowed_by(self, limits: Limits) -> str:
        """How old a backup may be, and which rule says so: ``8 d (rule 3)``."""
        return reasons.allowed_by(self, limits)

    def mute(self, mute: Mute) -> str:
        """Until when, by whom and why a finding is muted."""
        return self.text("mute", until=self.instant(mute.until), owner=shown(mute.owner), reason=shown(mute.reason))

    def notice(self, notice: Notice) -> str:
        """One sentence for a warning of the report."""
        return errors.notice(self, notice)

    def error(self, error: ReadError) -> str:
        """One line: what could not be read, where, of what kind, and what that means."""
        return errors.error(self, error)

    def error_advice(self, error: ReadError) -> str:
        """What to do next about *error*."""
        return errors.error_advice(self, error)

    def headline(self, report: Report) -> str:
        """The sentence that answers the question: is there a fresh backup of everything?"""
        return headlines.headline(self, report)

    def summary(self, counts: Counts) -> str:
        """A report's counts in one line: ``47 checked: 45 fresh, 1 late, 1 stale``."""
        return headlines.summary(self, counts)


def _zone_name(local: datetime) -> str:
    """``KST``; where the zone has no letters of its own, its offset as ``UTC+08``."""
    name = local.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name


@lru_cache(maxsize=1024)  # thresholds and ages recur: thousands of findings share a few
def _amounts(language: str, seconds: int, units: tuple[tuple[str, int], ...]) -> str:
    texts, shown_parts = catalogue_of("time", language), []
    for unit, size in units:
        amount, seconds = divmod(seconds, size)
        if amount:
            shown_parts.append(texts[f"time.{unit}"].format(amount=amount))
    return " ".join(shown_parts) or texts[f"time.{units[-1][0]}"].format(amount=0)
