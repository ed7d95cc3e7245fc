"""One line for each thing that is reported: in a few words, in a sentence, and with what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backup_watch.alerts.brief import Brief
from backup_watch.alerts.selection import Failure, Item, NothingFound
from backup_watch.i18n import Words, errors, headlines, reasons, terms
from backup_watch.i18n.products import product_words
from backup_watch.model.daily_slot import parse_slot
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Expectation, Instance, Subject
from backup_watch.model.messages import N_, NN_, NP_
from backup_watch.model.plain_text import shown
from backup_watch.model.vocabulary import Cause, Severity

SIGNS = {Severity.OK: "🟢", Severity.WARNING: "🟠", Severity.UNKNOWN: "⚪", Severity.CRITICAL: "🔴"}
TAGS: Mapping[Severity, str] = {
    Severity.WARNING: NP_("tag", "WARNING"),
    Severity.UNKNOWN: NP_("tag", "UNKNOWN"),
    Severity.CRITICAL: NP_("tag", "CRITICAL"),
}
SHORT: Mapping[str, str] = {
    Cause.BACKUPS_OFF: N_("automatic backups are off"),
    Cause.LIST_UNREAD: N_("backups could not be read"),
    Cause.DATE_UNREADABLE: N_("unreadable backup date"),
    Cause.DATE_IN_FUTURE: N_("backup date in the future"),
    Cause.HISTORY_UNKNOWN: N_("no history that far back"),
    Cause.NEVER_BACKED_UP: N_("never backed up"),
    Cause.DATABASES_BEHIND: N_("a database without backups"),
    Cause.BACKUPS_GONE: N_("no backup listed any more"),
    Cause.NOT_LISTED: N_("in no list any more"),
    Cause.TOO_OLD: N_("newest backup {age} old"),
    Cause.SLOT_MISSED: N_("no backup since it was due at {due}"),
    Cause.NAME_ABSENT: N_("no instance matches"),
    Cause.TOO_FEW: N_("{found} of {wanted} instances"),
}
"""What is wrong, in a few words. A cause that is not here is told by its verdict."""
HIDES = NN_("{line} - {count} database unknown", "{line} - {count} databases unknown")
MORE = NN_("... and {count} more", "... and {count} more")
ENDED: Mapping[str, str] = {
    "backup": N_("fresh backup at {moment}"),
    "enabled": N_("automatic backups are on again, seen at {moment}"),
    "found": N_("as the policy expects again, seen at {moment}"),
    "policy": N_("ended by the policy (muted, paused, allowed or no longer asked for), seen at {moment}"),
    "deleted": N_("the database was deleted, seen at {moment}"),
    "readable": N_("can be read again, seen at {moment}"),
}
"""What ended an incident, by ``Violation.resolved_by``."""
ENDED_IN_SHORT: Mapping[str, str] = {
    "backup": NP_("in few words", "fresh backup at {moment}"),
    "enabled": NP_("in few words", "automatic backups are on again"),
    "found": NP_("in few words", "as expected again"),
    "policy": NP_("in few words", "ended by the policy"),
    "deleted": NP_("in few words", "the database was deleted"),
    "readable": NP_("in few words", "can be read again"),
}
OVER = N_("over, seen at {moment}")
CHECK_REGIONS = N_(
    "Check NCLOUD_REGIONS, and that the key belongs to the account with the databases; the doctor action checks both."
)
CHECK_ACCOUNTS = N_(
    "Check their regions and keys in the accounts file; an account that may be empty says may_be_empty = true."
)
ALL_PAUSED = N_("every account is paused, and nothing was read")
END_A_PAUSE = N_("Nothing is watched until a pause ends: see paused_until in the accounts file.")
SAMPLE = N_(
    "TEST. This is a sample sent by the test-alert action: its databases do not exist, and there is nothing to do."
)


def headline(brief: Brief) -> str:
    """The report in one sentence; where several products are watched, with those of what is reported."""
    words, digest = brief.words, brief.digest
    sentence = headlines.headline(words, digest.report)
    subjects = [item.finding.subject for item in (*digest.items, *digest.resolved) if isinstance(item, Violation)]
    unread = [product for item in digest.items if isinstance(item, Failure) for product in item.products]
    named = dict.fromkeys([*(subject.product for subject in subjects if subject.product is not None), *unread])
    if not digest.several_products or not named:
        return sentence
    return words.text("{name} ({place})", name=sentence, place=product_names(list(named)))


def product_names(products: Sequence[str]) -> str:
    """``MySQL, PostgreSQL``, in the order of the alphabet."""
    return ", ".join(sorted(product_words(product).short_name for product in products))


def tag(words: Words, item: Item) -> str:
    """The capital word at the head of a line: the severity, or that something could not be read."""
    if isinstance(item, Violation):
        return words.term("tag", TAGS.get(item.finding.severity) or str(item.finding.severity.word).upper())
    return words.term("tag", "UNREADABLE")


def name(brief: Brief, item: Item) -> str:
    """The name of the database, or the places that a line is about."""
    if isinstance(item, Violation):
        return who(brief, item) if brief.digest.several_accounts else _named(brief, item.finding.subject)
    return _places(brief, item) or (errors.what(brief.words, item.errors[0]) if isinstance(item, Failure) else "")


def in_short(brief: Brief, item: Item) -> str:
    """What it is about, and what is wrong, in a few words for a subject: ``orders-db: newest backup 2 d 3 h old``."""
    words = brief.words
    if isinstance(item, Violation):
        return words.text("{name}: {what}", name=name(brief, item), what=_few_words(words, item))
    places = _places(brief, item)
    if isinstance(item, NothingFound) and not places:
        return words.text(ALL_PAUSED)
    if isinstance(item, NothingFound):
        return words.text("{name}: {what}", name=places, what=words.text("no database was found"))
    unread = words.text("{what} could not be read", what=errors.what(words, item.errors[0]))
    return words.text("{name}: {what}", name=places, what=unread) if places else unread


def ended_in_short(brief: Brief, end: Violation) -> str:
    """The same for an end: ``orders-db: fresh backup at 11:20 KST``."""
    words = brief.words
    moment = "" if end.ended_at is None else words.clock_time(end.ended_at)
    what = words.term("in few words", ENDED_IN_SHORT.get(end.resolved_by or "backup") or OVER, moment=moment)
    return words.text("{name}: {what}", name=name(brief, end), what=what)


def who(brief: Brief, violation: Violation) -> str:
    """Name, region and number: ``orders-db (KR, 1234925)``; the account before the region where several are watched."""
    words, subject = brief.words, violation.finding.subject
    account = [subject.account] if brief.digest.several_accounts else []
    place = [*account, subject.region, subject.number] if not isinstance(subject, Expectation) else account
    known = ", ".join(shown(part) for part in place if part)
    named = _named(brief, subject)
    return words.text("{name} ({place})", name=named, place=known) if known else named


def sentence(brief: Brief, item: Item) -> str:
    """What it is about and why, in one sentence."""
    words = brief.words
    if isinstance(item, Violation):
        return words.text("{name}: {what}", name=who(brief, item), what=reasons.reason(words, item.finding))
    if isinstance(item, NothingFound):
        if not item.regions and not item.accounts:
            return words.text(ALL_PAUSED)
        nothing = words.text("every list was read, and there is no database at all")
        places = errors.places(item.accounts, most=errors.MAX_ACCOUNTS) if item.accounts else _places(brief, item)
        return words.text("{name}: {what}", name=places, what=nothing)
    return failure(brief, item)


def failure(brief: Brief, item: Failure) -> str:
    """Where what could not be read and why, and how many databases that leaves unknown."""
    words, first, places = brief.words, item.errors[0], _places(brief, item)
    where = words.text("{region}: ", region=places) if places else ""
    line = errors.unread(words, where, first)
    times = len(item.errors) - max(len(item.regions), 1)
    if times > 0:
        line = words.text("{line}, {count} times", line=line, count=len(item.errors))
    if item.hidden:
        line = words.counted(*HIDES, len(item.hidden), line=line)
    return line


def ended(brief: Brief, end: Violation) -> str:
    """What ended by what and when, and how long it had lasted."""
    words = brief.words
    moment = "" if end.ended_at is None else words.instant(end.ended_at)
    what = words.text(ENDED.get(end.resolved_by or "backup") or OVER, moment=moment)
    if end.ended_at is not None and end.began_at is not None:
        lasted, began = words.duration(end.ended_at - end.began_at), words.instant(end.began_at)
        verdict = terms.verdict_code(words, end.finding.verdict)
        what = words.text(
            "{what}, after {lasted} of {verdict} since {began}", what=what, lasted=lasted, began=began, verdict=verdict
        )
    return words.text("{name}: {what}", name=who(brief, end), what=what)


def advice(words: Words, item: Item) -> str:
    """What to do next about *item*."""
    if isinstance(item, Violation):
        return reasons.advice(words, item.finding)
    if isinstance(item, NothingFound) and not item.regions and not item.accounts:
        return words.text(END_A_PAUSE)
    if isinstance(item, NothingFound):
        return words.text(CHECK_ACCOUNTS if item.accounts else CHECK_REGIONS)
    return errors.error_advice(words, item.errors[0])


def and_more(words: Words, count: int) -> str:
    """How many lines found no room."""
    return words.counted(*MORE, count)


def _places(brief: Brief, item: Failure | NothingFound) -> str:
    """Account, regions and products of what could not be read, as far as several of them are watched."""
    if isinstance(item, NothingFound) and item.accounts:
        return errors.places(item.accounts)
    places = [errors.places(item.regions)] if item.regions else []
    if isinstance(item, Failure):
        if brief.digest.several_accounts and item.account is not None:
            places.insert(0, shown(item.account))
        if brief.digest.several_products and item.products:
            places.append(product_names(item.products))
    return ", ".join(places)


def _named(brief: Brief, subject: Subject) -> str:
    """The name of *subject*, after its product where several are watched."""
    named = terms.name(brief.words, subject)
    if not brief.digest.several_products or subject.product is None:
        return named
    return f"{product_names([subject.product])} {named}"


def _due(words: Words, finding: Finding) -> str:
    """When the backup was due; where its slot is not known, by when it was expected."""
    has_slot = isinstance(finding.subject, Instance) and parse_slot(finding.subject.backup_time) is not None
    due_at = finding.due_at if has_slot or finding.expected_at is None else finding.expected_at
    return "" if due_at is None else words.clock_time(due_at)


def _few_words(words: Words, violation: Violation) -> str:
    finding = violation.finding
    subject = finding.subject
    message = SHORT.get(finding.cause)
    if message is None:
        return terms.verdict(words, finding.verdict)
    return words.text(
        message,
        age="" if finding.age is None else words.duration(finding.age),
        due=_due(words, finding),
        found=subject.found if isinstance(subject, Expectation) else "",
        wanted=subject.wanted if isinstance(subject, Expectation) else "",
    )
