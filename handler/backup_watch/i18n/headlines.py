"""A whole report in one sentence, and its counts in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from backup_watch.i18n import errors
from backup_watch.model.report import Counts, Report
from backup_watch.model.vocabulary import Verdict

if TYPE_CHECKING:
    from backup_watch.i18n.words import Words

BAD = {
    Verdict.STALE: "bad",
    Verdict.NEVER: "bad",
    Verdict.LATE: "bad",
    Verdict.DISABLED: "disabled",
    Verdict.UNKNOWN: "unknown",
    Verdict.MISSING: "missing",
}
"""Under which clause of the headline a violation counts, in the order in which they are said."""
SUMMARY_ORDER = (
    Verdict.FRESH, Verdict.LATE, Verdict.STALE, Verdict.NEVER, Verdict.DISABLED, Verdict.UNKNOWN, Verdict.MISSING,
    Verdict.NEW, Verdict.SKIPPED,
)  # fmt: skip


def headline(words: Words, report: Report) -> str:
    """The worst first: what is wrong, what could not be read, and only else that all is well."""
    clauses = _unread(words, report) if report.is_empty else []
    clauses += _wrong(words, report)
    if not report.is_empty:
        clauses += _unread(words, report)
    if not clauses:
        clauses = _nothing(words, report) if report.is_empty else _well(words, report)
    return words.text("headline.join").join(clauses)


def summary(words: Words, counts: Counts) -> str:
    """Every verdict that occurs, with its number; of the muted ones it says that they are."""
    if not counts.instances and not counts.of(Verdict.MISSING):
        return words.text("summary.nothing")
    parts = [
        words.text("summary.part", count=counts.of(verdict), verdict=words.verdict(verdict))
        for verdict in SUMMARY_ORDER
        if counts.of(verdict)
    ]
    if counts.muted:
        parts.append(words.text("summary.muted", count=counts.muted))
    return words.text("summary", instances=counts.instances, parts=", ".join(parts))


def _wrong(words: Words, report: Report) -> list[str]:
    """One clause for each kind of violation; the first says of how many databases."""
    found = Counter(BAD[violation.finding.verdict] for violation in report.violations)
    clauses: list[str] = []
    for kind in dict.fromkeys(BAD.values()):
        if found[kind] and kind == "missing":
            clauses.append(_count(words, "headline.missing", found[kind]))
        elif found[kind]:
            subject = _subject(words, found[kind], report, first=not clauses)
            clauses.append(_count(words, f"headline.{kind}", found[kind], subject=subject))
    return clauses


def _subject(words: Words, count: int, report: Report, *, first: bool) -> str:
    total = report.counts.instances
    if not first:
        return words.text("headline.rest", count=count)
    return words.text("headline.only" if total == 1 else "headline.of", count=count, total=total)


def _unread(words: Words, report: Report) -> list[str]:
    """One clause for all that could not be read, with the reason of the first."""
    if not report.errors:
        return []
    regions = dict.fromkeys(error.region for error in report.errors if error.region is not None)
    first = report.errors[0]
    place = errors.places(list(regions)) or errors.what(words, first)
    return [words.text("headline.unread", place=place, why=errors.why(words, first))]


def _nothing(words: Words, report: Report) -> list[str]:
    return [words.text("headline.nothing", regions=errors.places(report.regions))]


def _well(words: Words, report: Report) -> list[str]:
    total, fresh = report.counts.instances, report.counts.of(Verdict.FRESH)
    if fresh == total:
        return [_count(words, "headline.all", total)]
    others: list[tuple[str, int]] = [(verdict, report.counts.of(verdict)) for verdict in (Verdict.NEW, Verdict.SKIPPED)]
    others.append(("muted", report.counts.muted))
    rest = [_count(words, f"headline.{key}", count) for key, count in others if count]
    return [words.text("headline.fresh", fresh=fresh, total=total), *rest]


def _count(words: Words, key: str, count: int, **values: object) -> str:
    return words.text(f"{key}.one" if count == 1 else f"{key}.many", count=count, **values)
