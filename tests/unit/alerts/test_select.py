"""Which part of a report is told."""

import pytest
from msgspec.structs import replace

from backup_watch.alerts import select
from backup_watch.alerts.selection import Failure, NothingFound
from backup_watch.model.vocabulary import Event
from tests import builders as b

ONGOING = b.a_violation(b.stale("old-db"), Event.ONGOING)


def names(digest):
    return [violation.finding.subject.service_name for violation in digest.violations]


@pytest.mark.parametrize("notify", [True, "all"])
def test_nothing_wrong_is_nothing_to_tell(notify):
    assert select(b.a_report(others=[b.fresh()]), notify=notify) is None


@pytest.mark.parametrize("event", [Event.NEW, Event.ESCALATED, Event.REPEAT])
def test_an_event_of_this_run_is_told(event):
    digest = select(b.a_report(b.a_violation(b.stale(), event)), notify=True)
    assert names(digest) == ["orders-db"]


def test_what_merely_goes_on_is_not_told_again():
    assert select(b.a_report(ONGOING), notify=True) is None
    digest = select(b.a_report(ONGOING, b.stale("new-one")), notify=True)
    assert names(digest) == ["new-one"]


def test_all_tells_every_violation_whatever_its_event():
    digest = select(b.a_report(ONGOING, b.late()), notify="all")
    assert names(digest) == ["old-db", "late-db"]


def test_nothing_is_told_where_nothing_is_to_be():
    assert select(b.a_report(b.stale(), errors=[b.an_error()]), notify=False) is None


def test_an_end_alone_is_told():
    digest = select(b.a_report(others=[b.fresh()], resolved=[b.an_end()]), notify=True)
    assert digest.items == ()
    assert digest.events == 1


def test_what_could_not_be_read_is_told_at_every_run():
    digest = select(b.a_report(others=[b.fresh()], errors=[b.an_error()]), notify=True)
    assert [item.regions for item in digest.items] == [("KR",)]


def test_finding_nothing_at_all_is_told_at_every_run():
    digest = select(b.a_report(regions=("KR", "SGN")), notify=True)
    assert digest.items == (NothingFound(("KR", "SGN")),)


def test_reading_nothing_is_not_finding_nothing():
    digest = select(b.a_report(errors=[b.an_error()]), notify=True)
    assert [type(item) for item in digest.items] == [Failure]


def test_a_warning_alone_is_no_message():
    report = b.a_report(others=[b.fresh()])
    assert select(replace(report, notices=b.a_report().notices), notify=True) is None


def test_thirty_databases_behind_one_error_are_one_line():
    unread = [b.unread(f"db-{number}", instance_no=str(number)) for number in range(30)]
    digest = select(b.a_report(*unread, errors=[b.an_error()]), notify=True)
    [failure] = digest.items
    assert len(failure.hidden) == 30
    assert len(digest.violations) == 30
    assert digest.events == 1


def test_the_same_error_in_several_regions_is_one_line():
    errors = [b.an_error(region="KR"), b.an_error(region="SGN"), b.an_error("AuthenticationFailed", region="JPN")]
    unread = [b.unread(region=region) for region in ("KR", "SGN", "SGN", "JPN")]
    digest = select(b.a_report(*unread, errors=errors), notify=True)
    assert [(item.regions, len(item.hidden)) for item in digest.items] == [(("KR", "SGN"), 3), (("JPN",), 1)]


def test_databases_are_counted_under_the_error_of_the_backup_list():
    errors = [b.an_error("NotFound", operation="getCloudPostgresqlInstanceList"), b.an_error()]
    digest = select(b.a_report(b.unread(), errors=errors), notify=True)
    assert {item.errors[0].kind: len(item.hidden) for item in digest.items} == {"NotFound": 0, "ReadTimeout": 1}


def test_an_error_of_no_region_explains_every_region():
    secret = b.an_error("SecretUnreadable", region=None, operation="GetSecretValue")
    [failure] = select(b.a_report(b.unread(), errors=[secret]), notify=True).items
    assert failure.regions == ()
    assert len(failure.hidden) == 1


def test_an_unknown_database_that_no_error_explains_stands_for_itself():
    digest = select(b.a_report(b.unread(region="SGN"), errors=[b.an_error(region="KR")]), notify=True)
    assert len(digest.items) == 2


def test_the_worst_is_first_and_of_the_same_severity_what_hides_others():
    digest = select(b.a_report(b.misdated(), b.late(), b.stale(), errors=[b.an_error(region="SGN")]), notify=True)
    order = [type(item).__name__ if isinstance(item, Failure) else item.finding.verdict for item in digest.items]
    assert order == ["STALE", "Failure", "UNKNOWN", "LATE"]
