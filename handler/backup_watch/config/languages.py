"""The languages that people can be spoken to in: English, and one for each compiled catalogue. The only list there is.

A language is one file, ``i18n/locale/LANGUAGE.po``, which ``make catalogues`` compiles into the ``.mo`` beside it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

ENGLISH = "en"
"""Stands in the code, where it is said; needs no catalogue."""
LOCALE = Path(__file__).parent.parent / "i18n" / "locale"


@cache
def languages() -> tuple[str, ...]:
    """English, then every language that has a catalogue, by its tag."""
    return (ENGLISH, *sorted(file.stem for file in LOCALE.glob("*.mo")))


def catalogue_file(language: str) -> Path:
    """Where the compiled catalogue of *language* stands."""
    return LOCALE / f"{language}.mo"
