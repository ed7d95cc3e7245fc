"""The states of the status page, each made by a real check of a made-up fleet."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from msgspec.structs import replace

from backup_watch.checking.check import run_check
from backup_watch.checking.plan import Plan
from backup_watch.model.instances import Instance, KeptBackup, Scope
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector
from backup_watch.model.readings import Histories, Reading
from backup_watch.model.report import ReadError, Report
from backup_watch.model.vocabulary import Severity
from tests.builders import an_id, scopes

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KST = timezone(timedelta(hours=9))
WORDS = ("orders", "payments", "users", "analytics", "inventory", "sessions", "billing", "catalog", "audit", "search")
KOREAN = ("주문", "결제", "회원", "재고", "정산", "예약")
PLACES = ("db", "primary", "replica", "staging", "archive")


def kept_backups(instance: Instance) -> tuple[KeptBackup, ...]:
    """Backups of the last days up to the newest, whose lengths vary; one day has none, and one was made by hand. What
    is called sessions-archive has one under way.
    """
    if not instance.backups_at or instance.backup_time is None:
        return ()
    rng = random.Random(instance.number)  # noqa: S311  the same every time
    newest, (hour, minute) = instance.backups_at[0], map(int, instance.backup_time.split(":"))
    kept = [KeptBackup(newest - timedelta(minutes=14), newest, instance.size_bytes)]
    for day in range(1, min(instance.retention_days or 7, 14)):
        slot = newest.replace(hour=hour, minute=minute) - timedelta(days=day)
        started_at = slot + timedelta(minutes=2 + rng.randrange(6))
        size = int((instance.size_bytes or 10**8) * (1 - day * 0.025 - rng.random() * 0.02))
        if day != 4:
            kept.append(KeptBackup(started_at, started_at + timedelta(minutes=6 + rng.randrange(8)), size))
    by_hand = newest.replace(hour=15, minute=40) - timedelta(days=3)
    kept.append(KeptBackup(by_hand, by_hand + timedelta(minutes=31), instance.size_bytes))
    if instance.service_name == "sessions-archive":
        kept.append(KeptBackup(NOW - timedelta(minutes=112), None))
    return tuple(kept)


class Fleet:
    """A source with a fixed reading, and a policy over it."""

    def __init__(
        self, instances: Sequence[Instance], *, errors: Sequence[ReadError] = (), policy: Policy | None = None
    ):
        self._reading = Reading(tuple(instances), tuple(errors))
        self.policy = policy or Policy()
        looked_at = (Scope(one.account or "default", one.product or "postgresql", one.region) for one in errors)
        self.scopes = tuple(dict.fromkeys([*(one.id.scope for one in instances), *looked_at])) or scopes("KR")

    def read(self, scopes, fresh_window=None):
        return self._reading

    def histories(self, instances):
        """Yesterday's backup before the newest of each; of one that has recovered, an older one."""
        before = {one.id: (one.backups_at[0], one.backups_at[0] - _before(one)) for one in instances}
        return Histories(before, kept={one.id: kept_backups(one) for one in instances})

    def report(self) -> Report:
        plan = Plan(
            scopes=self.scopes, policy=self.policy, now=NOW, clock=NOW, interval=timedelta(hours=1),
            repeat=timedelta(hours=24), zone=KST,
        )  # fmt: skip
        return run_check(plan, self)


def _before(instance: Instance) -> timedelta:
    return timedelta(hours=60 if instance.service_name.startswith("recovered") else 24)


def an_instance(number: int, name: str, *, slot: int, age_hours: float | None = None, **facts) -> Instance:
    """An instance with its last backup at *slot* (minutes of the day in Seoul), or *age_hours* old."""
    if age_hours is None:
        last = NOW.astimezone(KST).replace(hour=slot // 60, minute=slot % 60) + timedelta(minutes=number % 11)
        last = last if last < NOW else last - timedelta(days=1)
    else:
        last = (NOW - timedelta(hours=age_hours)).astimezone(KST)
    usual = {
        "in_instance_list": True, "status": "running", "is_backup": True,
        "created_at": datetime(2026, 1, 5, 10, 0, tzinfo=KST), "backup_time": f"{slot // 60:02}:{slot % 60:02}",
        "backup_type": "USER", "retention_days": (7, 7, 10, 14, 30)[number % 5],
        "size_bytes": int(10 ** (6.5 + (number * 7919 % 100) / 22)), "backups_at": (last,),
    }  # fmt: skip
    place = {part: facts.pop(part) for part in ("account", "product", "region") if part in facts}
    return Instance(id=an_id(str(1_234_900 + number), **place), service_name=name, **(usual | facts))


def healthy(count: int, *, seed: int = 7) -> list[Instance]:
    """Fresh instances of many names; a third of them share 02:00."""
    rng = random.Random(seed)  # noqa: S311  a fleet that is the same every time
    fleet = []
    for number in range(count):
        slot = 120 if rng.random() < 0.35 else rng.randrange(0, 24 * 60, 15)
        word, place = (rng.choice(KOREAN), "디비") if rng.random() < 0.25 else (rng.choice(WORDS), rng.choice(PLACES))
        region = "KR" if rng.random() < 0.7 else "SGN"
        fleet.append(an_instance(number, f"{word}-{place}-{number:02}", slot=slot, region=region))
    return fleet


def broken() -> list[Instance]:
    """One of each kind of trouble."""
    return [
        an_instance(900, "orders-primary", slot=120, age_hours=51),
        an_instance(901, "결제-운영", slot=120, age_hours=30.6),
        an_instance(902, "sessions-archive", slot=600, age_hours=25.7, region="SGN"),
        an_instance(903, "reports-never", slot=180, backups_at=(), size_bytes=None),
        an_instance(904, "billing-off", slot=240, age_hours=80, is_backup=False),
    ]


def mixed() -> Fleet:
    """What a fleet looks like on a bad day: the picture in README."""
    created = NOW - timedelta(minutes=40)
    others = [
        an_instance(905, "welcome-db", slot=120, backups_at=(), created_at=created, size_bytes=None),
        an_instance(906, "old-catalog", slot=120, age_hours=9, status="deleting"),
        an_instance(907, "legacy-db", slot=120, age_hours=300),
        an_instance(908, "recovered-db", slot=120, backups_at=(NOW.astimezone(KST) - timedelta(minutes=24),)),
    ]
    until = datetime(2026, 12, 31, tzinfo=KST)
    mute = Mute(Selector("legacy-db"), until, reason="being retired", owner="dba@example.com")
    rule = Rule(Selector("sessions-*"), severity=Severity.WARNING)
    policy = Policy(rules=(rule,), mutes=(mute,), expectations=(Expectations(names=("ledger-*",)),))
    return Fleet(healthy(40) + broken() + others, policy=policy)


def all_fresh() -> Fleet:
    return Fleet(healthy(47))


def all_stale() -> Fleet:
    stale = [
        an_instance(number, f"{WORDS[number % 10]}-{PLACES[number % 5]}-{number:02}", slot=120, age_hours=50 + number)
        for number in range(30)
    ]
    return Fleet(stale)


def empty() -> Fleet:
    return Fleet([])


def incomplete() -> Fleet:
    """One region answers, one refuses the key."""
    error = ReadError(
        "getCloudPostgresqlBackupList", "AuthenticationFailed", "Authentication Failed", region="SGN", code="200"
    )
    unread = [
        an_instance(950 + n, f"replica-{n}", slot=120, backups_at=(), backups_read=False, region="SGN", size_bytes=None)
        for n in range(3)
    ]
    here = [one for one in healthy(30) if one.region == "KR"]
    return Fleet([*here, an_instance(900, "orders-primary", slot=120, age_hours=51), *unread], errors=[error])


def muted() -> Fleet:
    """All that is wrong is muted."""
    until = datetime(2026, 12, 31, tzinfo=KST)
    mute = Mute(Selector("*-archive*"), until, reason="being retired", owner="dba@example.com")
    wrong = [an_instance(960 + n, f"logs-archive-{n}", slot=60, age_hours=90 + n) for n in range(3)]
    return Fleet(
        [one for one in healthy(20) if "archive" not in one.service_name] + wrong, policy=Policy(mutes=(mute,))
    )


def missing() -> Fleet:
    expected = Expectations(instances=12, names=("ledger-*", "vault-primary"))
    return Fleet(healthy(9), policy=Policy(expectations=(expected,)))


def hostile() -> Fleet:
    """Names that would like to be something else."""
    names = (
        "<script>document.title='owned'</script>",
        '"><img src=x onerror="document.title=\'owned\'">',
        "'; DROP TABLE backups; --",
        "a" * 300,
        "긴이름" * 100,
        "\u202egnp.exe\u2066 מסד נתונים",
        "emoji-🐘-🔥-👩‍👩‍👧‍👧-db",
        "{{ 7 * 7 }}{% raw %}",
        "line\nbreak\tand\x00control",
        "&lt;b&gt;escaped&lt;/b&gt;",
    )
    return Fleet([an_instance(n, name, slot=90, age_hours=9 if n % 2 else 60) for n, name in enumerate(names)])


def several() -> Fleet:
    """Three accounts, one with two products, one that could not be read."""
    prod = [replace(one, id=replace(one.id, account="acme-prod")) for one in [*healthy(14), *broken()[:2]]]
    mysql = [
        an_instance(
            200 + n, f"shop-{n}", slot=180, age_hours=25.5 if n == 3 else None, account="acme-prod", product="mysql"
        )
        for n in range(5)
    ]
    stage = [an_instance(300 + n, f"stage-{n}", slot=240, account="acme-stage") for n in range(6)]
    error = ReadError(
        "getCloudPostgresqlBackupList", "AuthenticationFailed", "Authentication Failed", region="KR", code="200",
        account="beta-test", product="postgresql",
    )  # fmt: skip
    return Fleet([*prod, *mysql, *stage], errors=[error])


def thousands(count: int = 5000) -> Fleet:
    """*count* instances, one in a hundred of them stale."""
    fleet = healthy(count - count // 100, seed=11)
    wrong = [
        an_instance(100_000 + n, f"{WORDS[n % 10]}-node-{n:03}", slot=120, age_hours=27 + n)
        for n in range(count // 100)
    ]
    return Fleet(fleet + wrong)


STATES: dict[str, Callable[[], Fleet]] = {
    "mixed": mixed,
    "all-fresh": all_fresh,
    "all-stale": all_stale,
    "empty": empty,
    "incomplete": incomplete,
    "muted": muted,
    "missing": missing,
    "hostile": hostile,
    "several": several,
    "thousands": thousands,
}
