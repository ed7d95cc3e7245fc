"""Sentences for people, in English and Korean."""

from backup_watch.wording.words import Words

__all__ = ["Words"]
