"""The page's table: one row for each finding, with all that is shown of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from backup_watch.i18n import Words, terms
from backup_watch.model.daily_slot import KOREA, parse_slot
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity, Verdict
from backup_watch.web.page.places import places_of
from backup_watch.web.page.sizes import human_size
from backup_watch.web.page.typography import unbroken

FULL_BAR = 2.0
"""How many times what is allowed the freshness bar shows; the allowed age is its middle."""
SLOT_STEP_MINUTES = 30
NEITHER = 4
"""The tone of what is well without a fresh backup: only what is fresh is green."""


class Row(Struct, frozen=True):
    """One finding. Empty text: not known, or does not apply."""

    rank: int
    """Its place in the report, counted from 0: worst first."""
    tone: int
    """The number of its colour and shape: the severity's, 0 (ok) to 3 (critical), or ``NEITHER``."""
    verdict: str
    word: str
    """What the verdict is called."""
    muted: str
    """Until when, by whom and why; empty: it is not."""
    name: str
    account: str
    product: str
    region: str
    number: str
    place: str
    """What is shown of account, product and region: what the page has several of, and the region."""
    path: str
    """The address of its own page, after ``/instance/``."""
    bar: str
    """The class that draws the freshness bar: ``a0`` to ``a100`` (50: the limit), ``au`` unknown, ``an`` none."""
    ratio: float | None
    """Age to allowed age, to the thousandth: the script and the server sort by the same."""
    age: str
    allowed: str
    """Only where there is an age to compare with it."""
    iso: str
    """The newest backup in UTC with Z, for ``<time datetime>``."""
    local: str
    """The same to the minute in the display zone, which the page names."""
    utc: str
    slot: str
    """``HH:MM`` in the display zone."""
    slot_minutes: int | None
    """Since midnight in the display zone."""
    size: str
    size_bytes: int | None
    retention: str
    retention_days: int | None

    @property
    def slot_step(self) -> int:
        """Which half hour of the day the slot falls into."""
        return (self.slot_minutes or 0) // SLOT_STEP_MINUTES

    @property
    def slot_place(self) -> str:
        """The class that draws the slot's place in the day."""
        return f"s{self.slot_step}"


def tone_of(verdict: Verdict, severity: Severity) -> int:
    """The number of a colour and shape."""
    return NEITHER if severity is Severity.OK and verdict is not Verdict.FRESH else severity.value


def rows_of(report: Report, words: Words) -> list[Row]:
    """A row for each finding of *report*, in its order."""
    shown = _Shown(words, report)
    return [_row(rank, finding, shown) for rank, finding in enumerate(report.ranked)]


class _Shown:
    """How values are worded; durations and slots recur, and are worded once."""

    def __init__(self, words: Words, report: Report) -> None:
        self.words, self._now = words, report.checked_at
        self.places = places_of(report)
        self._durations: dict[int, str] = {}
        self._allowed: dict[timedelta, str] = {}
        self._retentions: dict[int, str] = {}
        self._slots: dict[tuple[str, tzinfo], int | None] = {}
        self.verdicts = {verdict: terms.verdict(words, verdict) for verdict in Verdict}

    def age(self, age: timedelta) -> str:
        minutes = age // timedelta(minutes=1)
        if minutes not in self._durations:
            self._durations[minutes] = unbroken(self.words.duration(age))
        return self._durations[minutes]

    def allowed(self, length: timedelta) -> str:
        if length not in self._allowed:
            self._allowed[length] = unbroken(self.words.text("of {allowed}", allowed=self.words.allowed(length)))
        return self._allowed[length]

    def retention(self, days: int) -> str:
        if days not in self._retentions:
            self._retentions[days] = unbroken(self.words.days(days))
        return self._retentions[days]

    def slot_minutes(self, instance: Instance, zone: tzinfo) -> int | None:
        """When the slot is in the display zone, with today's offset."""
        key = (instance.backup_time or "", zone)
        if key not in self._slots:
            slot = parse_slot(instance.backup_time)
            self._slots[key] = None if slot is None else self._in_display_zone(slot, zone)
        return self._slots[key]

    def _in_display_zone(self, slot: timedelta, zone: tzinfo) -> int:
        there = self._now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + slot
        here = there.astimezone(self.words.tzinfo)
        return here.hour * 60 + here.minute

    def in_zone(self, moment: datetime) -> str:
        return moment.astimezone(self.words.tzinfo).isoformat(" ", "minutes")[:16]


def _row(rank: int, finding: Finding, shown: _Shown) -> Row:
    subject, words, last, age = finding.subject, shown.words, finding.last_backup_at, finding.age
    instance = subject if isinstance(subject, Instance) else None
    ratio = None if age is None else round(age / finding.limits.max_age, 3)
    minutes = None if instance is None else shown.slot_minutes(instance, (last and last.tzinfo) or KOREA)
    size = None if instance is None else instance.size_bytes
    days = None if instance is None else instance.retention_days
    utc = "" if last is None else last.astimezone(UTC).isoformat(" ", "seconds")[:19]
    return Row(
        rank=rank,
        tone=tone_of(finding.verdict, finding.severity),
        verdict=finding.verdict.value,
        word=shown.verdicts[finding.verdict],
        muted="" if finding.mute is None else unbroken(terms.mute(words, finding.mute)),
        name=terms.name(words, subject),
        account=subject.account or "",
        product=subject.product or "",
        region=subject.region or "",
        number=subject.number or "",
        place=shown.places.of(subject),
        path="" if instance is None else shown.places.path(instance),
        bar=_bar(finding, ratio),
        ratio=ratio,
        age=_age(finding, shown),
        allowed="" if age is None else shown.allowed(finding.limits.max_age),
        iso=utc and f"{utc[:10]}T{utc[11:]}Z",
        local="" if last is None else shown.in_zone(last),
        utc=utc and f"{utc[:16]} UTC",
        slot="" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}",
        slot_minutes=minutes,
        size="" if size is None else human_size(size),
        size_bytes=size,
        retention="" if days is None else shown.retention(days),
        retention_days=days,
    )


def _bar(finding: Finding, ratio: float | None) -> str:
    if ratio is not None:
        return f"a{min(round(ratio / FULL_BAR * 100), 100)}"
    return "au" if finding.verdict is Verdict.UNKNOWN else "an"


def _age(finding: Finding, shown: _Shown) -> str:
    if finding.age is not None:
        return shown.age(finding.age)
    if finding.verdict is Verdict.UNKNOWN:
        return shown.words.text("not known")
    return "" if finding.verdict in (Verdict.MISSING, Verdict.SKIPPED) else shown.words.text("no backup")
