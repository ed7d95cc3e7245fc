"""A whole report in one sentence, and its counts in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from backup_watch.i18n import errors, terms
from backup_watch.i18n.products import product_words
from backup_watch.i18n.words import Words
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation
from backup_watch.model.messages import NN_, NNP_
from backup_watch.model.report import Counts, Report
from backup_watch.model.vocabulary import Clause, Verdict, summary_order

OTHER = "other"
"""The clause of a verdict that has none of its own."""
LAST: Mapping[str, tuple[str, str]] = {
    Clause.NOT_FRESH: NN_("{subject} has no fresh backup", "{subject} have no fresh backup"),
    Clause.DISABLED: NN_(
        "{subject} has automatic backups switched off", "{subject} have automatic backups switched off"
    ),
    Clause.UNKNOWN: NN_("{subject} could not be judged", "{subject} could not be judged"),
    OTHER: NN_("{subject} needs a look", "{subject} need a look"),
}
"""The clauses in the order in which they are said; this is how each ends a sentence."""
FOLLOWED: Mapping[str, tuple[str, str]] = {
    Clause.NOT_FRESH: NNP_("another clause follows", "{subject} has no fresh backup", "{subject} have no fresh backup"),
    Clause.DISABLED: NNP_(
        "another clause follows",
        "{subject} has automatic backups switched off",
        "{subject} have automatic backups switched off",
    ),
    Clause.UNKNOWN: NNP_("another clause follows", "{subject} could not be judged", "{subject} could not be judged"),
}
"""The same where another clause follows in the same sentence."""
ABSENT = NN_("{count} expected database is missing", "{count} expected databases are missing")
ALL_FRESH = NN_("The only database has a fresh backup", "All {count} databases have a fresh backup")
ASIDE = {
    Verdict.NEW: NN_("{count} is too new for a backup", "{count} are too new for a backup"),
    Verdict.SKIPPED: NN_("{count} is being created or deleted", "{count} are being created or deleted"),
}
"""What is not wrong and not fresh."""
ACCOUNTS_UNREAD = NN_(
    "{count} of {total} accounts could not be read whole ({why})",
    "{count} of {total} accounts could not be read whole ({why})",
)
ACCOUNTS_EMPTY = NN_("{count} account has no database", "{count} accounts have no database")
OTHER_REASONS = NN_("{why}, and {count} other reason", "{why}, and {count} other reasons")
MUTED = NN_("{count} is muted", "{count} are muted")


def headline(words: Words, report: Report) -> str:
    """The worst first: what is wrong, what could not be read, and only else that all is well."""
    statements = _unread(words, report) if report.is_empty else []
    statements += _wrong(words, report)
    if not report.is_empty:
        statements += _unread(words, report)
        statements += [words.counted(*ACCOUNTS_EMPTY, len(report.empty_accounts))] if report.empty_accounts else []
    if not statements:
        statements = _nothing(words, report) if report.is_empty else _well(words, report)
    return words.term("between statements", "; ").join(statements)


def summary(words: Words, counts: Counts) -> str:
    """Every verdict that occurs, with its number; of the muted ones it says that they are."""
    expected = counts.of(Verdict.MISSING)
    if not counts.instances and not expected:
        return words.text("nothing was checked")
    parts = [
        words.text("{count} {verdict}", count=counts.of(verdict), verdict=terms.verdict(words, verdict))
        for verdict in verdicts_in(counts)
    ]
    if counts.muted:
        parts.append(words.text("{count} of them muted", count=counts.muted))
    checked = words.text("{instances} checked", instances=counts.instances)
    if expected:
        checked = words.text("{checked} + {expected} expected", checked=checked, expected=expected)
    return words.text("{checked}: {parts}", checked=checked, parts=", ".join(parts))


def verdicts_in(counts: Counts) -> list[Verdict]:
    """The verdicts that occur, in the order in which they are listed."""
    return [verdict for verdict in summary_order() if counts.of(verdict)]


def missing(findings: list[Finding]) -> int:
    """How many expected databases are missing: those named, or as many as there are too few."""
    lines = [finding.subject for finding in findings if isinstance(finding.subject, Expectation)]
    short = sum(line.wanted - (line.found or 0) for line in lines if line.wanted is not None)
    return max(short, sum(line.wanted is None for line in lines))


def _wrong(words: Words, report: Report) -> list[str]:
    """One clause for each kind of violation, the first with the number of all databases; then what is missing."""
    wrong = [violation.finding for violation in report.violations]
    found = Counter(finding.verdict.clause or OTHER for finding in wrong)
    kinds = [kind for kind in LAST if found[kind]]
    clauses = [
        _clause(words, kind, found[kind], report, is_first=kind == kinds[0], is_last=kind == kinds[-1])
        for kind in kinds
    ]
    statements = [words.term("between clauses", "; ").join(clauses)] if clauses else []
    if absent := missing(wrong):
        statements.append(words.counted(*ABSENT, absent))
    return statements


def _clause(words: Words, kind: str, count: int, report: Report, *, is_first: bool, is_last: bool) -> str:
    subject = _subject(words, count, report) if is_first else words.text("{count}", count=count)
    if is_last:
        return words.counted(*LAST[kind], count, subject=subject)
    return words.counted_term("another clause follows", *FOLLOWED[kind], count, subject=subject)


def _subject(words: Words, count: int, report: Report) -> str:
    total = max(report.counts.instances, count)  # what was told before goes on though no list could be read
    if total == report.counts.instances == 1:
        return words.text("The only database")
    return words.text("{count} of {total} databases", count=count, total=total)


def _unread(words: Words, report: Report) -> list[str]:
    """One statement for all that could not be read, with the reason of the first, and how many others there are."""
    if not report.errors:
        return []
    if report.has_several_accounts and all(error.account is not None for error in report.errors):
        unread = {error.account for error in report.errors}
        total = len(report.accounts)
        return [words.counted(*ACCOUNTS_UNREAD, len(unread), total=total, why=_why(words, report))]
    regions = dict.fromkeys(error.region for error in report.errors if error.region is not None)
    first = report.errors[0]
    place = errors.places(list(regions)) or errors.what(words, first)
    products = dict.fromkeys(error.product for error in report.errors if error.product is not None)
    if 0 < len(products) < len(report.products):
        names = ", ".join(product_words(product).short_name for product in products)
        place = words.text("{name} ({place})", name=place, place=names)
    return [words.text("{place} could not be read ({why})", place=place, why=_why(words, report))]


def _why(words: Words, report: Report) -> str:
    reasons = dict.fromkeys(errors.why(words, error) for error in report.errors)
    first, *others = reasons
    return words.counted(*OTHER_REASONS, len(others), why=first) if others else first


def _nothing(words: Words, report: Report) -> list[str]:
    if not report.scopes:
        return [words.text("Every account is paused, and nothing was read")]
    return [words.text("No database was found in {regions}", regions=errors.places(report.regions))]


def _well(words: Words, report: Report) -> list[str]:
    total, fresh = report.counts.instances, report.counts.of(Verdict.FRESH)
    if fresh == total:
        return [words.counted(*ALL_FRESH, total)]
    aside = [words.counted(*ASIDE[key], count) for key in ASIDE if (count := report.counts.of(key))]
    if report.counts.muted:
        aside.append(words.counted(*MUTED, report.counts.muted))
    return [words.text("{fresh} of {total} databases have a fresh backup", fresh=fresh, total=total), *aside]
