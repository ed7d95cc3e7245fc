"""Text in a terminal's cells, of which a Korean syllable takes two."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def cells(text: str) -> int:
    """How many cells *text* takes."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, width: int) -> str:
    """*text* filled up with blanks to *width* cells; unchanged where it is wider."""
    return text + " " * (width - cells(text))


def clipped(text: str, width: int) -> str:
    """*text* in at most *width* cells, a cut marked."""
    if cells(text) <= width:
        return text
    kept = ""
    for char in text:
        if cells(kept + char) > width - 1:
            break
        kept += char
    return f"{kept}…"


def wrapped(text: str, width: int, *, hanging: int = 0) -> list[str]:
    """*text* in lines of at most *width* cells, broken at blanks; all but the first begin with *hanging* blanks.

    Leading blanks stay, and are repeated. A word wider than the line is left whole.
    """
    lead = " " * (len(text) - len(text.lstrip(" ")))
    line, lines = lead, []
    for word in text.split():
        grown = f"{line}{word}" if line.isspace() or not line else f"{line} {word}"
        if cells(grown) > width and line.strip():
            lines.append(line)
            grown = f"{lead}{' ' * hanging}{word}"
        line = grown
    return [*lines, line]
