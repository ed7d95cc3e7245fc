"""The doctor's probes that need no Ncloud: settings, policy, topic, token, heartbeat. Found facts in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from backup_watch.config.problems import AwsFailure, Problem
from backup_watch.i18n.plain_text import shown
from backup_watch.model.durations import format_duration
from backup_watch.model.policy import Policy

MIN_TOKEN_CHARS = 20
"""A shorter token can be guessed at a public address; what the README tells to make has 43."""
MAX_NAMED = 5


class Status(StrEnum):
    """How a probe came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Could not be looked at, or there is nothing to look at."""


class Probe(Struct, frozen=True):
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


def diagnosis_document(probes: Sequence[Probe]) -> dict[str, Any]:
    """The doctor's document; healthy: no probe failed."""
    return {
        "action": "doctor",
        "healthy": all(probe.status is not Status.FAILED for probe in probes),
        "checks": [
            {"name": one.name, "status": str(one.status), "detail": one.detail, "advice": one.advice} for one in probes
        ],
    }


def settings_probes(problems: Sequence[Problem]) -> list[Probe]:
    """One for each wrong setting besides the policy; without any, one that says so."""
    wrong = [problem for problem in problems if not _is_of_policy(problem)]
    besides = " besides the policy" if problems else ""
    return _refused("settings", wrong) or [Probe("settings", Status.OK, f"every setting{besides} is valid")]


def policy_refused(problems: Sequence[Problem]) -> list[Probe]:
    """One for each thing in *problems* that is wrong with the policy, or with where it stands."""
    return _refused("policy", [problem for problem in problems if _is_of_policy(problem)])


def _is_of_policy(problem: Problem) -> bool:
    return problem.field.partition(" ")[0] in ("POLICY", "POLICY_PARAMETER")


def _refused(name: str, problems: Sequence[Problem]) -> list[Probe]:
    return [
        Probe(name, Status.FAILED, str(problem), f"Correct {problem.field}. Until then no run checks anything.")
        for problem in problems
    ]


def secret_probe(name: str, unread: str | None) -> Probe:
    """The secret with the Ncloud key; *unread* says why it, or the key in it, could not be read."""
    if unread is None:
        return Probe("secret", Status.OK, f"the secret {name} holds a key")
    right = "secretsmanager:GetSecretValue"
    advice = f"Check NCLOUD_CREDENTIALS_SECRET, the function's right to {right}, and the secret's JSON."
    return Probe("secret", Status.FAILED, unread, advice)


def policy_probes(policy: Policy, *, now: datetime) -> list[Probe]:
    """What the policy holds, and each of its mutes that has ended."""
    ended = [
        Probe(
            "policy", Status.WARNING,
            f"mute {number} (match {shown(mute.selector.match)!r}) ended at {mute.until.isoformat()}",
            "Remove it from the policy, or give it a new end.",
        )
        for number, mute in enumerate(policy.mutes, 1)
        if mute.until <= now
    ]  # fmt: skip
    return [Probe("policy", Status.OK, _policy_in_words(policy)), *ended]


def _policy_in_words(policy: Policy) -> str:
    parts = [f"max_age {format_duration(policy.thresholds.max_age)}"]
    for kind, count in (("rule", len(policy.rules)), ("mute", len(policy.mutes))):
        if count:
            parts.append(f"{count} {kind}{'' if count == 1 else 's'}")
    for expected in policy.expectations:
        if expected.instances is not None:
            parts.append(f"at least {expected.instances} instances expected")
        if expected.names:
            parts.append(f"{len(expected.names)} expected by name")
    return ", ".join(parts)


def policy_unread(why: str) -> Probe:
    """The policy's parameter could not be read."""
    return Probe("policy", Status.FAILED, why, "Check POLICY_PARAMETER, and the function's right to ssm:GetParameter.")


def policy_warnings(sentences: Iterable[str]) -> list[Probe]:
    """Rules and mutes that match nothing."""
    return [Probe("policy", Status.WARNING, sentence, "Correct its match, or remove it.") for sentence in sentences]


def topic_probe(arn: str, failure: AwsFailure | None) -> Probe:
    """The SNS topic."""
    if failure is None:
        return Probe("topic", Status.OK, f"{arn} is there")
    if failure.code in DENIED:
        return _may_not_look("topic", "sns:GetTopicAttributes", failure)
    if failure.code in NOT_THERE:
        advice = "Set TOPIC_ARN to a topic that exists, in the region and account where the function runs."
        return Probe("topic", Status.FAILED, f"{arn} is not there ({failure.code})", advice)
    advice = "Check the function's way to SNS: its region, network and role."
    return Probe("topic", Status.FAILED, f"{arn} could not be looked at: {failure.code}", advice)


NOT_THERE = ("NotFound", "NotFoundException", "InvalidParameter", "InvalidParameterException")
DENIED = ("AuthorizationError", "AuthorizationErrorException", "AccessDenied", "AccessDeniedException")


def _may_not_look(name: str, action: str, failure: AwsFailure) -> Probe:
    """Not being allowed to look hinders no run."""
    advice = f"Allow {action} on the topic to the function's role; only the doctor needs it."
    return Probe(name, Status.WARNING, f"the function may not look: {failure.code}", advice)


def subscriptions_probe(found: Sequence[Subscription] | AwsFailure) -> Probe:
    """The topic's subscriptions: none confirmed is a failure, an unconfirmed one a warning."""
    name = "subscriptions"
    if isinstance(found, AwsFailure):
        if found.code in DENIED:
            return _may_not_look(name, "sns:ListSubscriptionsByTopic", found)
        return Probe(name, Status.FAILED, f"could not be listed: {found.code}", "Correct the topic first.")
    confirmed = [one for one in found if one.confirmed]
    waiting = [one for one in found if not one.confirmed]
    if not confirmed:
        advice = "Confirm one by the link that was mailed to it." if waiting else "Subscribe somebody to the topic."
        return Probe(name, Status.FAILED, f"nobody is told: {_waiting(waiting) or 'there is none'}", advice)
    told = f"{len(confirmed)} confirmed ({', '.join(sorted({one.protocol for one in confirmed}))})"
    if not waiting:
        return Probe(name, Status.OK, told)
    advice = "Confirm by the link that was mailed, or remove the subscription."
    return Probe(name, Status.WARNING, f"{told}; {_waiting(waiting)}", advice)


def _waiting(waiting: Sequence[Subscription]) -> str:
    if not waiting:
        return ""
    named = ", ".join(f"{one.protocol} {shown(one.endpoint)}" for one in waiting[:MAX_NAMED])
    more = f" and {len(waiting) - MAX_NAMED} more" if len(waiting) > MAX_NAMED else ""
    return f"{len(waiting)} not confirmed: {named}{more}"


def token_probe(secret: str | None, token_chars: int | None, unread: str | None) -> Probe:
    """The token of on-demand HTTP, by its length alone."""
    name = "http token"
    if secret is None:
        return Probe(name, Status.SKIPPED, "HTTP_TOKEN_SECRET is not set: whoever the platform lets in is answered")
    if unread is not None:
        advice = "Check HTTP_TOKEN_SECRET, and the function's right to secretsmanager:GetSecretValue."
        return Probe(name, Status.FAILED, unread, advice)
    if not token_chars:
        return Probe(name, Status.FAILED, f"the secret {secret} is blank", "Put a long random token into it.")
    if token_chars < MIN_TOKEN_CHARS:
        advice = f"Use a random token of at least {MIN_TOKEN_CHARS} characters."
        return Probe(name, Status.WARNING, f"the token in {secret} has only {token_chars} characters", advice)
    return Probe(name, Status.OK, f"the secret {secret} holds a token")


def heartbeat_probe(*, is_set: bool) -> Probe:
    """Whether a dead man's switch is set; it is never pinged here."""
    if is_set:
        return Probe("heartbeat", Status.OK, "HEARTBEAT_URL is set; only runs that notify ping it")
    detail = "HEARTBEAT_URL is not set: nobody outside notices if runs stop"
    return Probe("heartbeat", Status.SKIPPED, detail, "Set HEARTBEAT_URL to a dead man's switch.")
