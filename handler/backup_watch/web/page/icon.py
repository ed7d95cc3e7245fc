"""The page's icon: the severity's shape in its colour, inside the document."""

from __future__ import annotations

from urllib.parse import quote

from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.badge import COLOURS

SHAPES = {
    Severity.OK: '<circle cx="8" cy="8" r="7"/>',
    Severity.WARNING: '<path d="M8 1l7.5 14H.5z"/>',
    Severity.UNKNOWN: '<path d="M8 0l8 8-8 8-8-8z"/>',
    Severity.CRITICAL: '<path d="M1 1h14v14H1z"/>',
}


def icon(severity: Severity) -> str:
    """A ``data:`` address."""
    fill = COLOURS[severity]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="{fill}">{SHAPES[severity]}</svg>'
    return "data:image/svg+xml," + quote(svg)
