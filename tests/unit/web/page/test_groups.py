"""The sums of accounts and products."""

from msgspec.structs import replace

from backup_watch.model.instances import FreshGroup
from backup_watch.model.policy import Mute, Selector
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity, Verdict
from backup_watch.web.page.groups import Group, groups_of
from tests.browser.states import STATES
from tests.builders import NOW, a_report, an_error, fresh, hours, late, missing, scopes, stale, unread
from tests.unit.web.page.asking import page_of

MUTE = Mute(Selector("*"), NOW + hours(24), reason="being retired", owner="dba@example.com")
ACME, BETA = scopes("KR", "SGN", account="acme"), scopes("KR", account="beta")
MYSQL = scopes("KR", account="acme", product="mysql")


def over(report: Report, *looked_at) -> tuple[Group, ...]:
    return groups_of(replace(report, scopes=tuple(looked_at)))


def test_one_account_with_one_product_has_no_sums():
    assert over(a_report(stale(), errors=[an_error()]), *ACME) == ()
    assert not page_of(STATES["mixed"]().report()).all("ul", **{"class": "groups"})


def test_several_products_of_one_account_are_summed_up_without_it():
    report = a_report(stale(account="acme"), others=[fresh(account="acme", product="mysql")])
    groups = over(report, *ACME, *MYSQL)
    assert [(group.account, group.product, group.instances) for group in groups] == [
        ("", "postgresql", 1),
        ("", "mysql", 1),
    ]


def test_accounts_come_worst_first_with_their_products_and_what_is_wrong_there():
    report = a_report(
        stale("a", number="1", account="beta"),
        late("b", number="2", account="acme", product="mysql"),
        late("c", number="3", account="acme", product="mysql"),
        others=[replace(stale("d", number="4", account="acme"), mute=MUTE), fresh("e", number="5", account="acme")],
    )
    beta, acme = over(report, *ACME, *MYSQL, *BETA)
    assert (beta.account, beta.severity, beta.wrong, beta.parts) == ("beta", Severity.CRITICAL, {Verdict.STALE: 1}, ())
    assert (acme.account, acme.severity, acme.instances) == ("acme", Severity.WARNING, 4)
    assert [(part.product, part.severity, part.wrong) for part in acme.parts] == [
        ("mysql", Severity.WARNING, {Verdict.LATE: 2}),
        ("postgresql", Severity.OK, {}),
    ]


def test_an_account_that_could_not_be_read_has_its_place():
    report = a_report(
        unread(account="beta"),
        errors=[an_error(account="beta"), an_error(region="SGN", account="acme", product="mysql")],
    )
    acme, beta, gone = over(report, *ACME, *MYSQL, *BETA, *scopes("KR", account="gone"))
    assert [(each.account, each.severity, each.unread) for each in (acme, beta, gone)] == [
        ("acme", Severity.UNKNOWN, 1), ("beta", Severity.UNKNOWN, 1), ("gone", Severity.OK, 0),
    ]  # fmt: skip
    assert [(part.product, part.unread) for part in acme.parts] == [("mysql", 1), ("postgresql", 0)]
    of_all = over(a_report(errors=[an_error(account=None, product=None)]), *ACME, *BETA)
    assert [each.severity for each in of_all] == [Severity.UNKNOWN, Severity.UNKNOWN]


def test_a_line_of_the_roll_call_for_many_accounts_belongs_to_none():
    line = missing()
    everywhere = replace(line, subject=replace(line.subject, account=None))
    assert [each.wrong for each in over(a_report(everywhere), *ACME, *BETA)] == [{}, {}]
    here = replace(line, subject=replace(line.subject, account="acme"))
    acme, beta = over(a_report(here), *ACME, *BETA)
    assert (acme.wrong, acme.instances, beta.wrong) == ({Verdict.MISSING: 1}, 0, {})


def test_the_sums_stand_before_what_is_wrong_and_lead_to_their_databases():
    page = page_of(STATES["several"]().report())
    sections = [each.attributes["aria-labelledby"] for each in page.one("main").all("section")]
    assert sections[:4] == ["unread", "answer", "groups", "wrong"]
    links = [a.attributes["href"] for a in page.one("ul", **{"class": "groups"}).all("a")]
    assert links[:3] == [
        "?account=acme-prod#all",
        "?account=acme-prod&product=postgresql#all",
        "?account=acme-prod&product=mysql#all",
    ]


def of_a_fleet() -> Report:
    """As a fleet keeps it: what is fresh beyond doubt is counted, and has no finding."""
    report = a_report(stale("a", account="acme"))
    counted = tuple(FreshGroup(scope, 1, NOW) for scope in (*ACME, *MYSQL, *BETA))
    return replace(
        report,
        scopes=(*ACME, *MYSQL, *BETA),
        counts=replace(report.counts, instances=5, by_verdict={Verdict.STALE: 1, Verdict.FRESH: 4}),
        fresh_groups=counted,
    )


def test_what_is_counted_and_not_listed_counts_in_the_sums():
    acme, beta = groups_of(of_a_fleet())
    assert (acme.instances, beta.instances) == (4, 1)
    assert [(part.product, part.instances) for part in acme.parts] == [("postgresql", 3), ("mysql", 1)]


def test_an_account_without_a_database_is_not_well_and_an_unread_one_has_no_number():
    report = replace(a_report(errors=[an_error(account="acme")]), empty_accounts=("beta",))
    acme, beta = over(report, *ACME, *BETA)
    assert (acme.account, acme.severity, acme.instances) == ("acme", Severity.UNKNOWN, None)
    assert (beta.account, beta.severity, beta.instances) == ("beta", Severity.UNKNOWN, 0)


def test_what_is_counted_and_not_listed_is_drawn_and_said():
    page = page_of(of_a_fleet())
    pieces = page.one("svg", **{"class": "strip"}).all("rect")
    assert [piece.attributes["class"] for piece in pieces] == ["k3", "k0", "k0", "k0", "k0"]
    assert "4 databases are fresh beyond doubt: they are counted, and not listed here." in page.text.replace(
        "\xa0", " "
    )


def test_a_cause_that_several_accounts_have_is_said_once_with_all_of_them():
    refused = [
        an_error("AuthenticationFailed", code="200", account=account, region=region, operation=operation)
        for account in ("acme", "beta")
        for region in ("KR", "SGN")
        for operation in ("getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList")
    ]
    errors = [*refused, an_error(account="beta", region=None), an_error("MemoryUnreadable", account=None, region=None)]
    page = page_of(replace(a_report(errors=errors), scopes=(*ACME, *scopes("KR", "SGN", account="beta"))))
    causes = page.one("section", **{"class": "unread"}).all("li")
    assert [[part.text for part in cause.all("p")][:-1] for cause in causes] == [
        ["AuthenticationFailed 200: the Ncloud key was refused", "acme (KR, SGN), beta (KR, SGN)"],
        ["ReadTimeout: the answer did not come in time", "beta"],
        [causes[2].all("p")[0].text],
    ]
