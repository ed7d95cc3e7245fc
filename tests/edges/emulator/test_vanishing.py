"""Backups, rows, instances and lists vanish as a memory's tests need it, and can be brought back."""

from datetime import timedelta

import pytest

from tests.edges.emulator.caller import NOW, ask, fields, refusal, rows
from tests.emulator import Account, Backup, Database, Scope, bring_back, daily_backups, remember, seeded_account, vanish
from tests.emulator.clock import Clock
from tests.emulator.control import control
from tests.emulator.exchange import Request
from tests.emulator.gateway import Gateway


def serving(count=10):
    databases = [Database(str(n), f"db-{n}", daily_backups(NOW, count=3), product="mysql") for n in range(count)]
    other = Database("99", "other", daily_backups(NOW, count=3), product="mssql")
    return Gateway(Account([*databases, other]), clock=Clock(stopped_at=NOW))


def counted(gateway):
    """Rows of the backup list, of the instance list, details of database 1, and rows of the other product."""
    details = ask(gateway, "getCloudMysqlBackupDetailList", cloudMysqlInstanceNo="1")
    return (
        len(rows(ask(gateway, "getCloudMysqlBackupList"))),
        len(fields(ask(gateway, "getCloudMysqlInstanceList"))["cloudMysqlInstanceList"]),
        len(rows(details)) if details.status == 200 else refusal(details)[1],
        len(rows(ask(gateway, "getCloudMssqlBackupList"))),
    )


@pytest.mark.parametrize(
    ("way", "scope", "expected"),
    [
        ("newest-backup", {"database": "1"}, (10, 10, 2, 1)),
        ("all-backups", {"database": "db-1"}, (10, 10, 0, 1)),
        ("row", {"database": "1"}, (9, 10, 3, 1)),
        ("instance", {"database": "1"}, (9, 9, "5001017", 1)),
        ("instance", {"database": "99"}, (10, 10, 3, 0)),
        ("list", {"product": "mysql"}, (0, 0, 3, 1)),
        ("list", {"product": "mysql", "which": "backups"}, (0, 10, 3, 1)),
        ("list", {"product": "mysql", "which": "instances"}, (10, 0, 3, 1)),
        ("list", {"region": "SGN"}, (10, 10, 3, 1)),
        ("half-list", {"product": "mysql"}, (4, 4, 3, 1)),
    ],
)
def test_what_vanishes_is_gone_and_comes_back(way, scope, expected):
    gateway = serving()
    before, kept = counted(gateway), remember(gateway.account)

    vanish(gateway.account, way, Scope(**scope))

    assert counted(gateway) == expected
    bring_back(gateway.account, kept)
    assert counted(gateway) == before == (10, 10, 3, 1)


def test_a_newest_backup_goes_with_all_its_parts_and_the_list_tells_of_the_one_before():
    shards = [
        Backup.at(NOW - timedelta(days=days, minutes=part), part=f"shard{part}") for days in (1, 0) for part in (2, 1)
    ]
    database = Database("7", "a", shards, product="mongodb")
    gateway = Gateway(Account([database]), clock=Clock(stopped_at=NOW))

    vanish(gateway.account, "newest-backup", Scope("a"))

    assert database.backups == shards[:2]
    [row] = rows(ask(gateway, "getCloudMongoDbBackupList"))
    assert row["lastBackupDate"] == "2026-11-22T11:59:00+0900"


def test_a_deleted_mssql_instance_has_a_code_of_its_own():
    gateway = serving()

    vanish(gateway.account, "instance", Scope("other"))

    answer = ask(gateway, "getCloudMssqlBackupDetailList", cloudMssqlInstanceNo="99")
    assert refusal(answer) == (400, "5001269")


def test_two_vanishings_over_http_are_brought_back_at_once():
    gateway = Gateway(seeded_account(now=NOW, profiles={"healthy": 6}), clock=Clock(stopped_at=NOW))
    before = [(database.instance_no, list(database.backups)) for database in gateway.account.databases]

    def steer(method, body=b"{}"):
        return control(gateway, Request(method, "/_emulator/vanish", {}, body)).status

    assert steer("POST", b'{"what": "all-backups"}') == 200
    assert steer("POST", b'{"what": "instance", "product": "postgresql"}') == 200
    assert gateway.account.databases == []
    assert steer("DELETE") == 200
    assert [(database.instance_no, database.backups) for database in gateway.account.databases] == before
