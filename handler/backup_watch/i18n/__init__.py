"""Sentences for people, in English and Korean."""

from backup_watch.i18n.words import Words

__all__ = ["Words"]
