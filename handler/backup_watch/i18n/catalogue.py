"""The catalogues of gettext, each loaded when its language is first spoken."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from backup_watch.config.languages import ENGLISH, catalogue_file


class Catalogue(Protocol):
    """What :mod:`gettext` calls translations; a sentence that is not in it comes back in English."""

    def gettext(self, message: str) -> str: ...
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...
    def pgettext(self, context: str, message: str) -> str: ...
    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str: ...


class _English:
    """Says everything as it stands in the code."""

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n == 1 else msgid2

    def pgettext(self, _: str, message: str) -> str:
        return message

    def npgettext(self, _: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


@cache
def catalogue_of(language: str) -> Catalogue:
    """The catalogue of *language*, read once. One that is not there or is damaged speaks English: no alert is lost."""
    if language == ENGLISH:
        return _English()
    import struct  # only for those who speak another language
    from gettext import GNUTranslations

    try:
        with catalogue_file(language).open("rb") as file:
            return GNUTranslations(file)
    except (OSError, ValueError, LookupError, SyntaxError, struct.error):  # of a damaged file
        return _English()
