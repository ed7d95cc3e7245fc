"""Why a verdict is what it is, and what to do about it: one sentence for every cause."""

# ruff: noqa: E501  a sentence stands on one line, so that it can be found by its words

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from backup_watch.i18n import terms
from backup_watch.i18n.plain_facts import plain_reason
from backup_watch.i18n.products import product_of, product_words
from backup_watch.i18n.words import Words
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.messages import N_
from backup_watch.model.plain_text import shown
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause, DatedBy, Severity, Verdict

BY_AGE = (Cause.TOO_OLD, Cause.SLOT_MISSED, Cause.IN_TIME)
MAX_BEHIND = 3
BAD_DATES = (Cause.DATE_UNREADABLE, Cause.DATE_IN_FUTURE)

REASONS: Mapping[str, str] = {
    Cause.BEING_DELETED: N_("it is being deleted (status {status})"),
    Cause.BEING_CREATED: N_("it is being created (status {status})"),
    Cause.BACKUPS_OFF: N_("automatic backups are switched off"),
    Cause.LIST_UNREAD: N_("the backup list of {region} could not be read in full, so nothing is known of its backups"),
    Cause.DATE_UNREADABLE: N_("the date of a backup cannot be read: '{date}'"),
    Cause.DATE_IN_FUTURE: N_("the date of a backup lies in the future: '{date}'"),
    Cause.HISTORY_UNKNOWN: N_("what its newest backup was at that time can no longer be shown"),
    Cause.NEWLY_CREATED: N_("it was created {life} ago and has no backup yet; {first} are allowed for the first"),
    Cause.NEVER_BACKED_UP: N_(
        "it has never been backed up since it was created {life} ago; {first} are allowed for the first"
    ),
    Cause.BACKUPS_GONE: N_("no backup of it is listed any more"),
    Cause.TOO_OLD: N_("the newest backup is {age} old; {allowed} are allowed{rule}"),
    Cause.SLOT_MISSED: N_(
        "no backup has come since it was due at {due}, expected by {expected} and with {grace} of grace; the newest is {age} old"
    ),
    Cause.DATABASES_BEHIND: N_("dropped, or not backed up any more while others are: {behind}"),
    Cause.IN_TIME: N_("the newest backup is {age} old; {allowed} are allowed{rule}"),
    Cause.NOT_LISTED: N_("it is in no list any more, and no list that could be read whole shows that it was deleted"),
    Cause.NAME_ABSENT: N_("the policy expects an instance that matches '{name}', and there is none"),
    Cause.TOO_FEW: N_("the policy expects {wanted} instances, and there are {found}"),
}
"""By cause; the names in braces are those of ``FACTS``. A cause that is not here is told by its plain facts."""
DETAILS_UNREAD = N_(
    "its kept backups, which alone have dates, could not be read in full, so nothing is known of its backups"
)
NOT_AS_USUAL = N_("no backup has come: usually done by {usual}; now {now}; the newest is {age} old")
"""For SLOT_MISSED where it is known what is usual."""
SOME_BEHIND = N_("one of its databases was dropped, or is not backed up any more while others are")
"""Where it is not known any more which: an incident that goes on, of an instance that could not be judged again."""
AGE_UNKNOWN = N_("it has never been backed up, and when it was created is not known")

ADVICE: Mapping[str, str] = {
    Cause.BEING_DELETED: N_("Nothing to do."),
    Cause.BEING_CREATED: N_("Nothing to do: it is judged when it runs, or after 24 h."),
    Cause.NEWLY_CREATED: N_("Nothing to do yet: the first backup comes within 30 min of creation."),
    Cause.IN_TIME: N_("Nothing to do."),
    Cause.BACKUPS_OFF: N_(
        "Switch backups on in the Ncloud console: {server_menu}, select the server, manage its backup settings. If they are off on purpose, mute it in the policy, with an owner and an end."
    ),
    Cause.LIST_UNREAD: N_(
        "Nothing is known, so do not take it for fresh: solve the read error of {region}, or look in the Ncloud console: {backup_menu}."
    ),
    Cause.DATE_UNREADABLE: N_(
        "Compare the date with the Ncloud console: {backup_menu}. If that shows a fresh backup, the API has changed its date format: report it to the maintainer of this watch."
    ),
    Cause.DATE_IN_FUTURE: N_(
        "Compare the date with the Ncloud console: {backup_menu}, and run the doctor action: it tells whether the clocks differ."
    ),
    Cause.HISTORY_UNKNOWN: N_("Judge the present instead: older backups are deleted after their retention period."),
    Cause.NEVER_BACKED_UP: N_(
        "Nothing could be restored today. In the Ncloud console see {backup_menu} for a failed first backup and {server_menu} for the server's state; take a dump ({dump}) until a backup is there."
    ),
    Cause.BACKUPS_GONE: N_(
        "Nothing could be restored today, and before something could: find out at once what removed the backups. See {backup_menu} and {server_menu} in the Ncloud console, and take a dump ({dump})."
    ),
    Cause.NOT_LISTED: N_(
        "Look in the Ncloud console, {server_menu}: if it was deleted, let the memory forget it; if not, find out why its lists hold it no more."
    ),
    Cause.TOO_OLD: N_(
        "In the Ncloud console see {backup_menu} for a backup that failed or hangs, and {server_menu} for the server's state and free storage. If the next slot passes too, take a dump ({dump}) and ask Ncloud support."
    ),
    Cause.SLOT_MISSED: N_(
        "Backups start within 15 min of their slot, later after a change of settings. In the Ncloud console see {backup_menu} for one that is running or failed. If it stays away it becomes STALE."
    ),
    Cause.DATABASES_BEHIND: N_(
        "If it was dropped, name it in ignore_databases of a rule of the policy; else this ends when its last kept backup is purged. If it was not, find out why its backups stopped: see {backup_menu} in the Ncloud console."
    ),
    Cause.NAME_ABSENT: N_(
        "Was it deleted or renamed? If that was meant, correct [expect] in the policy. If not, find out who did it, and restore it while its backups are still kept."
    ),
    Cause.TOO_FEW: N_(
        "Compare the console's list with what should be there: {server_menu}. If fewer are meant, correct [expect] in the policy."
    ),
}
"""What to do next, by cause."""


def reason(words: Words, finding: Finding) -> str:
    """One sentence: the cause, then whatever else a reader has to know of this very finding. Never raises."""
    return words.either(lambda: _reason(words, finding), lambda: plain_reason(finding))


def advice(words: Words, finding: Finding) -> str:
    """What to do next: where to look in the console, and what to look for. Never raises."""
    message, product = ADVICE.get(finding.cause), product_words(product_of(finding.subject))
    if message is None:
        return _advice_for_any(words, finding)
    return words.text(
        message,
        region=shown(finding.subject.region or ""),
        backup_menu=product.backup_menu,
        server_menu=product.server_menu,
        dump=product.dump,
    )


def allowed_by(words: Words, limits: Limits) -> str:
    """How old a backup may be, and which rule says so: ``8 d (rule 3)``."""
    return words.allowed(limits.max_age) + _by_rule(words, limits)


def _advice_for_any(words: Words, finding: Finding) -> str:
    """For a cause without an advice of its own."""
    if finding.severity is Severity.OK:
        return words.text("Nothing to do.")
    menu = product_words(product_of(finding.subject)).backup_menu
    return words.text("Look in the Ncloud console: {backup_menu}.", backup_menu=menu)


def _reason(words: Words, finding: Finding) -> str:
    sentence = _cause(words, finding)
    for remark in _remarks(words, finding):
        sentence = words.text("{reason}; {remark}", reason=sentence, remark=remark)
    return sentence


def _cause(words: Words, finding: Finding) -> str:
    """The sentence of the cause alone."""
    if finding.cause is Cause.NEVER_BACKED_UP and finding.due_at is None:
        return words.text(AGE_UNKNOWN)
    if finding.cause is Cause.LIST_UNREAD and _is_dated_by(finding, DatedBy.DETAILS):
        return words.text(DETAILS_UNREAD)
    message = REASONS.get(finding.cause)
    if finding.cause is Cause.SLOT_MISSED and finding.usual is not None:
        message = NOT_AS_USUAL
    if finding.cause is Cause.DATABASES_BEHIND and not finding.behind:
        message = SOME_BEHIND
    if message is None:
        return plain_reason(finding)  # a cause without a sentence of its own
    return words.format_lazily(message, _Facts(words, finding))


def _is_dated_by(finding: Finding, source: DatedBy) -> bool:
    return isinstance(finding.subject, Instance) and finding.subject.dated_by is source


def _remarks(words: Words, finding: Finding) -> list[str]:
    """What the cause does not say, in the order in which it is to be said."""
    subject, remarks = finding.subject, []
    if finding.cause in (Cause.BACKUPS_OFF, *BAD_DATES):
        remarks += _newest(words, finding)
    remarks += _which_date(words, finding)
    remarks += _under_way(words, finding)
    if finding.bad_date is not None and finding.cause not in BAD_DATES:
        remarks.append(words.text("another of its dates cannot be believed: '{date}'", date=shown(finding.bad_date)))
    if finding.verdict.is_adjustable and finding.limits.severity_rule is not None:
        number, severity = finding.limits.severity_rule, terms.severity(words, finding.severity)
        remarks.append(words.text("by rule {number} this counts as {severity}", number=number, severity=severity))
    if isinstance(subject, Instance) and subject.in_instance_list is False:
        remarks.append(words.text("the instance list does not have this instance"))
    return remarks


def _which_date(words: Words, finding: Finding) -> list[str]:
    """Which date was taken, where the list has no instant of the newest backup; what is behind the others."""
    remarks = []
    if finding.cause in BY_AGE and finding.last_backup_at is not None:
        if _is_dated_by(finding, DatedBy.DAY):
            remarks.append(words.text("the list tells only a day, and its age counts from the end of that"))
        if _is_dated_by(finding, DatedBy.DAY_AND_TIME):
            remarks.append(words.text("the list tells only a day; this is by its kept backups"))
        if finding.database is not None and finding.severity is not Severity.OK:
            name = shown(finding.database)
            remarks.append(words.text("that is of its database '{name}', which has the oldest", name=name))
    if finding.behind and finding.cause is not Cause.DATABASES_BEHIND:
        behind = _behind(words, finding)
        message = N_("dropped, or not backed up any more while others are: {behind}")
        remarks.append(words.text(message, behind=behind))
    return remarks


def _behind(words: Words, finding: Finding) -> str:
    """``'archive' (newest backup 2026-11-19 02:05 KST), 'old' (...)``, the first few by name."""
    named = [
        words.text(
            "'{name}' (newest backup {instant})", name=shown(each.name), instant=words.instant(each.backups_at[0])
        )
        for each in finding.behind[:MAX_BEHIND]
    ]
    rest = len(finding.behind) - MAX_BEHIND
    return ", ".join(named if rest <= 0 else [*named, f"+{rest}"])


def _newest(words: Words, finding: Finding) -> list[str]:
    if finding.age is not None:
        return [words.text("the newest backup is {age} old", age=words.duration(finding.age))]
    if isinstance(finding.subject, Instance) and finding.subject.backups_read and finding.bad_date is None:
        return [words.text("it has no backup")]
    return []


def _age(words: Words, finding: Finding) -> str:
    """The age, as exactly as it takes to see that it is more than what is allowed."""
    if finding.age is None:
        return ""
    over = finding.age - finding.limits.max_age
    if finding.cause is not Cause.TOO_OLD or over >= timedelta(hours=1):
        return words.duration(finding.age)
    if over >= timedelta(minutes=1):
        return words.duration(finding.age, parts=3)
    return words.text("just over {duration}", duration=words.allowed(finding.limits.max_age))


def _life(words: Words, finding: Finding) -> str:
    """How long the instance has existed: what is allowed to a new one, and how much more (or less) it is."""
    if finding.overdue is None:
        return ""
    return words.duration(finding.limits.new_instance_grace + finding.overdue)


def usual(words: Words, finding: Finding) -> str | None:
    """By when the backup usually is there: ``02:25 (7 backups)``, in the display zone. None: not known."""
    if finding.usual is None or finding.expected_at is None:
        return None
    return words.counted(
        "{time} ({count} backup)",
        "{time} ({count} backups)",
        finding.usual.backups,
        time=f"{_to_the_minute(finding.expected_at).astimezone(words.tzinfo):%H:%M}",
    )


def _to_the_minute(moment: datetime) -> datetime:
    """Rounded up: by then it was done."""
    return moment + timedelta(seconds=-moment.second % 60, microseconds=-moment.microsecond)


def _expected(words: Words, finding: Finding) -> str:
    """By when the backup was expected; where that was not asked for, when it was due."""
    expected_at = finding.expected_at or finding.due_at
    return "" if expected_at is None else words.clock_time(_to_the_minute(expected_at))


def _under_way(words: Words, finding: Finding) -> list[str]:
    """Whether a backup is under way, where one is missing."""
    since = finding.under_way_since
    if finding.verdict not in (Verdict.LATE, Verdict.STALE, Verdict.NEVER):
        return []
    if since is not None:
        is_today = finding.judged_at is not None and finding.judged_at - since < timedelta(hours=12)
        moment = words.clock_time(since) if is_today else words.instant(since)
        return [words.text("a backup is under way since {moment}", moment=moment)]
    if isinstance(finding.subject, Instance) and finding.subject.is_backing_up:
        return [words.text("a backup is under way")]
    return []


def _by_rule(words: Words, limits: Limits) -> str:
    return "" if limits.max_age_rule is None else words.text(" (rule {number})", number=limits.max_age_rule)


class _Facts(dict[str, str]):
    """What the sentence of a cause may ask for; worked out only where it does, as most ask for two or three."""

    def __init__(self, words: Words, finding: Finding) -> None:
        super().__init__()
        self._words, self._finding = words, finding

    def __missing__(self, name: str) -> str:
        return FACTS[name](self._words, self._finding)


def _status(_: Words, finding: Finding) -> str:
    return shown((finding.subject.status if isinstance(finding.subject, Instance) else None) or "")


def _due(words: Words, finding: Finding) -> str:
    return "" if finding.due_at is None else words.instant(finding.due_at)


def _number(finding: Finding, name: str) -> str:
    number = getattr(finding.subject, name, None)
    return "" if number is None else f"{number:,}"


FACTS: Mapping[str, Callable[[Words, Finding], str]] = {
    "status": _status,
    "region": lambda _, finding: shown(finding.subject.region or ""),
    "date": lambda _, finding: shown(finding.bad_date or ""),
    "age": _age,
    "life": _life,
    "allowed": lambda words, finding: words.allowed(finding.limits.max_age),
    "rule": lambda words, finding: _by_rule(words, finding.limits),
    "first": lambda words, finding: words.allowed(finding.limits.new_instance_grace),
    "due": _due,
    "expected": _expected,
    "usual": lambda words, finding: usual(words, finding) or "",
    "now": lambda words, finding: "" if finding.judged_at is None else words.clock_time(finding.judged_at),
    "grace": lambda words, finding: words.allowed(finding.limits.grace),
    "behind": _behind,
    "name": lambda _, finding: shown(finding.subject.service_name),
    "wanted": lambda _, finding: _number(finding, "wanted"),
    "found": lambda _, finding: _number(finding, "found"),
}
"""The facts of a finding by the names that the sentences have for them."""
