"""Dates at the far ends of what is believed: judged, and told on every way out, in both languages."""

from __future__ import annotations

import json
import re

import pytest

from tests.contract.fake_ncloud import backup, instance
from tests.contract.http_events import ask
from tests.contract.schemas import REPORT

LONGEST = dict.fromkeys(
    ("MAX_BACKUP_AGE", "BACKUP_GRACE", "NEW_INSTANCE_GRACE", "CHECK_INTERVAL", "REPEAT_INTERVAL"), "3650d"
)
FIRST, LAST = "0002-01-01T00:00:00", "2199-12-31T23:59:59"
VERDICTS = {
    FIRST: {"slot": "STALE", "none": "STALE", "off": "DISABLED", "empty": "NEVER", "coming": "NEVER"},
    LAST: {"slot": "UNKNOWN", "none": "UNKNOWN", "off": "DISABLED", "empty": "NEVER", "coming": "NEVER"},
}


def dated(function, date: str) -> None:
    """Databases whose every date is *date*: with a slot and without, switched off, never backed up, being created."""
    function.ncloud.backups["KR"] = [
        backup("1", "slot", date, slot="23:59"), backup("2", "none", date, slot=None), backup("3", "off", date),
    ]  # fmt: skip
    function.ncloud.instances["KR"] = [
        instance("1", "slot", slot="23:59", created=date), instance("2", "none", slot=None, created=date),
        instance("3", "off", isBackup=False), instance("4", "empty", created=date),
        instance("5", "coming", created=date, cloudPostgresqlInstanceStatusName="creating"),
    ]  # fmt: skip


def everything_told(function, **settings: str) -> list[str]:
    """All texts that leave the function about what it finds now."""
    texts = []
    for notify in (True, "all"):
        outcome = function({"action": "check", "notify": notify, "all": True}, **settings)
        REPORT.validate(outcome.report)
        texts += [outcome.stdout, json.dumps(outcome.report)]
        texts += [text for published in outcome.published for text in published.renderings.values()]
    texts.append(json.dumps(function({"action": "explain", "match": "*"}, **settings).report))
    for path in ("/", "/report", "/metrics", "/badge.svg", "/healthz"):
        answered = ask(function, "GET", path, settings=settings, accept="text/html")
        assert answered.status == (503 if path == "/healthz" else 200)
        texts.append(answered.body.decode())
    return texts


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "Etc/GMT+12"])
@pytest.mark.parametrize("offset", ["+2359", "-2359", "+0900"])
@pytest.mark.parametrize("date", [FIRST, LAST])
def test_dates_at_the_ends_are_told_on_every_way_out(function, date, offset, zone, language):
    dated(function, date + offset)
    settings = {"LANGUAGE": language, "DISPLAY_TIMEZONE": zone}
    assert function.check_with(**settings).verdicts() == VERDICTS[date]
    everything_told(function, **settings)
    everything_told(function, **settings, **LONGEST)


SHORT_YEAR = re.compile(r"(?<![0-9-])[0-9]{1,3}-[0-9]{2}-[0-9]{2}[ T]")


@pytest.mark.parametrize("date", [FIRST, "0999-12-31T12:00:00"])
def test_a_year_of_the_first_thousand_has_four_digits_as_well(function, date):
    dated(function, date + "+0900")
    assert [found for text in everything_told(function) if (found := SHORT_YEAR.search(text))] == []
