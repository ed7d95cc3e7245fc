"""What is allowed for which instance: thresholds, rules, mutes and expectations, as values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fnmatch import translate
from functools import lru_cache
from unicodedata import normalize

from msgspec import Struct

from backup_watch.model.instances import FreshGroup, Instance, InstanceId, Scope, Subject
from backup_watch.model.vocabulary import Severity

MAX_MUTE = timedelta(days=90)
MAX_AGE = timedelta(days=40)
"""What a policy may allow at most as ``max_age``: longer is a mute, with an end."""
MAX_GRACE = timedelta(days=14)
"""What a policy may allow at most as ``grace`` and ``new_instance_grace``."""


class Selector(Struct, frozen=True):
    """Which instances a rule or mute is about."""

    match: str = "*"
    """Glob on the service name (case matters), or an instance number to the letter."""
    region: str | None = None
    """Glob on the region code. None: every region."""
    account: str | None = None
    """Glob on the account's id. None: every account."""
    product: str | None = None
    """Glob on the product. None: every product."""

    def selects(self, subject: Subject) -> bool:
        """Whether *subject* is meant. A line of ``[expect]`` is meant by the very patterns that it names."""
        return self._is_in(subject) and self._is_named(subject.number, subject.service_name)

    def selects_any_of(self, group: FreshGroup) -> bool:
        """Whether an instance of *group*, whose names are known, is meant."""
        return self._is_in(group.scope) and any(self._is_named(*one) for one in group.names.items())

    def names_account(self, account: str) -> bool:
        """Whether *account* is covered by the glob on the account, where there is one."""
        return self.account is not None and _covers(self.account, account)

    def _is_in(self, place: Subject | Scope) -> bool:
        return (
            _covers(self.region, place.region)
            and _covers(self.account, place.account)
            and _covers(self.product, place.product)
        )

    def _is_named(self, number: str | None, name: str) -> bool:
        return self.match in (number, name) or glob_matches(self.match, name)


def _covers(glob: str | None, value: str | None) -> bool:
    """Whether *glob* (None: everything) covers *value* (None: everything, which only None covers)."""
    return glob is None or (value is not None and (glob == value or glob_matches(glob, value)))


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


def glob_matches(glob: str, name: str) -> bool:
    """Whether the shell pattern *glob* (``*``, ``?``, ``[abc]``) covers all of *name*; case matters.

    *glob* is in Unicode's NFC form; *name*, in whatever form, is compared in it.
    """
    return _pattern(glob).match(name if name.isascii() else normalize("NFC", name)) is not None


class Thresholds(Struct, frozen=True):
    """How old a backup may be. Each default comes from the environment."""

    max_age: timedelta = timedelta(hours=30)
    grace: timedelta = timedelta(minutes=90)
    new_instance_grace: timedelta = timedelta(hours=2)
    max_age_of: Mapping[str, timedelta] = {}
    """The ``max_age`` of products that have a default of their own. Empty: one was set, for all of them."""


class Rule(Struct, frozen=True):
    """An exception for some instances. None in a key: this rule does not set it."""

    selector: Selector
    max_age: timedelta | None = None
    grace: timedelta | None = None
    new_instance_grace: timedelta | None = None
    severity: Severity | None = None
    ignore_databases: tuple[str, ...] | None = None
    """Globs on the names of databases inside of an instance that are not judged."""


class Mute(Struct, frozen=True):
    """Keeps findings from alerting until an instant; never changes a verdict."""

    selector: Selector
    until: datetime
    """Aware. From this instant on the mute no longer mutes."""
    reason: str
    owner: str


class Expectations(Struct, frozen=True):
    """What must be there: one ``[expect]`` of the policy."""

    instances: int | None = None
    """How many instances at least. None: any number."""
    names: tuple[str, ...] = ()
    """Globs, each of which must match an instance."""
    account: str | None = None
    """Glob on the accounts that are covered. None: all of them together."""
    product: str | None = None
    """Glob on the products that are covered. None: all of them together."""
    region: str | None = None
    """Glob on the regions that are covered. None: all of them together."""

    def covers(self, scope: Scope | InstanceId) -> bool:
        """Whether what is in *scope* counts for these expectations."""
        return self.may_cover(scope.account, scope.product, scope.region)

    def may_cover(self, account: str | None, product: str | None, region: str | None) -> bool:
        """Whether anything of this place counts for these expectations. None in an argument: all of its kind."""
        places = ((self.account, account), (self.product, product), (self.region, region))
        return all(value is None or _covers(glob, value) for glob, value in places)


class Limits(Struct, frozen=True, gc=False):
    """What is allowed for one instance, and which rule (counted from 1) said so; None: no rule did."""

    max_age: timedelta
    grace: timedelta
    new_instance_grace: timedelta
    severity: Severity | None = None
    max_age_rule: int | None = None
    severity_rule: int | None = None
    ignore_databases: tuple[str, ...] = ()
    """Globs on the names of databases inside of an instance that are not judged."""


class Policy(Struct, frozen=True):
    """All of a policy, read and found valid."""

    thresholds: Thresholds = Thresholds()
    rules: tuple[Rule, ...] = ()
    mutes: tuple[Mute, ...] = ()
    expectations: tuple[Expectations, ...] = ()

    def defaults(self, product: str | None = None) -> Limits:
        """What is allowed of *product* (None: of any that has no default of its own) where no rule matches."""
        given = self.thresholds
        max_age = given.max_age if product is None else given.max_age_of.get(product, given.max_age)
        return Limits(max_age, given.grace, given.new_instance_grace)

    def limits_for(self, instance: Instance) -> Limits:
        """Apply the rules in order; for each key the last rule that matches and sets it wins."""
        matching = [(number, rule) for number, rule in enumerate(self.rules, 1) if rule.selector.selects(instance)]
        return _merge(self.defaults(instance.id.product), matching)

    def mute_for(self, subject: Subject, *, now: datetime) -> Mute | None:
        """The mute in force at *now* that covers *subject*; the one that lasts longest where several do."""
        covering = [mute for mute in self.mutes if now < mute.until and mute.selector.selects(subject)]
        return max(covering, key=lambda mute: mute.until, default=None)


def _merge(limits: Limits, matching: Iterable[tuple[int, Rule]]) -> Limits:
    max_age, grace, new_grace = limits.max_age, limits.grace, limits.new_instance_grace
    severity, max_age_rule, severity_rule = limits.severity, None, None
    ignored = limits.ignore_databases
    for number, rule in matching:
        if rule.max_age is not None:
            max_age, max_age_rule = rule.max_age, number
        if rule.severity is not None:
            severity, severity_rule = rule.severity, number
        grace = grace if rule.grace is None else rule.grace
        new_grace = new_grace if rule.new_instance_grace is None else rule.new_instance_grace
        ignored = ignored if rule.ignore_databases is None else rule.ignore_databases
    return Limits(max_age, grace, new_grace, severity, max_age_rule, severity_rule, ignored)
