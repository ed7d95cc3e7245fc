"""The doctor's probes that need no Ncloud: settings, policy, topic, token, heartbeat. Found facts in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from backup_watch.config.problems import AwsFailure, Problem
from backup_watch.i18n import Words
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.durations import format_duration
from backup_watch.model.messages import N_, NN_
from backup_watch.model.plain_text import shown
from backup_watch.model.policy import Policy

MIN_TOKEN_CHARS = 20
"""A shorter token can be guessed at a public address; what the README tells to make has 43."""
MAX_NAMED = 5
RULES, MUTES = NN_("{count} rule", "{count} rules"), NN_("{count} mute", "{count} mutes")
EXPECTED = NN_("at least {count} instance expected", "at least {count} instances expected")
EXPECTED_NAMES = NN_("{count} expected by name", "{count} expected by name")
TOKEN_TOO_SHORT = NN_(
    "the token in {secret} has only {count} character", "the token in {secret} has only {count} characters"
)


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


def settings_probes(words: Words, problems: Sequence[Problem]) -> list[Probe]:
    """One for each wrong setting besides the policy; without any, one that says so."""
    wrong = [problem for problem in problems if not _is_of_policy(problem)]
    if refused := _refused(words, "settings", wrong):
        return refused
    message = N_("every setting besides the policy is valid") if problems else N_("every setting is valid")
    return [Probe("settings", Status.OK, words.text(message))]


def no_such_account(words: Words, account: str) -> Probe:
    """An account was asked about, and there is no accounts file."""
    detail = words.text("{account} is none: there is one account, {only}", account=shown(account), only=DEFAULT_ACCOUNT)
    return Probe("account", Status.FAILED, detail)


def policy_refused(words: Words, problems: Sequence[Problem]) -> list[Probe]:
    """One for each thing in *problems* that is wrong with the policy, or with where it stands."""
    return _refused(words, "policy", [problem for problem in problems if _is_of_policy(problem)])


def _is_of_policy(problem: Problem) -> bool:
    return problem.field.partition(" ")[0] in ("POLICY", "POLICY_PARAMETER")


def _refused(words: Words, name: str, problems: Sequence[Problem]) -> list[Probe]:
    return [
        Probe(
            name,
            Status.FAILED,
            str(problem),
            words.text("Correct {field}. Until then no run checks anything.", field=problem.field),
        )
        for problem in problems
    ]


def secret_probe(words: Words, name: str, unread: str | None) -> Probe:
    """The secret with the Ncloud key; *unread* says why it, or the key in it, could not be read."""
    if unread is None:
        return Probe("secret", Status.OK, words.text("the secret {name} holds a key", name=name))
    message = N_("Check NCLOUD_CREDENTIALS_SECRET, the function's right to {right}, and the secret's JSON.")
    advice = words.text(message, right="secretsmanager:GetSecretValue")
    return Probe("secret", Status.FAILED, unread, advice)


def policy_probes(words: Words, policy: Policy, *, now: datetime) -> list[Probe]:
    """What the policy holds, and each of its mutes that has ended."""
    ended = [
        Probe(
            "policy",
            Status.WARNING,
            words.text(
                "mute {number} (match '{match}') ended at {until}",
                number=number,
                match=shown(mute.selector.match),
                until=mute.until.isoformat(),
            ),
            words.text("Remove it from the policy, or give it a new end."),
        )
        for number, mute in enumerate(policy.mutes, 1)
        if mute.until <= now
    ]
    return [Probe("policy", Status.OK, _policy_in_words(words, policy)), *ended]


def _policy_in_words(words: Words, policy: Policy) -> str:
    parts = [f"max_age {format_duration(policy.thresholds.max_age)}"]
    for counted, count in ((RULES, len(policy.rules)), (MUTES, len(policy.mutes))):
        if count:
            parts.append(words.counted(*counted, count))
    for expected in policy.expectations:
        if expected.instances is not None:
            parts.append(words.counted(*EXPECTED, expected.instances))
        if expected.names:
            parts.append(words.counted(*EXPECTED_NAMES, len(expected.names)))
    return ", ".join(parts)


def policy_unread(words: Words, why: str) -> Probe:
    """The policy's parameter could not be read."""
    advice = words.text("Check POLICY_PARAMETER, and the function's right to {right}.", right="ssm:GetParameter")
    return Probe("policy", Status.FAILED, why, advice)


def policy_warnings(words: Words, sentences: Iterable[str]) -> list[Probe]:
    """Rules and mutes that match nothing."""
    advice = words.text("Correct its match, or remove it.")
    return [Probe("policy", Status.WARNING, sentence, advice) for sentence in sentences]


def topic_probe(words: Words, arn: str, failure: AwsFailure | None) -> Probe:
    """The SNS topic."""
    if failure is None:
        return Probe("topic", Status.OK, words.text("{arn} is there", arn=arn))
    if failure.code in DENIED:
        return _may_not_look(words, "topic", "sns:GetTopicAttributes", failure)
    if failure.code in NOT_THERE:
        advice = words.text("Set TOPIC_ARN to a topic that exists, in the region and account where the function runs.")
        return Probe(
            "topic", Status.FAILED, words.text("{arn} is not there ({code})", arn=arn, code=failure.code), advice
        )
    advice = words.text("Check the function's way to SNS: its region, network and role.")
    detail = words.text("{arn} could not be looked at: {code}", arn=arn, code=failure.code)
    return Probe("topic", Status.FAILED, detail, advice)


NOT_THERE = ("NotFound", "NotFoundException", "InvalidParameter", "InvalidParameterException")
DENIED = ("AuthorizationError", "AuthorizationErrorException", "AccessDenied", "AccessDeniedException")


def _may_not_look(words: Words, name: str, action: str, failure: AwsFailure) -> Probe:
    """Not being allowed to look hinders no run."""
    message = N_("Allow {action} on the topic to the function's role; only the doctor needs it.")
    detail = words.text("the function may not look: {code}", code=failure.code)
    return Probe(name, Status.WARNING, detail, words.text(message, action=action))


def subscriptions_probe(words: Words, found: Sequence[Subscription] | AwsFailure) -> Probe:
    """The topic's subscriptions: none confirmed is a failure, an unconfirmed one a warning."""
    name = "subscriptions"
    if isinstance(found, AwsFailure):
        if found.code in DENIED:
            return _may_not_look(words, name, "sns:ListSubscriptionsByTopic", found)
        detail = words.text("could not be listed: {code}", code=found.code)
        return Probe(name, Status.FAILED, detail, words.text("Correct the topic first."))
    confirmed = [one for one in found if one.confirmed]
    waiting = [one for one in found if not one.confirmed]
    if not confirmed:
        if not waiting:
            advice = words.text("Subscribe an address to the topic.")
            return Probe(name, Status.FAILED, words.text("no alert reaches anyone: there is no subscription"), advice)
        unconfirmed = words.text("no alert reaches anyone: {waiting}", waiting=_waiting(words, waiting))
        return Probe(name, Status.FAILED, unconfirmed, words.text("Confirm one by the link that was mailed to it."))
    protocols = ", ".join(sorted({one.protocol for one in confirmed}))
    detail = words.text("{count} confirmed ({protocols})", count=len(confirmed), protocols=protocols)
    if not waiting:
        return Probe(name, Status.OK, detail)
    advice = words.text("Confirm by the link that was mailed, or remove the subscription.")
    return Probe(name, Status.WARNING, f"{detail}; {_waiting(words, waiting)}", advice)


def _waiting(words: Words, waiting: Sequence[Subscription]) -> str:
    named = ", ".join(f"{one.protocol} {shown(one.endpoint)}" for one in waiting[:MAX_NAMED])
    if len(waiting) > MAX_NAMED:
        named = words.text("{named} and {count} more", named=named, count=len(waiting) - MAX_NAMED)
    return words.text("{count} not confirmed: {named}", count=len(waiting), named=named)


def token_probe(words: Words, secret: str | None, token_chars: int | None, unread: str | None) -> Probe:
    """The token of on-demand HTTP, by its length alone."""
    name = "http token"
    if secret is None:
        detail = words.text("HTTP_TOKEN_SECRET is not set: every request that the platform lets through is answered")
        return Probe(name, Status.SKIPPED, detail)
    if unread is not None:
        message = N_("Check HTTP_TOKEN_SECRET, and the function's right to {right}.")
        advice = words.text(message, right="secretsmanager:GetSecretValue")
        return Probe(name, Status.FAILED, unread, advice)
    if not token_chars:
        detail, advice = (
            words.text("the secret {name} is blank", name=secret),
            words.text("Put a long random token into it."),
        )
        return Probe(name, Status.FAILED, detail, advice)
    if token_chars < MIN_TOKEN_CHARS:
        advice = words.text("Use a random token of at least {least} characters.", least=MIN_TOKEN_CHARS)
        detail = words.counted(*TOKEN_TOO_SHORT, token_chars, secret=secret)
        return Probe(name, Status.WARNING, detail, advice)
    return Probe(name, Status.OK, words.text("the secret {name} holds a token", name=secret))


def heartbeat_probe(words: Words, *, is_set: bool) -> Probe:
    """Whether a dead man's switch is set; it is never pinged here."""
    if is_set:
        return Probe("heartbeat", Status.OK, words.text("HEARTBEAT_URL is set; only runs that notify ping it"))
    detail = words.text("HEARTBEAT_URL is not set: nothing outside notices if runs stop")
    return Probe("heartbeat", Status.SKIPPED, detail, words.text("Set HEARTBEAT_URL to a dead man's switch."))
