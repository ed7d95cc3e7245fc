"""Whom --notify tells, with which text, and where that is remembered, on each platform."""

from pathlib import Path, PurePosixPath

import pytest

from backup_watch.alerts import compose
from backup_watch.cli.addresses import Address, addresses
from backup_watch.cli.delivery import texts
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.memory_place import state_directory
from backup_watch.i18n import Words
from tests import builders as b

HOME = Path("/home/dba")


@pytest.mark.parametrize(
    ("platform", "environment", "directory"),
    [
        ("linux", {}, "/home/dba/.local/state/ncloud-backup-watch"),
        ("linux", {"XDG_STATE_HOME": "/var/state"}, "/var/state/ncloud-backup-watch"),
        ("linux", {"XDG_STATE_HOME": "relative"}, "/home/dba/.local/state/ncloud-backup-watch"),
        ("darwin", {"XDG_STATE_HOME": "/x"}, "/home/dba/Library/Application Support/ncloud-backup-watch"),
        ("win32", {"LOCALAPPDATA": "/c/Local"}, "/c/Local/ncloud-backup-watch"),
        ("win32", {}, "/home/dba/AppData/Local/ncloud-backup-watch"),
    ],
)
def test_each_platform_has_its_place_for_state(platform, environment, directory):
    assert PurePosixPath(state_directory(environment, home=HOME, platform=platform)) == PurePosixPath(directory)


def test_without_a_home_it_asks_for_a_directory():
    with pytest.raises(CommandFailed, match="give --memory DIRECTORY"):
        state_directory({}, home=None, platform="linux")


def test_the_same_address_twice_is_told_once():
    found = addresses(["json://a", "", "json://a"], {"BACKUP_WATCH_NOTIFY": "json://b\nmailto://c json://a"})
    assert [one.url for one in found] == ["json://a", "json://b", "mailto://c"]
    assert [one.name for one in found] == [
        "json (--notify)",
        "json (BACKUP_WATCH_NOTIFY)",
        "mailto (BACKUP_WATCH_NOTIFY)",
    ]


def test_a_variable_may_name_a_file(tmp_path):
    file = tmp_path / "whom"
    file.write_text("\ufeff# us\njson://a\n", encoding="utf-8")
    assert [one.url for one in addresses([""], {"BACKUP_WATCH_NOTIFY": str(file)})] == ["json://a"]


def test_a_line_that_is_no_address_is_told_by_its_place_alone(tmp_path):
    file = tmp_path / "whom"
    file.write_text("json://a\nhunter2\n", encoding="utf-8")
    with pytest.raises(CommandFailed) as failure:
        addresses([str(file)], {})
    assert str(failure.value).startswith(f"{file}:2 is no address")
    assert "hunter2" not in str(failure.value)


def test_an_address_does_not_show_itself():
    assert "token" not in repr(Address("slack://token", "slack (--notify)"))


MESSAGE = compose(b.a_report(b.stale("<!channel>")), Words())


def test_mail_and_webhooks_get_the_mails_text_and_its_subject():
    for scheme in ("mailto", "json"):
        assert texts(MESSAGE, scheme=scheme, limit=32768) == (MESSAGE.subject, MESSAGE.renderings["email"])


def test_a_chat_gets_nothing_that_it_would_obey():
    title, body = texts(MESSAGE, scheme="slack", limit=35000)
    assert "‹!channel›" in title
    assert "‹!channel›" in body
    assert "<" not in title + body


def test_what_takes_little_gets_the_text_of_an_sms():
    assert texts(MESSAGE, scheme="clickatell", limit=160) == ("", MESSAGE.renderings["sms"])
    assert 30 < len(texts(MESSAGE, scheme="pager", limit=40)[1]) <= 40
