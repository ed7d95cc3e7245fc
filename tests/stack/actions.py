"""`invoke`, `explain`, `doctor`, `test-alert`: one event for the function each, and its answer in a readable form."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from backup_watch.cli.diagnosis import diagnosis
from backup_watch.cli.explanation import explanation
from tests.stack.mail_print import printed_mail
from tests.stack.opened import opened_stack
from tests.stack.run import run_before
from tests.stack.screen import Screen

Document = dict[str, Any]


def invoke(screen: Screen, event: Document) -> int:
    """Print the answer to *event* as JSON on standard output, which carries nothing else."""
    answers = sys.stdout
    with opened_stack(screen) as stack:
        from tests.stack.stack import as_due

        answer = stack.invoke(as_due(event, now=datetime.now(UTC)))
    json.dump(answer, answers, ensure_ascii=False, indent=2)
    answers.write("\n")
    return 0


def explain(screen: Screen, match: str) -> int:
    """Show what was read of each instance that *match* selects, what is allowed, and each step of its judgement."""
    with opened_stack(screen) as stack:
        run_before(stack, datetime.now(UTC))
        document = stack.invoke({"action": "explain", "match": match})
    screen.line()
    screen.show(explanation(document, screen.words))
    screen.line()
    return 0


def doctor(screen: Screen) -> int:
    """Show every check-up; 1 where something is wrong."""
    with opened_stack(screen) as stack:
        run_before(stack, datetime.now(UTC))
        document = stack.invoke({"action": "doctor"})
    screen.line()
    screen.show(diagnosis(document, screen.words))
    screen.line()
    return 0 if document["healthy"] else 1


def test_alert(screen: Screen) -> int:
    """Show the samples as the e-mail subscriber got them."""
    with opened_stack(screen) as stack:
        stack.invoke({"action": "test-alert"})
        mails = list(stack.cloud.inbox)
    screen.line()
    sent = screen.words.text(
        "{count} samples were sent; as {receiver} got them:", count=len(mails), receiver=mails[0].to
    )
    screen.line(sent, "bold")
    for mail in mails:
        screen.line()
        screen.show(printed_mail(mail))
    screen.line()
    return 0
