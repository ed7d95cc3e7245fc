"""The doctor's check-ups that need no Ncloud: settings, policy, topic, token, heartbeat. Found facts in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from backup_watch.config.problems import Problem
from backup_watch.i18n.plain_text import shown
from backup_watch.model.durations import format_duration
from backup_watch.model.policy import Policy

MIN_TOKEN_CHARS = 20
"""A shorter token can be guessed at a public address; what the README tells to make has 43."""
MAX_NAMED = 5


class Status(StrEnum):
    """How a check-up came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Could not be looked at, or there is nothing to look at."""


class CheckUp(Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    status: Status
    detail: str
    advice: str | None = None
    """What to do. None: nothing."""


class Subscription(Struct, frozen=True):
    """One subscription of the topic."""

    protocol: str
    endpoint: str
    """Fit to be shown: of a URL, the host alone."""
    confirmed: bool


class Unread(Struct, frozen=True):
    """Something of AWS that could not be read: its own error code, or the kind of failure."""

    why: str


def diagnosis_document(checkups: Sequence[CheckUp]) -> dict[str, Any]:
    """The doctor's answer; healthy is what has no failed check-up."""
    return {
        "action": "doctor",
        "healthy": all(checkup.status is not Status.FAILED for checkup in checkups),
        "checks": [
            {"name": one.name, "status": str(one.status), "detail": one.detail, "advice": one.advice}
            for one in checkups
        ],
    }


def settings_checkups(problems: Sequence[Problem]) -> list[CheckUp]:
    """One for each wrong setting besides the policy; without any, one that says so."""
    wrong = [problem for problem in problems if not _is_of_policy(problem)]
    besides = " besides the policy" if problems else ""
    return _refused("settings", wrong) or [CheckUp("settings", Status.OK, f"every setting{besides} is valid")]


def policy_refused(problems: Sequence[Problem]) -> list[CheckUp]:
    """One for each thing in *problems* that is wrong with the policy, or with where it stands."""
    return _refused("policy", [problem for problem in problems if _is_of_policy(problem)])


def _is_of_policy(problem: Problem) -> bool:
    return problem.field.partition(" ")[0] in ("POLICY", "POLICY_PARAMETER")


def _refused(name: str, problems: Sequence[Problem]) -> list[CheckUp]:
    return [
        CheckUp(name, Status.FAILED, str(problem), f"Correct {problem.field}. Until then no run checks anything.")
        for problem in problems
    ]


def secret_checkup(name: str, unread: str | None) -> CheckUp:
    """The secret with the Ncloud key; *unread* says why it, or the key in it, could not be read."""
    if unread is None:
        return CheckUp("secret", Status.OK, f"the secret {name} holds a key")
    right = "secretsmanager:GetSecretValue"
    advice = f"Check NCLOUD_CREDENTIALS_SECRET, the function's right to {right}, and the secret's JSON."
    return CheckUp("secret", Status.FAILED, unread, advice)


def policy_checkups(policy: Policy, *, now: datetime) -> list[CheckUp]:
    """What the policy holds, and each of its mutes that has ended."""
    ended = [
        CheckUp(
            "policy", Status.WARNING,
            f"mute {number} (match {shown(mute.selector.match)!r}) ended at {mute.until.isoformat()}",
            "Remove it from the policy, or give it a new end.",
        )
        for number, mute in enumerate(policy.mutes, 1)
        if mute.until <= now
    ]  # fmt: skip
    return [CheckUp("policy", Status.OK, _policy_in_words(policy)), *ended]


def _policy_in_words(policy: Policy) -> str:
    parts = [f"max_age {format_duration(policy.thresholds.max_age)}"]
    for kind, count in (("rule", len(policy.rules)), ("mute", len(policy.mutes))):
        if count:
            parts.append(f"{count} {kind}{'' if count == 1 else 's'}")
    if policy.roll_call.instances is not None:
        parts.append(f"at least {policy.roll_call.instances} instances expected")
    if policy.roll_call.names:
        parts.append(f"{len(policy.roll_call.names)} expected by name")
    return ", ".join(parts)


def policy_unread(why: str) -> CheckUp:
    """The policy's parameter could not be read."""
    return CheckUp(
        "policy", Status.FAILED, why, "Check POLICY_PARAMETER, and the function's right to ssm:GetParameter."
    )


def policy_warnings(sentences: Iterable[str]) -> list[CheckUp]:
    """Rules and mutes that match nothing."""
    return [CheckUp("policy", Status.WARNING, sentence, "Correct its match, or remove it.") for sentence in sentences]


def topic_checkup(arn: str, unread: Unread | None) -> CheckUp:
    """The SNS topic."""
    if unread is None:
        return CheckUp("topic", Status.OK, f"{arn} is there")
    if unread.why in DENIED:
        return _may_not_look("topic", "sns:GetTopicAttributes", unread)
    if unread.why in NOT_THERE:
        advice = "Set TOPIC_ARN to a topic that exists, in the region and account where the function runs."
        return CheckUp("topic", Status.FAILED, f"{arn} is not there ({unread.why})", advice)
    advice = "Check the function's way to SNS: its region, network and role."
    return CheckUp("topic", Status.FAILED, f"{arn} could not be looked at: {unread.why}", advice)


NOT_THERE = ("NotFound", "NotFoundException", "InvalidParameter", "InvalidParameterException")
DENIED = ("AuthorizationError", "AuthorizationErrorException", "AccessDenied", "AccessDeniedException")


def _may_not_look(name: str, action: str, unread: Unread) -> CheckUp:
    """Not being allowed to look hinders no run."""
    advice = f"Allow {action} on the topic to the function's role; only the doctor needs it."
    return CheckUp(name, Status.WARNING, f"the function may not look: {unread.why}", advice)


def subscriptions_checkup(found: Sequence[Subscription] | Unread) -> CheckUp:
    """Who is told: none confirmed is a failure, an unconfirmed one a warning."""
    name = "subscriptions"
    if isinstance(found, Unread):
        if found.why in DENIED:
            return _may_not_look(name, "sns:ListSubscriptionsByTopic", found)
        return CheckUp(name, Status.FAILED, f"could not be listed: {found.why}", "Correct the topic first.")
    confirmed = [one for one in found if one.confirmed]
    waiting = [one for one in found if not one.confirmed]
    if not confirmed:
        advice = "Confirm one by the link that was mailed to it." if waiting else "Subscribe somebody to the topic."
        return CheckUp(name, Status.FAILED, f"nobody is told: {_waiting(waiting) or 'there is none'}", advice)
    told = f"{len(confirmed)} confirmed ({', '.join(sorted({one.protocol for one in confirmed}))})"
    if not waiting:
        return CheckUp(name, Status.OK, told)
    advice = "Confirm by the link that was mailed, or remove the subscription."
    return CheckUp(name, Status.WARNING, f"{told}; {_waiting(waiting)}", advice)


def _waiting(waiting: Sequence[Subscription]) -> str:
    if not waiting:
        return ""
    named = ", ".join(f"{one.protocol} {shown(one.endpoint)}" for one in waiting[:MAX_NAMED])
    more = f" and {len(waiting) - MAX_NAMED} more" if len(waiting) > MAX_NAMED else ""
    return f"{len(waiting)} not confirmed: {named}{more}"


def token_checkup(secret: str | None, token_chars: int | None, unread: str | None) -> CheckUp:
    """The token of on-demand HTTP, by its length alone."""
    name = "http token"
    if secret is None:
        return CheckUp(name, Status.SKIPPED, "HTTP_TOKEN_SECRET is not set: whoever the platform lets in is answered")
    if unread is not None:
        advice = "Check HTTP_TOKEN_SECRET, and the function's right to secretsmanager:GetSecretValue."
        return CheckUp(name, Status.FAILED, unread, advice)
    if not token_chars:
        return CheckUp(name, Status.FAILED, f"the secret {secret} is blank", "Put a long random token into it.")
    if token_chars < MIN_TOKEN_CHARS:
        advice = f"Use a random token of at least {MIN_TOKEN_CHARS} characters."
        return CheckUp(name, Status.WARNING, f"the token in {secret} has only {token_chars} characters", advice)
    return CheckUp(name, Status.OK, f"the secret {secret} holds a token")


def heartbeat_checkup(*, is_set: bool) -> CheckUp:
    """Whether a dead man's switch is set; it is never pinged here."""
    if is_set:
        return CheckUp("heartbeat", Status.OK, "HEARTBEAT_URL is set; only runs that notify ping it")
    detail = "HEARTBEAT_URL is not set: nobody outside notices if runs stop"
    return CheckUp("heartbeat", Status.SKIPPED, detail, "Set HEARTBEAT_URL to a dead man's switch.")
