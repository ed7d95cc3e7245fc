"""Sentences for people, in English and Korean."""

from __future__ import annotations

from datetime import datetime, timedelta

from backup_watch.findings import Finding
from backup_watch.report import Notice, ReadError


class Words:
    """Words in one language (``en`` or ``ko``), with times in one zone (an IANA name)."""

    def __init__(self, language: str = "en", zone: str = "Asia/Seoul") -> None:
        self.language, self.zone = language, zone

    def reason(self, finding: Finding) -> str:
        raise AssertionError("being written")

    def notice(self, notice: Notice) -> str:
        raise AssertionError("being written")
