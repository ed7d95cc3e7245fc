"""One reading for the command: settings from options, variables and files; a report, an explanation, a diagnosis."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from backup_watch.adapters.aws import Aws
from backup_watch.checking.check import run_check
from backup_watch.cli.keys import with_key
from backup_watch.cli.run import Run
from backup_watch.cli.variables import with_accounts, with_options, wrong_settings
from backup_watch.config.accounts_settings import ACCOUNTS_VARIABLES
from backup_watch.config.events import Check, Notify
from backup_watch.config.languages import ENGLISH, languages
from backup_watch.config.problems import SettingsError
from backup_watch.i18n import Words
from backup_watch.model.accounts import Account
from backup_watch.model.instances import Instance
from backup_watch.model.readings import Source
from backup_watch.runtime.invocation import Invocation
from backup_watch.runtime.loading import load_configuration, open_source
from backup_watch.runtime.opening import Configuration, OnPage
from backup_watch.web.checks import CachedCheck, Details

if TYPE_CHECKING:
    from backup_watch.cli.many_accounts import Key
    from backup_watch.cli.telling import Recipient

Document = dict[str, Any]


class Session:
    """What one command line asks of one account. Made anew for each reading, which then sees files that changed.

    Everything here raises :class:`backup_watch.cli.failures.CommandFailed` for what is wrong with what was given.
    """

    def __init__(self, asked: argparse.Namespace, environment: Mapping[str, str], *, home: Path | None) -> None:
        """*home* holds ``.ncloud/configure``. None: it is not known."""
        self._asked, self._environment, self._home, self._started = asked, environment, home, monotonic()
        given, self.origin = with_key(with_accounts(environment, asked), profile=asked.profile, home=home)
        self.variables = with_options(given, asked)
        self._invocation = Invocation(self.variables, aws=Aws())

    @cached_property
    def loaded(self) -> Configuration:
        """The settings, the policy, and the accounts that are read."""
        invocation = self._invocation
        try:
            loaded = load_configuration(
                self.variables, invocation.aws, now=invocation.clock, needs_topic=False, profiles=True
            )
        except SettingsError as error:
            raise wrong_settings(error.problems, self._asked) from None
        wanted = getattr(self._asked, "account", None)
        if not wanted:
            return loaded
        from backup_watch.cli.many_accounts import narrowed

        return narrowed(loaded, wanted)

    @cached_property
    def words(self) -> Words:
        """Language and zone as they are set."""
        return Words(self.loaded.settings.language, self.loaded.settings.display_timezone)

    @property
    def told_in(self) -> Words:
        """The words of the language that is asked for, whatever else is wrong with the settings."""
        language = self.variables.get("LANGUAGE", "").strip().lower()
        return Words(language if language in languages() else ENGLISH)

    @cached_property
    def recipients(self) -> list[Recipient]:
        """Whom ``--notify`` names; none without it."""
        if not getattr(self._asked, "notify", None):
            return []
        from backup_watch.cli.telling import recipients_of

        settings = self.loaded.settings
        return recipients_of(self._asked, settings, self._environment, origin=self.origin, home=self._home)

    def check(self, *, deadline: float, on_page: OnPage | None = None, notify: Notify = True) -> CachedCheck:
        """Read and judge everything up to *deadline* (monotonic seconds), and tell the recipients as *notify* says."""
        recipients = self.recipients if notify else []
        source, failures = self._source(deadline, on_page), tuple[str, ...]()
        if recipients:
            from backup_watch.cli.telling import check_and_tell

            report, failures = check_and_tell(self._run(notify), source, recipients)
        else:
            report = run_check(self._run(False).plan, source)
        took = timedelta(seconds=monotonic() - self._started)
        return CachedCheck(report, took, "; ".join(failures) or None)

    def details(self, instance: Instance, *, at: datetime, deadline: float) -> Details:
        """What is kept of *instance*, and the period that a run at *at* answers for."""
        histories = self._source(deadline, None).histories([instance])
        asked = Check(at=at, notify=False, all=True)
        period = self._invocation.plan(asked, self.loaded, self.words).period
        return Details(histories.kept.get(instance.id, ()), histories.errors, period)

    def explain(self, match: str, *, deadline: float, on_page: OnPage | None = None) -> Document:
        """Each step of the judgement of what *match* selects."""
        from backup_watch.diagnostics.explain import explain

        return explain(self._source(deadline, on_page), self._run(False).plan, match, self.words)

    def diagnose(self, *, deadline: float) -> Document:
        """What is wrong with key, rights, clock and regions; first, where the key comes from."""
        from backup_watch.runtime.doctor import diagnose

        invocation, variables, place = self._invocation, self.variables, self.origin.text
        if any(name in variables for name in ACCOUNTS_VARIABLES):
            from backup_watch.cli.many_accounts import variables_of_one

            variables, place = variables_of_one(self.loaded, variables, invocation.aws, self._home, deadline=deadline)
        document = diagnose(variables, invocation.aws, now=invocation.clock, deadline=deadline, of_function=False)
        place = self.told_in.text("from {place}", place=place)
        origin = {"name": "key", "status": "ok", "detail": place, "advice": None}
        return document | {"checks": [origin, *document["checks"]]}

    def _source(self, deadline: float, on_page: OnPage | None) -> Source:
        aws = self._invocation.aws

        def keys(accounts: Sequence[Account]) -> Mapping[str, Key]:
            from backup_watch.cli.many_accounts import keys_of

            return keys_of(accounts, aws, home=self._home, deadline=deadline)

        source, _ = open_source(self.loaded, aws, deadline=deadline, on_page=on_page, keys=keys)
        return source

    def _run(self, notify: Notify) -> Run:
        asked = Check(at=getattr(self._asked, "at", None), notify=notify, all=True)
        plan = self._invocation.plan(asked, self.loaded, self.words)
        return Run(asked, plan, self.loaded.settings, self.words, self._invocation.clock)
