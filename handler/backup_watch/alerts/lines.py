"""One line for each thing that is reported: in a few words, in a sentence, and with what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from backup_watch.alerts.brief import Brief
from backup_watch.alerts.selection import Failure, Item, NothingFound
from backup_watch.i18n import Words, errors
from backup_watch.i18n.plain_text import shown
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Expectation, Subject
from backup_watch.model.vocabulary import Severity

SIGNS = {Severity.OK: "🟢", Severity.WARNING: "🟠", Severity.UNKNOWN: "⚪", Severity.CRITICAL: "🔴"}
PRODUCTS = {
    "postgresql": "PostgreSQL",
    "mysql": "MySQL",
    "mongodb": "MongoDB",
    "mssql": "MSSQL",
    "cache": "Cache",
}
"""What people call the products; any other goes by its own word."""


def headline(brief: Brief) -> str:
    """The report in one sentence; where several products are watched, with those of what is reported."""
    words, digest = brief.words, brief.digest
    sentence = words.headline(digest.report)
    subjects = [item.finding.subject for item in (*digest.items, *digest.resolved) if isinstance(item, Violation)]
    unread = [product for item in digest.items if isinstance(item, Failure) for product in item.products]
    named = dict.fromkeys([*(subject.product for subject in subjects if subject.product is not None), *unread])
    if not digest.several_products or not named:
        return sentence
    return words.text("message.who", name=sentence, place=product_names(list(named)))


def product_names(products: Sequence[str]) -> str:
    """``MySQL, PostgreSQL``, in the order of the alphabet."""
    return ", ".join(sorted(PRODUCTS.get(product, shown(product)) for product in products))


def tag(words: Words, item: Item) -> str:
    """The capital word at the head of a line: the severity, or that something could not be read."""
    if isinstance(item, Violation):
        return words.text(f"message.tag.{item.finding.severity.word}")
    return words.text("message.tag.unreadable")


def name(brief: Brief, item: Item) -> str:
    """The name of the database, or the places that a line is about."""
    if isinstance(item, Violation):
        return who(brief, item) if brief.digest.several_accounts else _named(brief, item.finding.subject)
    return _places(brief, item) or (errors.what(brief.words, item.errors[0]) if isinstance(item, Failure) else "")


def in_short(brief: Brief, item: Item) -> str:
    """What it is about, and what is wrong, in a few words for a subject: ``orders-db: newest backup 2 d 3 h old``."""
    words = brief.words
    if isinstance(item, Violation):
        return words.text("message.named", name=name(brief, item), what=_few_words(words, item))
    places = _places(brief, item)
    if isinstance(item, NothingFound):
        return words.text("message.named", name=places, what=words.text("message.short.nothing-found"))
    unread = words.text("message.short.unread", what=errors.what(words, item.errors[0]))
    return words.text("message.named", name=places, what=unread) if places else unread


def ended_in_short(brief: Brief, end: Violation) -> str:
    """The same for an end: ``orders-db: fresh backup at 11:20 KST``."""
    words = brief.words
    moment = "" if end.ended_at is None else words.clock_time(end.ended_at)
    what = words.text(f"message.short.ended.{end.resolved_by or 'backup'}", moment=moment)
    return words.text("message.named", name=name(brief, end), what=what)


def who(brief: Brief, violation: Violation) -> str:
    """Name, region and number: ``orders-db (KR, 1234925)``; the account before the region where several are watched."""
    words, subject = brief.words, violation.finding.subject
    account = [subject.account] if brief.digest.several_accounts else []
    place = [*account, subject.region, subject.number] if not isinstance(subject, Expectation) else account
    known = ", ".join(shown(part) for part in place if part)
    named = _named(brief, subject)
    return words.text("message.who", name=named, place=known) if known else named


def sentence(brief: Brief, item: Item) -> str:
    """What it is about and why, in one sentence."""
    words = brief.words
    if isinstance(item, Violation):
        return words.text("message.named", name=who(brief, item), what=words.reason(item.finding))
    if isinstance(item, NothingFound):
        return words.text("message.named", name=_places(brief, item), what=words.text("message.nothing-found"))
    return failure(brief, item)


def failure(brief: Brief, item: Failure) -> str:
    """Where what could not be read and why, and how many databases that leaves unknown."""
    words, first, places = brief.words, item.errors[0], _places(brief, item)
    where = words.text("error.where", region=places) if places else ""
    line = words.text("error", where=where, what=errors.what(words, first), why=errors.why(words, first))
    times = len(item.errors) - max(len(item.regions), 1)
    if times > 0:
        line = words.text("message.failure.times", line=line, count=len(item.errors))
    if item.hidden:
        line = words.text(_counted("message.failure.hides", len(item.hidden)), line=line, count=len(item.hidden))
    return line


def ended(brief: Brief, end: Violation) -> str:
    """What ended by what and when, and how long it had lasted."""
    words = brief.words
    moment = "" if end.ended_at is None else words.instant(end.ended_at)
    what = words.text(f"message.ended.{end.resolved_by or 'backup'}", moment=moment)
    if end.ended_at is not None and end.began_at is not None:
        lasted, began = words.duration(end.ended_at - end.began_at), words.instant(end.began_at)
        verdict = words.text(f"message.verdict.{end.finding.verdict}")
        what = words.text("message.ended.after", what=what, lasted=lasted, began=began, verdict=verdict)
    return words.text("message.named", name=who(brief, end), what=what)


def advice(words: Words, item: Item) -> str:
    """What to do next about *item*."""
    if isinstance(item, Violation):
        return words.advice(item.finding)
    if isinstance(item, NothingFound):
        return words.text("message.advice.nothing-found")
    return words.error_advice(item.errors[0])


def and_more(words: Words, count: int) -> str:
    """How many lines found no room."""
    return words.text(_counted("message.more", count), count=count)


def _places(brief: Brief, item: Failure | NothingFound) -> str:
    """Account, regions and products of what could not be read, as far as several of them are watched."""
    places = [errors.places(item.regions)] if item.regions else []
    if isinstance(item, Failure):
        if brief.digest.several_accounts and item.account is not None:
            places.insert(0, shown(item.account))
        if brief.digest.several_products and item.products:
            places.append(product_names(item.products))
    return ", ".join(places)


def _named(brief: Brief, subject: Subject) -> str:
    """The name of *subject*, after its product where several are watched."""
    named = brief.words.name(subject)
    if not brief.digest.several_products or subject.product is None:
        return named
    return f"{product_names([subject.product])} {named}"


def _few_words(words: Words, violation: Violation) -> str:
    finding = violation.finding
    subject = finding.subject
    return words.text(
        f"message.short.{finding.cause}",
        age="" if finding.age is None else words.duration(finding.age),
        due="" if finding.due_at is None else words.clock_time(finding.due_at),
        found=subject.found if isinstance(subject, Expectation) else "",
        wanted=subject.wanted if isinstance(subject, Expectation) else "",
    )


def _counted(key: str, count: int) -> str:
    return f"{key}.one" if count == 1 else f"{key}.many"
