"""What people and programs ask for besides a scheduled check: HTTP, explain, doctor, a test alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

from backup_watch.adapters.http_token import HttpToken
from backup_watch.adapters.logs import log
from backup_watch.adapters.rate_limit import RateLimit
from backup_watch.adapters.shared_checks import SharedChecks
from backup_watch.adapters.sns import publish, sns_client
from backup_watch.config.events import Check, Doctor, Explain, Http, Memory, Notify, TestAlert
from backup_watch.config.settings import Settings, parse_settings, read_settings
from backup_watch.i18n import Words
from backup_watch.model.instances import Instance
from backup_watch.runtime.invocation import Invocation, log_failed_parts
from backup_watch.runtime.loading import load_configuration, open_source
from backup_watch.runtime.opening import scopes_of
from backup_watch.runtime.telling import Telling, topic_channel
from backup_watch.web.auth import Authenticator
from backup_watch.web.checks import CachedCheck, Details
from backup_watch.web.refusals import too_many
from backup_watch.web.routes import Posts
from backup_watch.web.routes import answer as answer_request

Document = dict[str, Any]


def answer(asked: Explain | Doctor | TestAlert | Memory | Http, invocation: Invocation) -> Document:
    """Answer what is no plain check. Raises ``SettingsError`` and ``AlertNotDelivered``, except for HTTP."""
    match asked:
        case Http():
            return answer_http(asked.event, invocation)
        case Explain():
            return explain(asked, invocation)
        case Doctor():
            return doctor(invocation, account=asked.account)
        case TestAlert():
            return test_alert(invocation)
        case Memory():
            return memory(asked.forget, invocation)


def explain(wanted: Explain, invocation: Invocation) -> Document:
    """Each step of the judgement of what is *wanted*. Raises ``SettingsError``."""
    from backup_watch.diagnostics.explain import explain as explained

    loaded = load_configuration(
        invocation.environment, invocation.aws, now=invocation.clock, needs_topic=False, only=wanted.account
    )
    words = _words(loaded.settings)
    asked = Check(notify=False, all=True)
    plan = invocation.plan(asked, loaded, words)
    telling = Telling(
        topic_channel(loaded.settings, invocation.aws),
        asked,
        clock=invocation.clock,
        accounts=plan.accounts,
        are_all=wanted.account is None and loaded.are_accounts_known,
    )
    source, _ = open_source(loaded, invocation.aws, deadline=invocation.deadline)
    return explained(source, plan, wanted.match, words, recall=telling.recall)


def memory(forget: str | None, invocation: Invocation) -> Document:
    """What was told, as it is remembered; *forget*: once what that selects is forgotten. Raises ``SettingsError``."""
    from backup_watch.runtime.memory_action import remembered

    loaded = load_configuration(
        invocation.environment, invocation.aws, now=invocation.clock, needs_topic=False, most_at_once=False
    )
    return remembered(
        loaded.settings, invocation.aws, accounts=loaded.accounts.ids, forget=forget, clock=invocation.clock
    )


def doctor(invocation: Invocation, *, account: str | None = None) -> Document:
    """What is wrong with the installation; of several accounts with those that the glob *account* matches."""
    from backup_watch.runtime.doctor import diagnose

    return diagnose(
        invocation.environment, invocation.aws, now=invocation.clock, deadline=invocation.deadline, account=account
    )


def test_alert(invocation: Invocation) -> Document:
    """Send one marked sample of every kind of message. Raises ``SettingsError`` and ``AlertNotDelivered``."""
    from backup_watch.alerts import compose
    from backup_watch.alerts.samples import sample_reports

    settings = parse_settings(invocation.environment, now=invocation.clock, needs_topic=True)
    topic_arn = settings.topic_arn or ""
    words, client, sent = _words(settings), sns_client(invocation.aws, topic_arn=topic_arn), []
    for report in sample_reports(now=invocation.clock, scope=scopes_of(settings)[0]):
        message = compose(
            report, words, chat_format=settings.chat_format, is_test=True, runbook_url=settings.runbook_url
        )
        if message is not None:
            log_failed_parts(message)
            sent.append((message.subject, publish(message, topic_arn=topic_arn, client=client)))
    return {
        "action": "test-alert",
        "topic": settings.topic_arn,
        "messages": [{"subject": subject, "messageId": published.message_ids[0]} for subject, published in sent],
    }


def _words(settings: Settings) -> Words:
    return Words(settings.language, settings.display_timezone)


# --- HTTP ---------------------------------------------------------------------------------------------------------

MAX_POSTS = 6
"""Checks that may be started over HTTP in a minute: each asks Ncloud anew, and may send an alert."""
MAX_DETAILS = 60
"""Databases whose kept backups may be read over HTTP in a minute: each is a request to Ncloud."""
ACCESS_SETTINGS = {"HTTP_ACCESS", "HTTP_TOKEN_SECRET"}
"""The variables that say which requests are let in."""
_present: ContextVar[Invocation] = ContextVar("present")
"""The invocation under way, whose clock and time a shared check is made with."""
_kept: list[tuple[Settings, SharedChecks, RateLimit]] = []
"""What requests share, with the settings that it belongs to: at most one."""
_keeping = Lock()
_token = HttpToken()


def answer_http(event: Mapping[str, Any], invocation: Invocation) -> Document:
    """Answer an HTTP request. Whatever goes wrong is an answer too; what a person must know of it is logged."""
    settings, problems = read_settings(invocation.environment, now=invocation.clock, needs_topic=False)
    wrong = {problem.field for problem in problems}
    _present.set(invocation)
    checks, limit = _shared(settings)
    return answer_request(
        event,
        checks=checks,
        authenticator=_authenticator(settings, wrong, invocation),
        words=_words(settings),
        posts=Posts(settings.http_check and "HTTP_CHECK" not in wrong, limit.claim, _starts(settings)),
    )


def _shared(settings: Settings) -> tuple[SharedChecks, RateLimit]:
    """The checks that readers share, and the bound of those that are started over HTTP."""
    with _keeping:
        if not _kept or _kept[0][0] != settings:
            posts = RateLimit(MAX_POSTS, seconds=60.0)
            readings = RateLimit(MAX_DETAILS, seconds=60.0)
            check = _check if settings.fleet_machine is None else partial(_newest, settings)
            shared = SharedChecks(check, keep_for=settings.report_cache, details=partial(_details, readings))
            _kept[:] = [(settings, shared, posts)]
        return _kept[0][1:]


def _starts(settings: Settings) -> Callable[[Notify], str] | None:
    """What starts a run of the fleet. None: there is no fleet."""
    if settings.fleet_machine is None:
        return None
    from backup_watch.runtime.fleet_page import start

    return lambda notify: start(settings, _present.get(), notify)


def _newest(settings: Settings, _notify: Notify) -> CachedCheck:
    """The newest finished run of a fleet, at the clock of the first caller."""
    from backup_watch.runtime.fleet_page import newest

    return newest(settings, _present.get())


def _check(notify: Notify) -> CachedCheck:
    """A check with the time and clock of the first caller. Raises ``SettingsError``."""
    outcome = _present.get().run(Check(notify=notify, all=True))
    took = timedelta(milliseconds=outcome.stats.duration_ms)
    if outcome.failure is None:
        return CachedCheck(outcome.report, took)
    log("error", str(outcome.failure), error=type(outcome.failure).__name__)
    return CachedCheck(outcome.report, took, str(outcome.failure))


def _details(readings: RateLimit, instance: Instance, at: datetime) -> Details:
    """What is kept of *instance*, within the bound of *readings*. Raises ``SettingsError`` and ``RequestRefused``."""
    if (seconds := readings.claim()) > 0:
        raise too_many("databases were looked at", seconds)
    invocation = _present.get()
    loaded = load_configuration(invocation.environment, invocation.aws, now=invocation.clock, needs_topic=False)
    source, _ = open_source(loaded, invocation.aws, deadline=invocation.deadline)
    period = invocation.plan(Check(at=at, notify=False, all=True), loaded, _words(loaded.settings)).period
    histories = source.histories([instance])
    return Details(histories.kept.get(instance.id, ()), histories.errors, period)


def _authenticator(settings: Settings, wrong: set[str], invocation: Invocation) -> Authenticator:
    """Build the token check for this request. A configured token that cannot be read rejects every request (503), and
    so does a setting that says which requests are let in and is blank or among the *wrong* ones.
    """
    secret, access = settings.http_token_secret, settings.http_access
    # A variable that was emptied is not one that was never set: what it protected must not open.
    emptied = access is None and secret is None and not ACCESS_SETTINGS.isdisjoint(invocation.environment)
    if emptied or wrong & ACCESS_SETTINGS:
        return Authenticator(access, required=True)
    if secret is None:
        return Authenticator(access)
    read = partial(invocation.aws.secret_text, secret, may_be_token=True)
    return Authenticator(
        access, required=True, token=_token.current(secret, read), reread=partial(_token.reread, secret, read)
    )
