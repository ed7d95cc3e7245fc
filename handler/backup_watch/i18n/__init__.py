"""Sentences for people. English stands where it is said; every other language is one catalogue under ``locale``."""

from backup_watch.i18n.words import Words

__all__ = ["Words"]
