"""The judgement of one instance, rule by rule: what was asked, what it came to, and with which values.

What was met is taken from the finding itself, and every value from the functions that judge: the two cannot disagree.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from backup_watch.checking import rules
from backup_watch.checking.explanations import Explained
from backup_watch.i18n import Words
from backup_watch.i18n.reasons import reason as finding_reason
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.vocabulary import Verdict


class Step(Struct, frozen=True):
    """One verdict of the judgement."""

    verdict: Verdict
    met: bool | None
    """None: never asked, since one before it was met."""
    because: str


def steps_of(words: Words, finding: Finding, *, now: datetime) -> list[Step]:
    """Every verdict in the order in which it is asked for, in the language and the zone of *words*.

    *now* is the instant at which *finding* was judged.
    """
    subject, reason = finding.subject, finding_reason(words, finding)
    if not isinstance(subject, Instance):
        return [Step(finding.verdict, True, reason)]
    asked = {rule.verdict: rule for rule in rules.RULES}
    order = list(dict.fromkeys(asked))
    decided = order.index(finding.verdict)
    steps = []
    for number, verdict in enumerate(order):
        if number > decided:
            steps.append(
                Step(verdict, None, words.text("not asked: {verdict} was met before", verdict=finding.verdict))
            )
            continue
        met = number == decided
        explained = Explained(finding=finding, instance=subject, met=met, now=now, words=words, reason=reason)
        steps.append(Step(verdict, met, asked[verdict].explain(explained)))
    return steps
