"""The verdict cases once more for each of the other products, with its own names, fields and place of the date."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.fake_ncloud import Asked, Reply, Row, backup, instance
from tests.contract.schemas import REPORT
from tests.contract.test_judgement import ABSENT, AT, CASES, SEVERITY

STEMS = {"mysql": "cloudMysql", "mongodb": "cloudMongoDb", "mssql": "cloudMssql", "cache": "cloudCache"}
WITHOUT_FLAG = ("mongodb", "mssql")
"""Products whose instances do not tell whether backups are on."""
NEVER = (None, "  ", ABSENT)
THE_SAME = {"MAX_BACKUP_AGE": "30h"}
"""Set for all products, so that MongoDB has no default of its own."""


def answers(stem: str, kind: str, rows: list[Row]) -> dict[str, Callable[[Asked], Reply]]:
    """The operation that lists *kind*, and its answer."""
    operation = f"get{stem[0].upper()}{stem[1:]}{kind}"
    inside = {"totalRows": len(rows), f"{stem}{kind}": rows, "requestId": "r-1", "returnCode": "0",
              "returnMessage": "success"}  # fmt: skip
    body = json.dumps({f"{operation}Response": inside}).encode()
    return {operation: lambda _: Reply(body)}


def renamed(row: Row, product: str) -> Row:
    """A row of PostgreSQL as *product* has it."""
    names = {"backupRetention": "backupFileRetentionPeriod"}
    left_out = {"isBackup"} if product in WITHOUT_FLAG else set()
    left_out |= {"lastBackupDate", "backupSize"} if product == "mssql" else set()
    left_out |= {"backupType"}
    return {
        names.get(key, key.replace("cloudPostgresql", STEMS[product])): value
        for key, value in row.items()
        if key not in left_out
    }


def serve(function: Any, product: str, last: object, facts: dict[str, Any]) -> None:
    """One instance of *product* in both lists, its newest backup *last*."""
    stem, slot = STEMS[product], {"slot": facts.get("slot", "02:00")}
    kept: list[Row] = []
    if product == "mssql" and last not in NEVER:
        [row] = [backup("1", "orders", last, **slot)]
        kept = [{"databaseName": "orders", "fileName": "orders.bak", "endTime": row["lastBackupDate"]}]
    backups = [] if last is ABSENT else [renamed(backup("1", "orders", last, **slot), product)]
    function.ncloud.answers |= (
        answers(stem, "BackupList", backups)
        | answers(stem, "InstanceList", [renamed(instance("1", "orders", **facts | slot), product)])
        | answers(stem, "BackupDetailList", kept)
    )


OF_EACH = [
    (product, *case) for product in STEMS for case in CASES if product not in WITHOUT_FLAG or "isBackup" not in case[1]
]


@pytest.mark.parametrize(("product", "last", "facts", "verdict"), OF_EACH)
def test_what_the_api_says_of_any_product_has_its_verdict(function, product, last, facts, verdict):
    serve(function, product, last, facts)
    event = {"action": "check", "at": AT.isoformat(), "all": True}
    report = function(event, NCLOUD_PRODUCTS=product, **THE_SAME).report
    REPORT.validate(report)
    [finding] = report["findings"]
    severity = "warning" if (product, verdict) == ("cache", "DISABLED") else SEVERITY[verdict]
    assert (finding["verdict"], finding["severity"], finding["product"]) == (verdict, severity, product)
    assert report["counts"]["products"] == {product: 1}


def test_an_unknown_product_names_the_known_ones(function):
    outcome = function({"action": "check"}, NCLOUD_PRODUCTS="mysql,oracle")
    assert "postgresql, mysql, mongodb, mssql, cache, separated by commas; or all" in str(outcome.error)
    assert outcome.asked == []


def test_whoever_watches_postgresql_alone_sees_no_other_product(function):
    function.ncloud.database("orders", AT)
    outcome = function.check_with(LANGUAGE="en")
    assert {asked.operation for asked in outcome.asked} <= {
        "getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList", "getCloudPostgresqlBackupDetailList",
    }  # fmt: skip
    text = json.dumps(outcome.report)
    assert not any(word in text for word in ("MySQL", "mysql", "Cache", "mongodb", "mssql", "PostgreSQL "))
