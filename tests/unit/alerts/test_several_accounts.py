"""The digest where several accounts or products are watched: new first, every unread account in its place."""

import json
from importlib import import_module

import pytest
from msgspec.structs import replace

from backup_watch.alerts import compose, select
from backup_watch.alerts.contents import contents_of
from backup_watch.alerts.selection import Failure
from backup_watch.alerts.sns_message import MAX_BYTES
from backup_watch.checking.accounts import empty_notices
from backup_watch.i18n import Words
from backup_watch.model.notices import RuleUnused
from backup_watch.model.plain_text import utf16_length
from backup_watch.model.vocabulary import Event
from tests import builders as b

ENGLISH, KOREAN = Words(), Words("ko")


def watching(report, *accounts: str, products: tuple[str, ...] = ("postgresql",)):
    """*report*, of a run that was to read these accounts."""
    scopes = [scope for account in accounts for product in products for scope in b.scopes("KR", "SGN", account=account)]
    every = [replace(scope, product=product) for scope in scopes for product in products]
    return replace(report, scopes=tuple(dict.fromkeys(every)))


def of_two(*violations, **kwargs):
    return watching(b.a_report(*violations, **kwargs), "acme-prod", "acme-dev")


def refused(account: str, *, region: str | None = "KR", **facts):
    return b.an_error("AuthenticationFailed", region=region, account=account, code="200", **facts)


def order(report, **options):
    digest = select(report, **options)
    return [
        f"{item.account}" if isinstance(item, Failure) else item.finding.subject.service_name for item in digest.items
    ]


def test_what_is_new_comes_first_then_what_cannot_be_seen_then_what_is_known():
    report = of_two(
        b.a_violation(b.stale("known"), Event.REPEAT),
        b.a_violation(b.late("new-late"), Event.NEW),
        b.a_violation(b.late("worse", age=b.hours(25.5)), Event.ESCALATED),
        b.a_violation(b.stale("new-stale"), Event.NEW),
        b.misdated("doubtful"),
        errors=[refused("acme-dev")],
    )
    assert order(report) == ["new-stale", "worse", "new-late", "acme-dev", "doubtful", "known"]
    names = [one["serviceName"] for one in json.loads(compose(report, ENGLISH).renderings["default"])["violations"]]
    assert names == ["new-stale", "worse", "new-late", "doubtful", "known"]


def test_one_account_alone_is_read_as_ever_the_worst_first():
    report = b.a_report(b.a_violation(b.stale("known"), Event.REPEAT), b.late("new-late"), errors=[b.an_error()])
    assert order(report) == ["known", "default", "new-late"]


def test_a_name_has_its_account_in_every_rendering():
    report = of_two(b.stale(account="acme-prod"), resolved=[b.an_end(b.late(account="acme-dev"))])
    message = compose(report, ENGLISH, chat_format="amazon-q")
    assert message.subject == "CRITICAL orders-db (acme-prod, KR, 1234925): newest backup 2 d 3 h old (+1 more)"
    assert message.renderings["sms"].startswith("CRITICAL orders-db (acme-prod, KR, 1234925): newest")
    card = json.loads(message.renderings["https"])["content"]["description"]
    for text in (message.renderings["email"], json.loads(message.renderings["default"])["text"], card):
        assert "orders-db (acme-prod, KR, 1234925)" in text
        assert "late-db (acme-dev, KR, 1234925)" in text


def test_an_expectation_names_the_accounts_that_it_is_about():
    about_one, about_all = b.missing(), b.missing("payments-*")
    about_one = replace(about_one, subject=replace(about_one.subject, account="acme-*"))
    about_all = replace(about_all, subject=replace(about_all.subject, account=None))
    body = compose(of_two(about_one, about_all, others=[b.fresh()]), ENGLISH).renderings["email"]
    assert "CRITICAL billing-* (acme-*)\n" in body
    assert "CRITICAL payments-*\n" in body


@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_of_several_products_each_is_named(words):
    report = b.a_report(
        b.stale(product="mysql"), b.late(), others=[b.fresh()], errors=[b.an_error(region="SGN", product="mongodb")]
    )
    report = watching(report, "default", products=("postgresql", "mysql", "mongodb"))
    message = compose(report, words, chat_format="amazon-q")
    card = json.loads(message.renderings["https"])
    assert "MySQL orders-db" in message.subject
    assert "MySQL orders-db" in message.renderings["sms"]
    assert "MySQL orders-db" in card["content"]["title"]
    for text in (message.renderings["email"], card["content"]["description"]):
        assert "(MongoDB, MySQL, PostgreSQL)" in text.splitlines()[0]
        assert "MySQL orders-db (KR, 1234925)" in text
        assert "SGN, MongoDB: " in text
    assert message.attributes["product"] == ["mongodb", "mysql", "postgresql"]


def test_of_one_account_and_one_product_neither_is_named():
    envelope = compose(b.a_report(b.stale(), b.late(), errors=[b.an_error()]), ENGLISH).renderings["email"]
    assert "PostgreSQL orders-db" not in envelope
    assert "default" not in envelope


def test_many_lists_and_regions_of_one_account_are_one_line_and_no_account_hides_another():
    errors = [
        refused(account, region=region, operation=operation)
        for account in ("acme-prod", "acme-dev")
        for region in ("KR", "SGN")
        for operation in ("getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList")
    ]
    unread = [b.unread(account="acme-dev", region="SGN"), b.unread(account="acme-prod")]
    digest = select(of_two(*unread, errors=errors))
    assert [(item.account, item.regions, len(item.hidden)) for item in digest.items] == [
        ("acme-prod", ("KR", "SGN"), 1),
        ("acme-dev", ("KR", "SGN"), 1),
    ]
    body = compose(of_two(*unread, errors=errors), ENGLISH).renderings["email"]
    assert "UNREADABLE acme-prod, KR, SGN: the backup list could not be read (AuthenticationFailed 200" in body


@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_every_unread_account_has_its_place_however_many_violations_there_are(words):
    accounts = [f"customer-{number:03}" for number in range(200)]
    errors = [refused(account, region=region) for account in accounts[:150] for region in ("KR", "SGN")]
    many = [b.stale(f"데이터베이스-{number:05}", account="customer-199") for number in range(5_000)]
    report = watching(b.a_report(*many, errors=errors, resolved=[b.an_end()]), *accounts)
    message = compose(report, words, chat_format="amazon-q")
    document = json.loads(message.renderings["default"])
    assert message.size_bytes <= MAX_BYTES
    assert not message.failures
    assert {error["account"] for error in document["errors"]} == set(accounts[:150])
    assert all(account in message.renderings["email"] for account in accounts[:150])
    assert message.renderings["email"].index("데이터베이스-00000") < message.renderings["email"].index("customer-000")
    assert len(document["violations"]) > 100
    assert len(document["resolved"]) == 1


def test_accounts_that_find_no_line_are_named_together_and_the_rest_is_counted():
    accounts = [f"customer-with-a-long-name-{number:04}" for number in range(3_000)]
    report = watching(b.a_report(errors=[refused(account) for account in accounts]), *accounts)
    message = compose(report, ENGLISH, chat_format="amazon-q")
    body, text = message.renderings["email"], json.loads(message.renderings["default"])["text"]
    assert message.size_bytes <= MAX_BYTES
    assert not message.failures
    for shown in (body, text):
        assert "Also unread: customer-with-a-long-name-" in shown
        assert " more)\n" in shown
    assert utf16_length(text) <= 3_000
    assert len([account for account in accounts if account in body]) > 250


def test_what_was_said_before_takes_no_place_from_what_was_not():
    accounts = [f"customer-{number:04}" for number in range(2_000)]
    errors = [refused(account, region=region) for account in accounts for region in ("KR", "SGN")]
    said: frozenset = frozenset()
    for _ in range(6):
        report = replace(watching(b.a_report(errors=errors), *accounts), unpublished=said)
        message = compose(report, ENGLISH)
        if message is None:
            break
        said |= contents_of(message, report).errors
    assert {error.account for error in said} == set(accounts)


@pytest.mark.parametrize("digits", [3, 39])
def test_every_empty_account_is_named(digits):
    accounts = tuple(f"customer-{number:0{digits}}" for number in range(200))
    report = watching(b.a_report(b.stale(), notices=empty_notices(accounts)), *accounts, "well")
    message = compose(replace(report, empty_accounts=accounts), ENGLISH)
    warnings = " ".join(json.loads(message.renderings["default"])["warnings"])
    assert [account for account in accounts if account not in message.renderings["email"]] == []
    assert [account for account in accounts if account not in warnings] == []


def test_of_many_accounts_the_attribute_has_a_hundred_and_a_star():
    accounts = [f"a-{number:03}" for number in range(101)]
    report = watching(b.a_report(*[b.stale(account=account) for account in accounts]), *accounts)
    assert compose(report, ENGLISH).attributes["account"] == [*accounts[:100], "*"]
    fewer = watching(b.a_report(*[b.stale(account=account) for account in accounts[:100]]), *accounts)
    assert compose(fewer, ENGLISH).attributes["account"] == accounts[:100]


@pytest.mark.parametrize("broken", [None, "alerts.compose.select", "alerts.renderings.document.chat_text"])
def test_ten_thousand_accounts_take_no_room_from_what_is_told(monkeypatch, broken):
    if broken is not None:
        module, _, name = broken.rpartition(".")
        monkeypatch.setattr(import_module(f"backup_watch.{module}"), name, lambda *_, **__: 1 / 0)
    accounts = [f"customer-{number:039}" for number in range(10_000)]
    told = [b.stale(f"orders-{number}", account=account) for number, account in enumerate(accounts)]
    message = compose(watching(b.a_report(*told, errors=[refused(accounts[7])]), *accounts), ENGLISH)
    assert message.size_bytes <= MAX_BYTES
    document = json.loads(message.renderings["default"])
    assert (len(document["violations"]) > 50, len(document["errors"])) == (True, 1)
    assert document["counts"]["instances"] == len(accounts)
    assert "accounts" not in document["counts"]
    assert message.attributes["account"] == [*accounts[:100], "*"]
    assert bool(message.failures) == (broken is not None)


def test_a_message_counts_by_account_up_to_a_hundred():
    accounts = [f"a-{number:03}" for number in range(100)]
    report = watching(b.a_report(*[b.stale(account=account) for account in accounts]), *accounts)
    document = json.loads(compose(report, ENGLISH).renderings["default"])
    assert document["counts"]["accounts"] == dict.fromkeys(accounts, 1)


def test_the_groups_of_the_accounts_that_are_reported_are_an_attribute():
    groups = {"acme-prod": "team-seoul", "acme-dev": "team-busan"}
    report = of_two(b.stale(account="acme-prod"))
    assert compose(report, ENGLISH, groups=groups).attributes["group"] == ["team-seoul"]
    assert "group" not in compose(report, ENGLISH, groups={"other": "team-jeju"}).attributes
    everything = of_two(b.stale(account="acme-prod"), errors=[refused("acme-dev")])
    assert compose(everything, ENGLISH, groups=groups).attributes["group"] == ["team-busan", "team-seoul"]


def test_a_failure_of_one_account_has_a_thread_of_its_own():
    def thread(account):
        message = compose(of_two(errors=[refused(account)]), ENGLISH, chat_format="amazon-q")
        return json.loads(message.renderings["https"])["metadata"]["threadId"]

    assert thread("acme-prod") == thread("acme-prod") != thread("acme-dev")


# --- ends, and warnings that are news ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
@pytest.mark.parametrize("by", ["backup", "enabled", "found", "policy", "deleted", "readable"])
def test_an_end_is_told_by_what_ended_it(words, by):
    end = replace(b.an_end(), resolved_by=by)
    message = compose(b.a_report(others=[b.fresh()], resolved=[end]), words, chat_format="amazon-q")
    assert not message.failures
    assert message.attributes["event"] == ["RESOLVED"]
    plain = compose(b.a_report(others=[b.fresh()], resolved=[b.an_end()]), words)
    assert (message.subject == plain.subject) == (by == "backup")
    assert (message.renderings["email"] == plain.renderings["email"]) == (by == "backup")
    assert "1 d" in message.renderings["email"] or "1일" in message.renderings["email"]


def test_a_warning_that_is_news_alone_is_a_notice():
    notice = RuleUnused(3, "a*")
    report = replace(b.a_report(others=[b.fresh()], notices=[notice]), announced=(notice,))
    message = compose(report, ENGLISH, chat_format="amazon-q")
    assert message.subject == "WARNING rule 3 (match 'a*') matches no instance"
    assert message.attributes == {
        "severity": "warning", "event": ["NOTICE"], "region": ["KR"], "account": "default", "product": ["postgresql"],
    }  # fmt: skip
    assert message.events == 1
    assert not message.failures
    assert message.renderings["email"].count("matches no instance") == 1
    card = json.loads(message.renderings["https"])
    assert card["content"]["title"].startswith("🟠 WARNING rule 3")
    assert "🟠 WARNING rule 3" in card["content"]["description"]


def test_beside_other_news_a_warning_is_no_event_of_its_own():
    notice = RuleUnused(3, "a*")
    report = replace(b.a_report(b.stale(), notices=[notice]), announced=(notice,))
    message = compose(report, ENGLISH)
    assert message.attributes["event"] == ["NEW"]
    assert message.subject.endswith("(+1 more)")
    ended = replace(b.a_report(others=[b.fresh()], resolved=[b.an_end()], notices=[notice]), announced=(notice,))
    assert compose(ended, ENGLISH).attributes["event"] == ["RESOLVED"]
