"""Which part of a report is told."""

import pytest
from msgspec.structs import replace

from backup_watch.alerts import select
from backup_watch.alerts.selection import Failure, NothingFound
from backup_watch.model.vocabulary import Event
from tests import builders as b

ONGOING = b.a_violation(b.stale("old-db"), Event.ONGOING)


WELL = {"others": [b.fresh()]}
CASES = {
    "nothing wrong": (b.a_report(**WELL), True, None),
    "nothing wrong, all asked for": (b.a_report(**WELL), "all", None),
    "new": (b.a_report(b.a_violation(b.stale(), Event.NEW)), True, ["orders-db"]),
    "worse": (b.a_report(b.a_violation(b.stale(), Event.ESCALATED)), True, ["orders-db"]),
    "again": (b.a_report(b.a_violation(b.stale(), Event.REPEAT)), True, ["orders-db"]),
    "it merely goes on": (b.a_report(ONGOING), True, None),
    "beside what is new it is not told again": (b.a_report(ONGOING, b.stale("new-one")), True, ["new-one"]),
    "all, whatever its event": (b.a_report(ONGOING, b.late()), "all", ["old-db", "late-db"]),
    "nothing is to be told": (b.a_report(b.stale(), errors=[b.an_error()]), False, None),
    "an end alone": (b.a_report(resolved=[b.an_end()], **WELL), True, []),
    "what could not be read, at every run": (b.a_report(errors=[b.an_error()], **WELL), True, [("KR",)]),
    "reading nothing is not finding nothing": (b.a_report(errors=[b.an_error()]), True, [("KR",)]),
    "finding nothing, at every run": (b.a_report(regions=("KR", "SGN")), True, [NothingFound(("KR", "SGN"))]),
    "a warning alone": (replace(b.a_report(**WELL), notices=b.a_report().notices), True, None),
}


def shown(item):
    if isinstance(item, Failure):
        return item.regions
    return item if isinstance(item, NothingFound) else item.finding.subject.service_name


@pytest.mark.parametrize(("report", "notify", "told"), CASES.values(), ids=CASES)
def test_what_a_run_tells(report, notify, told):
    digest = select(report, notify=notify)
    assert (None if digest is None else [shown(item) for item in digest.items]) == told
    assert told != [] or digest.events == 1


def test_thirty_databases_behind_one_error_are_one_line():
    unread = [b.unread(f"db-{number}", number=str(number)) for number in range(30)]
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
