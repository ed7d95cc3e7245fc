"""The doctor's words for what was found, at the edges of each rule."""

from datetime import UTC, datetime, timedelta

import pytest

from backup_watch.config.problems import Problem
from backup_watch.diagnostics import probes_aws, probes_ncloud
from backup_watch.diagnostics.probes_aws import Probe, Status, Subscription
from backup_watch.diagnostics.probes_ncloud import Operation, ProbedList
from backup_watch.i18n import Words
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind

WORDS = Words()
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BACKUPS, INSTANCES, DETAILS = (
    Operation(f"getCloudPostgresql{name}List", kind, "postgresql")
    for name, kind in [
        ("Backup", ListKind.BACKUPS), ("Instance", ListKind.INSTANCES), ("BackupDetail", ListKind.DETAILS),
    ]
)  # fmt: skip
OPERATIONS = (BACKUPS, INSTANCES, DETAILS)
REGIONS = probes_ncloud.REGIONS


def failed(kind: str, operation: Operation = BACKUPS, region: str | None = "KR") -> ProbedList:
    error = ReadError(operation.name, kind, "said so", region, "1", product=operation.product)
    return ProbedList(operation, region, error=error)


@pytest.mark.parametrize(("status", "healthy"), [("ok", True), ("warning", True), ("skipped", True), ("failed", False)])
def test_only_a_failed_check_makes_it_unhealthy(status, healthy):
    document = probes_aws.diagnosis_document([Probe("topic", Status(status), "it is so", "do this")])
    assert document == {
        "action": "doctor",
        "healthy": healthy,
        "checks": [{"name": "topic", "status": status, "detail": "it is so", "advice": "do this"}],
    }


@pytest.mark.parametrize(
    ("skew", "status", "detail"),
    [
        (None, "skipped", "no answer told the time"),
        (0 * SECOND, "ok", "within 1 s of Ncloud's"),
        (60 * SECOND, "ok", "within 1 min of Ncloud's"),
        (61 * SECOND, "warning", "our clock is 1 min behind Ncloud's"),
        (-61 * SECOND, "warning", "our clock is 1 min ahead of Ncloud's"),
        (300 * SECOND, "warning", "our clock is 5 min behind Ncloud's"),
        (-301 * SECOND, "failed", "our clock is 5 min ahead of Ncloud's: requests are refused from 5 min on"),
    ],
)
def test_a_minute_off_is_fine_more_is_a_warning_and_more_than_five_minutes_fails(skew, status, detail):
    clock = probes_ncloud.clock_probe(WORDS, skew)
    assert (clock.status, clock.detail) == (status, detail)


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([ProbedList(BACKUPS, "KR", 3)], "ok"),
        ([failed("PermissionDenied")], "ok"),
        ([failed("ServiceError")], "ok"),
        ([failed("ReadTimeout")], "skipped"),
        ([ProbedList(BACKUPS, "KR", 3), failed("AuthenticationFailed")], "failed"),
    ],
)
def test_a_key_counts_as_accepted_only_where_an_answer_shows_it(answers, status):
    assert probes_ncloud.credentials_probe(WORDS, answers, None).status == status


def test_the_clock_is_blamed_for_a_refusal_only_from_more_than_five_minutes_on():
    def advice(skew):
        return probes_ncloud.credentials_probe(WORDS, [failed("AuthenticationFailed")], skew).advice

    assert "clock" not in advice(None)
    assert "clock" not in advice(300 * SECOND)
    assert "clock" in advice(-301 * SECOND)


def probe(operation: Operation, answers: list[ProbedList], *, check_instances: bool = True) -> Probe:
    found = probes_ncloud.operation_probes(WORDS, OPERATIONS, answers, check_instances=check_instances)
    return next(one for one in found if one.name == f"permission {operation.name}")


def test_every_operation_is_told_of_whatever_was_asked():
    names = [one.name for one in probes_ncloud.operation_probes(WORDS, OPERATIONS, [], check_instances=True)]
    assert names == [f"permission {operation.name}" for operation in (BACKUPS, INSTANCES, DETAILS, REGIONS)]


def test_rows_of_all_regions_are_counted_together():
    assert probe(BACKUPS, [ProbedList(BACKUPS, "KR", 1)]).detail == "1 row read in KR"
    assert probe(BACKUPS, [ProbedList(BACKUPS, "KR", 1), ProbedList(BACKUPS, "SGN")]).detail == "1 row read in KR, SGN"
    assert probe(REGIONS, [ProbedList(REGIONS, None, 3)]).detail == "3 rows read"
    assert probe(DETAILS, [ProbedList(DETAILS, "KR", 2), ProbedList(DETAILS, "KR", 1)]).detail == "3 rows read in KR"


def test_one_region_that_fails_fails_the_operation_and_says_where():
    found = probe(BACKUPS, [ProbedList(BACKUPS, "KR", 1), failed("ReadTimeout", region="SGN")])
    assert (found.status, found.detail) == ("failed", "SGN: ReadTimeout 1: said so")


def test_a_refusal_of_the_key_in_one_region_does_not_hide_another_error_in_the_next():
    found = probe(BACKUPS, [failed("AuthenticationFailed"), failed("PermissionDenied", region="SGN")])
    assert (found.status, found.advice) == (
        "failed",
        f"Allow {BACKUPS.name} to the key's sub account (a view permission).",
    )


def region(*answers: ProbedList, listed=("KR",), instances=1) -> Probe:
    [found] = probes_ncloud.region_probes(WORDS, ["KR"], listed, [instances], answers)
    return found


def test_a_region_is_judged_by_the_list_of_regions_then_by_its_answers_then_by_its_databases():
    assert region(listed=["SGN"]).status == "failed"
    assert region(failed("NotFound")).detail == "does not offer the service, it seems: KR: NotFound 1: said so"
    assert region(failed("ReadTimeout")).status == "skipped"
    assert region(instances=0).status == "warning"
    assert region().detail == "1 database"
    assert region(instances=2).detail == "2 databases"


def test_where_the_list_of_regions_was_not_read_nothing_is_said_of_it():
    assert region(listed=None).status == "ok"
    assert region(failed("BadRequest"), listed=None).advice == "Correct NCLOUD_REGIONS."
    assert region(listed=[]).advice == "Correct NCLOUD_REGIONS; the account has these regions: -."


def test_an_error_of_the_detail_list_says_nothing_of_the_region():
    assert region(failed("ServiceError", operation=DETAILS)).status == "ok"


MYSQL = Operation("getCloudMysqlBackupList", ListKind.BACKUPS, "mysql")


def test_of_several_products_the_one_that_a_region_lacks_is_named():
    found = region(ProbedList(BACKUPS, "KR", 1), failed("NotFound", MYSQL))
    assert found.detail == "does not offer MySQL, it seems: KR: NotFound 1: said so"


def test_databases_that_the_key_sees_and_that_are_not_watched_are_counted_by_product():
    found = probes_ncloud.products_probe(WORDS, ["postgresql"], {"mysql": 12, "mongodb": 0, "cache": 1})
    assert found.status == "warning"
    assert found.detail == "12 MySQL databases are not watched; 1 Cache database is not watched"
    assert found.advice == "Add mysql, cache to NCLOUD_PRODUCTS, if they are to be watched."
    assert probes_ncloud.products_probe(WORDS, ["postgresql", "mysql"], {"mongodb": 0}) == Probe(
        "products", Status.OK, "PostgreSQL, MySQL; the key sees no other databases"
    )


def test_what_could_not_be_read_is_not_said_to_be_absent():
    found = probes_ncloud.products_probe(WORDS, ["postgresql"], {"mysql": 0, "cache": 0}, unknown=["mysql", "mysql"])
    assert (found.status, found.detail.rpartition(": ")[2]) == ("skipped", "MySQL")


def test_what_is_not_offered_is_named_with_its_regions():
    refusals = [ReadError("x", "NotFound", "no", region, "300", product="mssql") for region in ("SGN", "JPN", "SGN")]
    assert probes_ncloud.not_offered_probes(WORDS, refusals) == [
        Probe("product mssql", Status.SKIPPED, "not offered in SGN, JPN, and not watched there")
    ]


def waiting(count: int) -> list[Subscription]:
    return [Subscription("email", f"p{number}@example.com", False) for number in range(count)]


def test_of_many_unconfirmed_subscriptions_five_are_named():
    told = Subscription("sqs", "arn:aws:sqs:x:1:q", True)
    found = probes_aws.subscriptions_probe(WORDS, [told, told, *waiting(7)])
    assert found.detail.startswith("2 confirmed (sqs); 7 not confirmed: email p0@example.com, ")
    assert found.detail.endswith("email p4@example.com and 2 more")
    assert probes_aws.subscriptions_probe(WORDS, [told, *waiting(5)]).detail.endswith("p4@example.com")


def test_an_endpoint_is_fit_to_be_shown():
    found = probes_aws.subscriptions_probe(WORDS, [Subscription("email", "a\x1b[2J@example.com", False)])
    assert "\x1b" not in found.detail


@pytest.mark.parametrize(("chars", "status"), [(0, "failed"), (19, "warning"), (20, "ok")])
def test_a_token_of_twenty_characters_will_do(chars, status):
    assert probes_aws.token_probe(WORDS, "token", chars, None).status == status


def test_a_policy_is_told_by_what_is_in_it():
    day = timedelta(days=1)
    mute = Mute(Selector("old"), NOW, "gone", "me")
    expected = Expectations(12, ("a", "b"))
    policy = Policy(rules=(Rule(Selector("a"), max_age=day),) * 2, mutes=(mute,), expectations=(expected,))
    [about, ended] = probes_aws.policy_probes(WORDS, policy, now=NOW)
    assert about.detail == "max_age 30h, 2 rules, 1 mute, at least 12 instances expected, 2 expected by name"
    assert ended.status == "warning"
    assert len(probes_aws.policy_probes(WORDS, policy, now=NOW - SECOND)) == 1


def test_what_is_wrong_with_the_policy_is_told_of_the_policy():
    size, rule, both = (Problem(field, "x", "y") for field in ("PAGE_SIZE", "POLICY rule 1", "POLICY_PARAMETER"))
    assert [one.detail for one in probes_aws.settings_probes(WORDS, [rule, size, both])] == [str(size)]
    assert [one.detail for one in probes_aws.policy_refused(WORDS, [rule, size, both])] == [str(rule), str(both)]
    [well] = probes_aws.settings_probes(WORDS, [rule])
    assert (well.status, well.detail) == ("ok", "every setting besides the policy is valid")
    assert probes_aws.settings_probes(WORDS, [])[0].detail == "every setting is valid"
