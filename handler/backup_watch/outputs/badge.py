"""A report as a badge: an SVG of its own, and the document that Shields' endpoint badge reads."""

from __future__ import annotations

from html import escape
from typing import Any
from unicodedata import east_asian_width

from backup_watch.i18n import Words
from backup_watch.i18n.headlines import missing
from backup_watch.model.instances import Expectation
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity, Verdict

COLOURS = {
    Severity.OK: "#0b6b4f",
    Severity.WARNING: "#8a5300",
    Severity.UNKNOWN: "#5b4b9a",
    Severity.CRITICAL: "#b3202c",
}
"""White text on each has a contrast of at least 4.5 to 1. Only ok is green."""
LABEL_COLOUR = "#3a4650"
SHIELDS_CACHE_SECONDS = 300
"""The least that Shields takes."""
MARGIN, NARROW, WIDE = 6, 6.6, 11.5
"""Widths in pixels at 11 px: beside the text, of a Latin letter, of a Korean one."""


def badge_document(report: Report, words: Words) -> dict[str, Any]:
    """The endpoint schema, version 1 (shields.io, "Endpoint Badge")."""
    return {
        "schemaVersion": 1,
        "label": words.term("badge", "backups"),
        "message": badge_message(report, words),
        "color": COLOURS[report.severity].removeprefix("#"),
        "isError": report.severity is not Severity.OK,  # then it cannot be painted green
        "cacheSeconds": SHIELDS_CACHE_SECONDS,
    }


def badge_message(report: Report, words: Words) -> str:
    """A few words: how many are fresh, or how many are not."""
    total, fresh = report.counts.instances, report.counts.of(Verdict.FRESH)
    wrong = [violation.finding for violation in report.violations]
    absent, instances = missing(wrong), sum(not isinstance(finding.subject, Expectation) for finding in wrong)
    if report.severity is Severity.OK:
        return words.term("badge", "{fresh} of {total} fresh", fresh=fresh, total=total)
    if absent and not instances:
        return words.term("badge", "{missing} missing", missing=absent)
    if wrong and report.severity is not Severity.UNKNOWN:
        return words.term("badge", "{wrong} of {total} not fresh", wrong=instances, total=total)
    return words.term("badge", "unknown")


def badge_svg(report: Report, words: Words) -> str:
    """The badge as an image that says in words what its colour says."""
    label, message = words.term("badge", "backups"), badge_message(report, words)
    left, right = _width(label), _width(message)
    whole = f"{label}: {message}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{escape(whole)}"><title>{escape(whole)}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="{LABEL_COLOUR}"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{COLOURS[report.severity]}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Noto Sans CJK KR,sans-serif" font-size="11" '
        f'text-anchor="middle">{_text(label, 0, left)}{_text(message, left, right)}</g></svg>\n'
    )


def _text(text: str, start: int, width: int) -> str:
    """*text* in the middle of its field, stretched to the width it was given, whatever the font."""
    return (
        f'<text x="{start + width / 2:g}" y="14" textLength="{width - 2 * MARGIN}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
    )


def _width(text: str) -> int:
    return round(2 * MARGIN + sum(WIDE if east_asian_width(char) in "WF" else NARROW for char in text))
