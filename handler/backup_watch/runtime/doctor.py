"""The doctor: looks at all that a run needs, and says what is wrong and what to do. Publishes nothing, hides keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import ncloud
from backup_watch.adapters.aws import Aws, PolicyUnreadable, SecretUnreadable
from backup_watch.adapters.memory import MemoryFailure, Stored
from backup_watch.adapters.recollection import recall
from backup_watch.adapters.topic import topic_probes
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.checking.notices import notices_for
from backup_watch.config.problems import Problem
from backup_watch.config.settings import Settings, read_settings
from backup_watch.diagnostics import probes_aws
from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.diagnostics.probes_memory import Found, memory_probe, no_memory_probe
from backup_watch.i18n import Words
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.instances import Instance
from backup_watch.model.notices import MuteUnused, RuleUnused
from backup_watch.model.policy import Policy, glob_matches
from backup_watch.runtime.doctor_lists import Lists
from backup_watch.runtime.loading import open_client, read_policy
from backup_watch.runtime.opening import scopes_of
from backup_watch.runtime.telling import audience, open_store


def diagnose(
    environment: Mapping[str, str],
    aws: Aws,
    *,
    now: datetime,
    deadline: float | None,
    make_client: Callable[[Settings, Aws], ncloud.Client] = open_client,
    of_function: bool = True,
    account: str | None = None,
) -> dict[str, Any]:
    """Look at everything, with settings from *environment*; what is wrong is in the answer, and is never raised.

    A wrong setting is told, and the rest looked at with its default. *deadline* is in monotonic seconds. Without
    *of_function* nothing is said of what only the function has: topic, token, heartbeat. *account*: of the accounts of
    a file, only those that this glob matches.
    """
    settings, problems = _settings(environment, now=now, needs_topic=of_function)
    words = Words(settings.language, settings.display_timezone)
    probes = probes_aws.settings_probes(words, problems)
    policy, about_policy = _policy(words, settings, problems, aws, now=now)
    ids: tuple[str, ...] = (DEFAULT_ACCOUNT,)
    if settings.has_accounts_file:
        from backup_watch.runtime.doctor_accounts import look_at_accounts  # most installations have one account

        looked_at = look_at_accounts(words, settings, aws, now=now, deadline=deadline, only=account)
        ids, probes = looked_at.ids, [*probes, *about_policy, *looked_at.probes]
    else:
        if account is not None and not glob_matches(account, DEFAULT_ACCOUNT):
            probes.append(probes_aws.no_such_account(words, account))
        probes += _ncloud(
            words, settings, aws, policy, about_policy, now=now, deadline=deadline, make_client=make_client
        )
    if of_function:
        if settings.runs_bucket is not None:
            from backup_watch.runtime.doctor_fleet import newest_run_probe  # most installations have no fleet

            probes.append(newest_run_probe(words, settings, aws, now=now))
        probes += topic_probes(words, settings.topic_arn, aws)
        probes += _memory(words, settings, aws, ids, now=now)
        probes.append(_token(words, settings.http_token_secret, aws))
        probes.append(probes_aws.heartbeat_probe(words, is_set=settings.heartbeat_url is not None))
    return probes_aws.diagnosis_document(probes)


def _settings(
    environment: Mapping[str, str], *, now: datetime, needs_topic: bool
) -> tuple[Settings, Sequence[Problem]]:
    """The settings with every wrong one left out, and what was wrong."""
    settings, problems = read_settings(environment, now=now, needs_topic=needs_topic)
    if problems:
        wrong = {problem.field.partition(" ")[0] for problem in problems}
        right = {name: value for name, value in environment.items() if name not in wrong}
        settings, _ = read_settings(right, now=now, needs_topic=False)
    return settings, problems


def _policy(
    words: Words, settings: Settings, problems: Sequence[Problem], aws: Aws, *, now: datetime
) -> tuple[Policy | None, list[Probe]]:
    """The policy where there is a valid one, and what there is to say of it; *problems* are those of all settings."""
    refused = probes_aws.policy_refused(words, problems)
    if refused:
        return None, refused  # what *settings* have is the default that stands in for it
    try:
        policy, wrong = read_policy(settings, aws, now=now)
    except PolicyUnreadable as error:
        return None, [probes_aws.policy_unread(words, str(error))]
    if wrong:
        return None, probes_aws.policy_refused(words, wrong)
    return policy, probes_aws.policy_probes(words, policy, now=now)


def _ncloud(
    words: Words,
    settings: Settings,
    aws: Aws,
    policy: Policy | None,
    about_policy: list[Probe],
    *,
    now: datetime,
    deadline: float | None,
    make_client: Callable[[Settings, Aws], ncloud.Client],
) -> list[Probe]:
    """The secret, the policy and all that needs the key in the secret."""
    if settings.key_pair is None and settings.credentials_secret is None:
        return [
            *about_policy,
            Probe("credentials", Status.SKIPPED, words.text("there is no key to look at Ncloud with")),
        ]
    secret = settings.credentials_secret
    try:
        client = make_client(settings, aws)
    except SecretUnreadable as error:
        return [probes_aws.secret_probe(words, secret or "", str(error)), *about_policy]
    about_secret = [] if secret is None else [probes_aws.secret_probe(words, secret, None)]
    with client:
        lists = Lists(client, settings, deadline)
    if policy is not None and lists.complete:
        unused = _unused(words, policy, lists.instances, settings, now=now)
        about_policy = about_policy + probes_aws.policy_warnings(words, unused)
    return [*about_secret, *about_policy, *lists.probes(words)]


def _unused(
    words: Words, policy: Policy, instances: Sequence[Instance], settings: Settings, *, now: datetime
) -> list[str]:
    """Rules and mutes that match nothing, in words."""
    period = ReportingPeriod(now, now, timedelta(0), now.tzinfo or words.tzinfo)
    notices = notices_for(
        policy, instances, period, scopes=scopes_of(settings), errors=(), left_out=(0, 0), created_later=0
    )  # fmt: skip
    return [notice_sentence(words, notice) for notice in notices if isinstance(notice, RuleUnused | MuteUnused)]


MAX_MEMORIES = 200
"""Of so many accounts the memories are read."""


def _memory(words: Words, settings: Settings, aws: Aws, ids: Sequence[str], *, now: datetime) -> list[Probe]:
    """What is remembered of the accounts *ids*."""
    if settings.memory is None:
        return [no_memory_probe(words)]
    store, accounts = open_store(settings.memory, aws), list(ids[:MAX_MEMORIES]) or [DEFAULT_ACCOUNT]
    stored = store.read(accounts)
    size = sum(len(one.body or b"") for one in stored.values() if isinstance(one, Stored))
    recalled = recall(store, accounts, audience=audience(settings), clock=now)
    try:
        store.try_write(accounts[0])
        unwritable = None
    except MemoryFailure as failure:
        unwritable = str(failure)
    place = f"{settings.memory.kind}://{settings.memory.name}"
    found = Found(tuple(recalled.values()), size, len(ids))
    return [memory_probe(words, place, found, unwritable=unwritable, now=now)]


def _token(words: Words, secret: str | None, aws: Aws) -> Probe:
    if secret is None:
        return probes_aws.token_probe(words, None, None, None)
    try:
        return probes_aws.token_probe(words, secret, len(aws.secret_text(secret, may_be_token=True).strip()), None)
    except SecretUnreadable as error:
        return probes_aws.token_probe(words, secret, None, str(error))
