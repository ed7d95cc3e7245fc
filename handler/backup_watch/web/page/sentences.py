"""What the page says, in the words of its language and with numbers kept beside their nouns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backup_watch.i18n import Words, errors, headlines, reasons, terms
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Subject
from backup_watch.model.messages import N_
from backup_watch.model.notices import Notice
from backup_watch.model.policy import Mute
from backup_watch.model.report import ReadError, Report
from backup_watch.model.vocabulary import Severity, Verdict
from backup_watch.web.page.typography import unbroken

MEANINGS: Mapping[str, str] = {
    Verdict.FRESH: N_("The newest backup is no older than allowed."),
    Verdict.LATE: N_("A daily slot has passed without a backup. It turns stale if none comes."),
    Verdict.STALE: N_("The newest backup is older than allowed."),
    Verdict.NEVER: N_("There has never been a backup."),
    Verdict.DISABLED: N_("Automatic backups are switched off."),
    Verdict.UNKNOWN: N_("It could not be looked at, or its date cannot be believed. Never take this for fresh."),
    Verdict.MISSING: N_("The policy expects it, and it is not there."),
    Verdict.NEW: N_("Just created; the first backup is still to come."),
    Verdict.SKIPPED: N_("Being created or deleted: not judged."),
}
"""The glossary at the foot."""


class Sentences:
    """The sentences that the template asks for by name."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def text(self, message: str, **values: object) -> str:
        """*message* in the language of the page."""
        return unbroken(self._words.text(message, **values))

    def counted(self, one: str, many: str, count: int, **values: object) -> str:
        """*one* or *many*, whichever *count* asks for."""
        return unbroken(self._words.counted(one, many, count, **values))

    def headline(self, report: Report) -> str:
        """The answer to: is there a fresh backup of everything?"""
        return unbroken(headlines.headline(self._words, report))

    def reason(self, finding: Finding) -> str:
        """Why a verdict is what it is."""
        return unbroken(reasons.reason(self._words, finding))

    def advices(self, findings: Iterable[Finding]) -> list[str]:
        """What to do about each of *findings*; the same advice is said once, and then refers to where it was said."""
        first: dict[str, str] = {}
        said = []
        for finding in findings:
            advice, name = unbroken(reasons.advice(self._words, finding)), self.name(finding.subject)
            said.append(self.text("As for {name}.", name=first[advice]) if advice in first else advice)
            first.setdefault(advice, name)
        return said

    def error(self, error: ReadError) -> str:
        """What could not be read, and why."""
        return unbroken(errors.error(self._words, error))

    def why(self, error: ReadError) -> str:
        """The cause alone."""
        return unbroken(errors.why(self._words, error))

    def error_advice(self, error: ReadError) -> str:
        """What to do about *error*."""
        return unbroken(errors.error_advice(self._words, error))

    def notice(self, notice: Notice) -> str:
        """A warning of the report."""
        return unbroken(notice_sentence(self._words, notice))

    def mute(self, mute: Mute) -> str:
        """Until when, by whom and why something is muted."""
        return unbroken(terms.mute(self._words, mute))

    def name(self, subject: Subject) -> str:
        """The name of a database, as it can be copied."""
        return terms.name(self._words, subject)

    def verdict(self, verdict: Verdict) -> str:
        """What a verdict is called."""
        return terms.verdict(self._words, verdict)

    def code(self, verdict: Verdict) -> str:
        """A verdict as the documentation has it, with its name where that is in another language."""
        return terms.verdict_code(self._words, verdict)

    def severity(self, severity: Severity) -> str:
        """What a severity is called."""
        return terms.severity(self._words, severity)

    def meaning(self, verdict: Verdict) -> str:
        """What a verdict means."""
        return self.text(MEANINGS.get(verdict) or N_("See the documentation."))
